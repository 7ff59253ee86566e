import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { LatestValue } from "../../../src/internal/rateLimit/latestValue.ts"

const take = (latest: LatestValue<number>, count: number) =>
  Effect.forkChild(latest.values.pipe(Stream.take(count), Stream.runCollect))

describe("the latest value", () => {
  it.effect("is undefined at first, and a stream waits for it", () =>
    Effect.gen(function* () {
      const latest = new LatestValue<number>()
      assert.isUndefined(latest.value)
      const fiber = yield* take(latest, 1)
      yield* Effect.yieldNow
      latest.set(1)
      assert.deepStrictEqual(yield* Fiber.join(fiber), [1])
    })
  )

  it.effect("is the first of every stream, and each stream gets later values", () =>
    Effect.gen(function* () {
      const latest = new LatestValue<number>()
      latest.set(1)
      const fibers = [yield* take(latest, 2), yield* take(latest, 2)]
      yield* Effect.yieldNow
      latest.set(2)
      assert.deepStrictEqual(yield* Effect.forEach(fibers, Fiber.join), [
        [1, 2],
        [1, 2]
      ])
    })
  )

  it.effect("is all that a slow consumer gets", () =>
    Effect.gen(function* () {
      const latest = new LatestValue<number>()
      latest.set(1)
      const seen: Array<number> = []
      const slow = latest.values.pipe(
        Stream.take(2),
        Stream.runForEach((value) =>
          Effect.gen(function* () {
            seen.push(value)
            yield* Effect.yieldNow
          })
        )
      )
      const fiber = yield* Effect.forkChild(slow)
      yield* Effect.yieldNow
      for (const value of [2, 3, 4]) latest.set(value)
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen, [1, 4])
    })
  )
})
