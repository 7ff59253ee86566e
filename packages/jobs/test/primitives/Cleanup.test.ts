import { Cleanup } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

const left = (problem: string) => new Cleanup.OfferLeftPending({ image: 1, transfer_id: null, problem })

describe("a cleanup that does not end by its deadline", () => {
  it.effect("is reported, and does nothing after it, not even what an interruption waits for otherwise", () =>
    Effect.gen(function* () {
      const done: Array<string> = []
      const request = Effect.andThen(
        Effect.sleep("31 seconds"),
        Effect.sync(() => done.push("sent after the deadline"))
      )
      const cleanup = Cleanup.run(Cleanup.finish(request), left).pipe(
        Effect.provideService(Cleanup.Deadline, Duration.seconds(30)),
        Effect.provideService(Cleanup.OnLeftBehind, ({ message }) => Effect.sync(() => done.push(message)))
      )
      const fiber = yield* Effect.forkChild(Effect.onInterrupt(Effect.never, () => cleanup))
      yield* Effect.yieldNow
      const interruption = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(interruption)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(done, [left("it took longer than 30s").message])
    })
  )
})

describe("a cleanup that is interrupted", () => {
  it.effect("is reported, and does nothing after it", () =>
    Effect.gen(function* () {
      const done: Array<string> = []
      const undo = Effect.andThen(
        Effect.sleep("1 second"),
        Effect.sync(() => done.push("sent after the interruption"))
      )
      const cleanup = Effect.provideService(Cleanup.run(undo, left), Cleanup.OnLeftBehind, ({ message }) =>
        Effect.sync(() => done.push(message))
      )
      const fiber = yield* Effect.forkChild(cleanup)
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(done, [left("it was interrupted").message])
    })
  )
})
