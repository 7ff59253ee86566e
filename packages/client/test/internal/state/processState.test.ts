import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ClockState, ProcessState } from "../../../src/internal/state/processState.ts"
import type { Waiter } from "../../../src/internal/rateLimit/requestQueue.ts"
import * as Deferred from "effect/Deferred"

const hour = 3_700_000

const waiter = (): Waiter => ({
  options: { limits: { minute: 1, hour: 10 }, store: undefined },
  state: "new",
  generation: 0,
  place: 0,
  deadline: 0,
  admitted: Deferred.makeUnsafe()
})

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
      state.token("b", 1000)
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
      state.token("b", hour)
      assert.strictEqual(state.token("a", hour), client)
    })
  )
})
