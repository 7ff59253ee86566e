import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Together from "../../../src/internal/polling/batcher.ts"

/** A place to ask that answers with the time, and what was asked together. */
const place = () => {
  const batches: Array<{ readonly at: number; readonly questions: ReadonlyArray<string> }> = []
  const together = Together.make<string, number, never>((asked) =>
    Effect.map(Clock.currentTimeMillis, (at) => {
      batches.push({ at, questions: asked.map(({ question }) => question) })
      for (const one of asked) one.answer(Exit.succeed(at))
    })
  )
  const after = (millis: number, question: string) =>
    Effect.forkChild(Effect.andThen(together.sleep(Duration.millis(millis)), together.ask(question)))
  return { batches, after, ...together }
}

describe("questions", () => {
  it.effect("that come due within 100 ms are answered together, at the time of the last", () => {
    const { after, batches } = place()
    return Effect.gen(function* () {
      yield* after(1000, "a")
      yield* after(1040, "b")
      yield* after(1100, "c")
      yield* after(1101, "d")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(batches, [
        { at: 1100, questions: ["a", "b", "c"] },
        { at: 1200, questions: ["d"] }
      ])
    })
  })

  it.effect("that come due alone wait for nobody", () => {
    const { after, batches } = place()
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
    const { after, batches } = place()
    return Effect.gen(function* () {
      yield* after(1000, "a")
      const sleeper = yield* after(1080, "b")
      yield* Effect.forkChild(Effect.delay(Fiber.interrupt(sleeper), "1020 millis"))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(batches, [{ at: 1020, questions: ["a"] }])
    })
  })

  it.effect("asked unannounced are answered at once, and those after them within 100 ms", () => {
    const { ask, batches } = place()
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        Effect.all([ask("a"), ask("b"), Effect.delay(ask("c"), "30 millis"), Effect.delay(ask("d"), "60 millis")], {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(batches, [
        { at: 0, questions: ["a", "b"] },
        { at: 100, questions: ["c", "d"] }
      ])
    })
  })

  it.effect("that nobody answers end with a defect, and so does a failing answer", () => {
    const silent = Together.make<string, number, never>(() => Effect.void)
    const dying = Together.make<string, number, never>(() => Effect.die("a bug"))
    return Effect.gen(function* () {
      const exits = yield* Effect.all([Effect.exit(silent.ask("a")), Effect.exit(dying.ask("a"))])
      assert.isTrue(exits.every(Exit.hasDies))
    })
  })
})
