import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { RateLimited, type Reason, ServerError, TransportError } from "../../../src/DigitalOceanError.ts"
import type { CallState, Outgoing } from "../../../src/internal/pipeline/call.ts"
import { retrying } from "../../../src/internal/pipeline/retrying.ts"
import { asCall, outgoing, runner } from "../../support/outgoing.ts"

const unavailable = (retryAfter?: Duration.Input) =>
  new ServerError({
    status: 503,
    id: "",
    detail: "m",
    ...(retryAfter === undefined ? undefined : { retryAfter: Duration.fromInputUnsafe(retryAfter) })
  })
const refused = (window: RateLimited["window"], retryAfter?: Duration.Input) =>
  new RateLimited({
    status: 429,
    id: "",
    detail: "m",
    window,
    ...(retryAfter === undefined ? undefined : { retryAfter: Duration.fromInputUnsafe(retryAfter) })
  })
const refusedConnection = new TransportError({ phase: "connect", sent: false, description: "m" })
const lost = new TransportError({ phase: "headers", sent: true, description: "m" })

/** How a call ends, how often it was run, and after how many seconds it ended. */
const ending = (reasons: ReadonlyArray<Reason>, out: Outgoing, state?: CallState) =>
  Effect.gen(function* () {
    const { ran, run } = runner(...reasons)
    const fiber = yield* Effect.forkChild(
      asCall(
        Effect.flatMap(Effect.result(retrying(run)(out)), (result) =>
          Effect.map(Clock.currentTimeMillis, (now) => [result._tag, ran.length, now / 1000] as const)
        ),
        state
      )
    )
    yield* TestClock.adjust("2 hours")
    return yield* Fiber.join(fiber)
  })

describe("the retry policy", () => {
  const post = { call: { method: "POST" } } as const
  const rows: ReadonlyArray<
    [what: string, reasons: ReadonlyArray<Reason>, out: Outgoing, ends: "Success" | "Failure", runs: number, at: number]
  > = [
    ["retries as the schedule says", [lost, lost], outgoing(), "Success", 3, 2],
    ["stops after the given number of retries", Array(9).fill(lost), outgoing(), "Failure", 5, 4],
    ["does not send a POST again whose outcome is unknown", [lost], outgoing(post), "Failure", 1, 0],
    ["pauses as long as a response requests", [unavailable("30 seconds")], outgoing({ due: 32_000 }), "Success", 2, 30],
    [
      "fails at once when a 503 requests a longer pause than the call has time",
      [unavailable("30 seconds")],
      outgoing({ due: 30_000 }),
      "Failure",
      1,
      0
    ],
    [
      "does not send a POST again when the pause would leave it hardly any time",
      [refusedConnection],
      outgoing({ ...post, due: 1200 }),
      "Failure",
      1,
      0
    ],
    [
      "sends a POST again when the pause leaves it a quarter of the time",
      [refusedConnection],
      outgoing({ ...post, due: 1400 }),
      "Success",
      2,
      1
    ],
    [
      "leaves a retry a second of a long time",
      [unavailable("118999 millis")],
      outgoing({ due: 120_000 }),
      "Success",
      2,
      118.999
    ],
    [
      "does not leave a retry less than a second of a long time",
      [unavailable("119 seconds")],
      outgoing({ due: 120_000 }),
      "Failure",
      1,
      0
    ],
    ["fails at once when the schedule's pause would outlast the call", [lost], outgoing({ due: 500 }), "Failure", 1, 0],
    [
      "does not count the pause after a 429 without a hint as time of the call",
      [refused("unknown"), lost],
      outgoing({ due: 1500 }),
      "Success",
      3,
      2
    ],
    [
      "limits the pauses after a 429 without a hint by maxWait",
      [refused("unknown"), refused("unknown"), refused("unknown")],
      outgoing({ policy: { times: 4, schedule: Schedule.spaced(0), maxWait: Duration.seconds(2) } }),
      "Failure",
      2,
      1
    ],
    [
      "leaves the wait after a 429 of the minute to the queue, uncounted",
      Array(9).fill(refused("minute", "30 seconds")),
      outgoing(),
      "Success",
      10,
      0
    ],
    [
      "fails at once after a 429 of the hour that lasts longer than maxWait",
      [refused("hour", "2 hours")],
      outgoing(),
      "Failure",
      1,
      0
    ]
  ]
  for (const [what, reasons, out, ends, runs, at] of rows) {
    it.effect(what, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* ending(reasons, out), [ends, runs, at])
      })
    )
  }

  it.effect("counts the time that the call has been queued against maxWait", () =>
    Effect.gen(function* () {
      const out = outgoing({ policy: { ...outgoing().policy, maxWait: Duration.minutes(1) } })
      const state = { attempts: 1, queueTime: 40_000 }
      assert.deepStrictEqual(yield* ending([refused("minute", "30 seconds")], out, state), ["Failure", 1, 0])
    })
  )
})
