import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { concat } from "../../../src/internal/paging/concat.ts"

const numbers = (...values: ReadonlyArray<number>): Stream.Stream<number, string> => Stream.fromIterable(values)

describe("two streams, one after the other", () => {
  for (const [first, second] of [
    [[1, 2], [3]],
    [[], [1]],
    [[1], []],
    [[], []]
  ] as const) {
    it.effect(`[${first}] and [${second}] emit all rows in order`, () =>
      Effect.gen(function* () {
        const both = concat(numbers(...first), numbers(...second))
        assert.deepStrictEqual(yield* Stream.runCollect(both), [...first, ...second])
        assert.deepStrictEqual(yield* Stream.runCollect(both), [...first, ...second])
      })
    )
  }

  it.effect("start the second only after the end of the first", () =>
    Effect.gen(function* () {
      let isStarted = false
      const second = Stream.suspend(() => {
        isStarted = true
        return numbers(3)
      })
      const both = concat(numbers(1, 2), second)
      assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(both, 2)), [1, 2])
      assert.isFalse(isStarted)
    })
  )

  it.effect("end with the failure of the first, or of the second", () =>
    Effect.gen(function* () {
      const failing: Stream.Stream<number, string> = Stream.fail("failed")
      for (const both of [concat(failing, numbers(1)), concat(numbers(1), failing)]) {
        assert.deepStrictEqual(yield* Effect.exit(Stream.runDrain(both)), Exit.fail("failed"))
      }
    })
  )

  it.effect("finalize both at the latest when the stream ends", () =>
    Effect.gen(function* () {
      const ended: Array<number> = []
      const one = (n: number) =>
        Stream.ensuring(
          numbers(n),
          Effect.sync(() => void ended.push(n))
        )
      yield* Stream.runDrain(concat(one(1), one(2)))
      assert.sameMembers(ended, [1, 2])
    })
  )
})
