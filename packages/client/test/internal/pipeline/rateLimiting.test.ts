import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { CallState } from "../../../src/internal/pipeline/call.ts"
import { rateLimiting } from "../../../src/internal/pipeline/rateLimiting.ts"
import { asCall, outgoing, response, sender } from "../../support/outgoing.ts"

const limiting = (minute: number) =>
  rateLimiting({ key: "token", limits: { minute, hour: 1000 }, store: undefined, scrub: (text) => text })
const ok = Effect.succeed(response(200))

describe("the rate limit policy", () => {
  it.effect("sends a request at once while the rate limit allows it, and returns the response", () =>
    Effect.gen(function* () {
      const { send, sent } = sender(ok)
      const out = outgoing()
      const state: CallState = { attempts: 0, queueTime: 0 }
      assert.strictEqual((yield* Effect.scoped(asCall(limiting(1)(send)(out), state))).status, 200)
      assert.deepStrictEqual(sent, [out])
      assert.strictEqual(state.queueTime, 0)
    })
  )

  it.effect("queues a request until the window allows it, and counts the time as that of its call", () =>
    Effect.gen(function* () {
      const { send, sent } = sender(ok)
      const policy = limiting(1)(send)
      yield* Effect.scoped(asCall(policy(outgoing())))
      const state: CallState = { attempts: 0, queueTime: 500 }
      const fiber = yield* Effect.forkChild(Effect.scoped(asCall(policy(outgoing()), state)))
      yield* TestClock.adjust("60999 millis")
      assert.strictEqual(sent.length, 1)
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(fiber)
      assert.strictEqual(state.queueTime, 61_500)
    })
  )

  it.effect(
    "rejects a request as soon as its call would be queued for longer than maxWait, other queue time included",
    () =>
      Effect.gen(function* () {
        const { send, sent } = sender(ok)
        const policy = limiting(1)(send)
        yield* Effect.scoped(asCall(policy(outgoing())))
        const out = outgoing({ policy: { ...outgoing().policy, maxWait: Duration.seconds(62) } })
        const state: CallState = { attempts: 0, queueTime: 2000 }
        const error = yield* Effect.flip(Effect.scoped(asCall(policy(out), state)))
        assert.deepInclude(error, { _tag: "RateLimited", sent: false, window: "minute" })
        assert.strictEqual(sent.length, 1)
      })
  )

  it.effect("interprets a 429, and delays the other requests of the token", () =>
    Effect.gen(function* () {
      const refused = sender(Effect.succeed(response(429, { message: "m" }, { "retry-after": "29" })))
      const error = yield* Effect.flip(Effect.scoped(asCall(limiting(100)(refused.send)(outgoing()))))
      assert.deepInclude(error, { _tag: "RateLimited", window: "minute", detail: "m" })
      const { send, sent } = sender(ok)
      const fiber = yield* Effect.forkChild(Effect.scoped(asCall(limiting(100)(send)(outgoing()))))
      yield* TestClock.adjust("28 seconds")
      assert.strictEqual(sent.length, 0)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
    })
  )

  it.effect("returns any other status as it is", () =>
    Effect.gen(function* () {
      const { send } = sender(Effect.succeed(response(503)))
      assert.strictEqual((yield* Effect.scoped(asCall(limiting(100)(send)(outgoing())))).status, 503)
    })
  )

  it.effect("releases the place of a request that is interrupted in the queue", () =>
    Effect.gen(function* () {
      const { send, sent } = sender(ok)
      const policy = limiting(1)(send)
      const run = Effect.scoped(asCall(policy(outgoing())))
      yield* run
      const interrupted = yield* Effect.forkChild(run)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(interrupted)
      const next = yield* Effect.forkChild(run)
      yield* TestClock.adjust("60 seconds")
      yield* Fiber.join(next)
      assert.strictEqual(sent.length, 2)
    })
  )
})
