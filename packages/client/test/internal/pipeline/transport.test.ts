import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as TestClock from "effect/testing/TestClock"
import type { CallState } from "../../../src/internal/pipeline/call.ts"
import { transport } from "../../../src/internal/pipeline/transport.ts"
import { asCall, outgoing } from "../../support/outgoing.ts"

const limits = {
  headers: Duration.seconds(30),
  body: Duration.seconds(60),
  total: Duration.minutes(2),
  maxBytes: 10
}

/** A transport whose every response takes this long and has this body. */
const taking = (duration: Duration.Input, body = "{}") => {
  const http = HttpClient.make((request) =>
    Effect.delay(Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body))), duration)
  )
  return transport(HttpClient.withScope(http), { limits, scrub: (text) => text })
}

/** How an exchange ends after some time, or undefined. */
const after = (duration: Duration.Input, send: ReturnType<typeof taking>, due: number, state?: CallState) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.scoped(asCall(Effect.result(send(outgoing({ due }))), state)))
    yield* TestClock.adjust(duration)
    return fiber.pollUnsafe() === undefined ? undefined : yield* Fiber.join(fiber)
  })

describe("the transport policy", () => {
  it.effect("exchanges a request for the whole response, and counts the attempt", () =>
    Effect.gen(function* () {
      const state = { attempts: 1, queueTime: 0 }
      const result = yield* after("5 seconds", taking("5 seconds"), 60_000, state)
      assert.deepInclude(result, { _tag: "Success" })
      assert.strictEqual(state.attempts, 2)
    })
  )

  it.effect("ends after the limit of an exchange", () =>
    Effect.gen(function* () {
      const result = yield* after("30 seconds", taking("1 hour"), 60_000)
      assert.propertyVal(
        result?._tag === "Failure" ? result.failure : {},
        "message",
        "no response within 30s (ETIMEDOUT)"
      )
    })
  )

  it.effect("ends when the call is due, if that is earlier", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* after("19999 millis", taking("1 hour"), 20_000))
      const result = yield* after("1 millis", taking("1 hour"), 20_000)
      assert.deepInclude(result?._tag === "Failure" ? result.failure : {}, {
        phase: "headers",
        sent: true,
        description: "no response within 2m, the call's timeout"
      })
    })
  )

  it.effect("does not count the time in the queue as time of the call", () =>
    Effect.gen(function* () {
      const result = yield* after("25 seconds", taking("25 seconds"), 20_000, { attempts: 0, queueTime: 10_000 })
      assert.strictEqual(result?._tag, "Success")
    })
  )

  it.effect("sends nothing when the call is due already", () =>
    Effect.gen(function* () {
      const state = { attempts: 0, queueTime: 0 }
      const result = yield* after(0, taking(0), 0, state)
      assert.deepInclude(result?._tag === "Failure" ? result.failure : {}, { phase: "connect", sent: false })
      assert.strictEqual(state.attempts, 0)
    })
  )

  it.effect("refuses a body that is larger than the limit", () =>
    Effect.gen(function* () {
      const result = yield* after("1 second", taking(0, "12345678901"), 60_000)
      assert.deepInclude(result?._tag === "Failure" ? result.failure : {}, { code: "EMSGSIZE", permanent: true })
    })
  )
})
