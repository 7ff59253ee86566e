import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { RecordingClient } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as DigitalOceanClient from "../../../src/DigitalOceanClient.ts"
import { ClockState, ProcessState } from "../../../src/internal/state/processState.ts"
import type { Waiter } from "../../../src/internal/rateLimit/requestQueue.ts"
import * as Deferred from "effect/Deferred"

const hour = 3_700_000

/** Runs the garbage collector, which the tests are not started with. */
const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
}

const waiter = (): Waiter => ({
  options: { limits: { minute: 1, hour: 10 }, store: undefined },
  priority: "read",
  startsAction: false,
  state: "new",
  generation: 0,
  place: 0,
  deadline: 0,
  admitted: Deferred.makeUnsafe()
})

/** Creates as many tokens as it takes until idle ones are removed. */
const others = (state: ClockState, now: number) => {
  for (let i = 0; i < 40; i++) state.token(`other ${i}`, now)
}

describe("the state of a process", () => {
  it.effect("is one for all that use a clock, and another for another clock", () =>
    Effect.gen(function* () {
      const state = yield* ProcessState
      const clock = yield* Clock.Clock
      const other: Clock.Clock = Object.create(clock)
      assert.strictEqual(state(clock), state(clock))
      assert.notStrictEqual(state(clock), state(other))
    })
  )

  it.effect("is one for separate runtimes", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const one = () => Effect.runSync(Effect.map(ProcessState, (state) => state(clock)))
      assert.strictEqual(one(), one())
    })
  )

  it.effect("keeps the rate limit of a token, for as long as it counts requests, when no client is left", () =>
    Effect.gen(function* () {
      const state = new ClockState(yield* Clock.Clock)
      assert.isTrue(state.token("a", 0).queue.tryAcquire(waiter(), 0))
      others(state, 1000)
      assert.isFalse(state.token("a", 1000).queue.tryAcquire(waiter(), 1000))
    })
  )

  it.effect("keeps what a client of a token observes, when nothing is counted any more", () =>
    Effect.gen(function* () {
      const state = new ClockState(yield* Clock.Clock)
      const client = state.token("a", 0)
      const request = waiter()
      client.queue.tryAcquire(request, 0)
      client.queue.onResponse(request, 0, Option.none(), undefined)
      client.queue.release(request)
      others(state, hour)
      assert.strictEqual(state.token("a", hour), client)
    })
  )

  it.effect("removes the tokens that are idle and have no client", () =>
    Effect.gen(function* () {
      const state = new ClockState(yield* Clock.Clock)
      const removed = new WeakRef(state.token("a", 0))
      others(state, hour)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      collectGarbage()
      assert.isUndefined(removed.deref())
    })
  )

  it.effect("has what a client observes for as long as the client lives", () =>
    Effect.gen(function* () {
      const client = yield* DigitalOceanClient.make({ token: Redacted.make("any") })
      const state = (yield* ProcessState)(yield* Clock.Clock)
      others(state, hour)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      collectGarbage()
      yield* client.request({ method: "GET", path: "/v2/x" })
      assert.strictEqual(Option.getOrThrow(yield* client.rateLimit).remaining, 4321)
      const [first] = yield* Stream.runCollect(Stream.take(client.rateLimits, 1))
      assert.strictEqual(first?.remaining, 4321)
    }).pipe(
      Effect.provide(
        RecordingClient.layer([
          RecordingClient.json({}, 200, {
            "ratelimit-limit": "5000",
            "ratelimit-remaining": "4321",
            "ratelimit-reset": "3600"
          })
        ])
      )
    )
  )
})
