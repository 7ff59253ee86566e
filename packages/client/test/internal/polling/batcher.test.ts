import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Batcher from "../../../src/internal/polling/batcher.ts"

/** A batcher that completes requests with the time, and records its batches. */
const makeBatcher = () => {
  const batches: Array<{ readonly at: number; readonly inputs: ReadonlyArray<string> }> = []
  const batcher = Batcher.make<string, number, never>((requests) =>
    Effect.map(Clock.currentTimeMillis, (at) => {
      batches.push({ at, inputs: requests.map(({ input }) => input) })
      for (const request of requests) request.complete(Exit.succeed(at))
    })
  )
  const after = (millis: number, input: string) =>
    Effect.forkChild(Effect.andThen(batcher.sleep(Duration.millis(millis)), batcher.request(input)))
  return { batches, after, ...batcher }
}

describe("requests", () => {
  it.effect("that are due within 100 ms are batched, at the time of the last", () => {
    const { after, batches } = makeBatcher()
    return Effect.gen(function* () {
      yield* after(1000, "a")
      yield* after(1040, "b")
      yield* after(1100, "c")
      yield* after(1101, "d")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(batches, [
        { at: 1100, inputs: ["a", "b", "c"] },
        { at: 1200, inputs: ["d"] }
      ])
    })
  })

  it.effect("that are due alone are not delayed", () => {
    const { after, batches } = makeBatcher()
    return Effect.gen(function* () {
      yield* after(1000, "a")
      yield* after(1150, "b")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(
        batches.map(({ at }) => at),
        [1000, 1150]
      )
    })
  })

  it.effect("do not wait for one that was interrupted in its sleep", () => {
    const { after, batches } = makeBatcher()
    return Effect.gen(function* () {
      yield* after(1000, "a")
      const sleeper = yield* after(1080, "b")
      yield* Effect.forkChild(Effect.delay(Fiber.interrupt(sleeper), "1020 millis"))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(batches, [{ at: 1020, inputs: ["a"] }])
    })
  })

  it.effect("without a sleep are run immediately, and later ones within 100 ms", () => {
    const { request, batches } = makeBatcher()
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        Effect.all(
          [
            request("a"),
            request("b"),
            Effect.delay(request("c"), "30 millis"),
            Effect.delay(request("d"), "60 millis")
          ],
          {
            concurrency: "unbounded"
          }
        )
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(batches, [
        { at: 0, inputs: ["a", "b"] },
        { at: 100, inputs: ["c", "d"] }
      ])
    })
  })

  it.effect("that are not completed end with a defect, and so does a batch that dies", () => {
    const silent = Batcher.make<string, number, never>(() => Effect.void)
    const dying = Batcher.make<string, number, never>(() => Effect.die("a bug"))
    return Effect.gen(function* () {
      const exits = yield* Effect.all([Effect.exit(silent.request("a")), Effect.exit(dying.request("a"))])
      assert.isTrue(exits.every(Exit.hasDies))
    })
  })
})
