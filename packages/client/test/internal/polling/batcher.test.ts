import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Batcher from "../../../src/internal/polling/batcher.ts"
import type { PollCapacity } from "../../../src/internal/rateLimit/pollCapacity.ts"

/** A rate limit that allows a poll after some time, in milliseconds. */
const opensAt = (time: number): PollCapacity => ({
  spare: () => 245,
  opensIn: (now) => Math.max(0, time - now),
  startWait: () => () => undefined
})

/** Schedules a request, and waits for its result. */
const request = <A>(batcher: Batcher.Batcher<string, A, never>, input: string, due = 0) =>
  Effect.acquireUseRelease(
    batcher.schedule(input, due),
    ({ result }) => Deferred.await(result),
    (request) => Effect.sync(() => request.end())
  )

/** A batcher that completes requests with the time, and records its batches. */
const makeBatcher = (capacity = opensAt(0)) => {
  const batches: Array<{ readonly at: number; readonly inputs: ReadonlyArray<string> }> = []
  const batcher = Batcher.make<string, number, never>(capacity, (requests) =>
    Effect.map(Clock.currentTimeMillis, (at) => {
      batches.push({ at, inputs: requests.map(({ input }) => input) })
      for (const request of requests) request.complete(Exit.succeed(at))
    })
  )
  const due = (at: number, input: string) => Effect.forkChild(request(batcher, input, at))
  return { batcher, batches, due }
}

describe("requests", () => {
  it.effect("that are due within 100 ms are batched, at the time of the last", () => {
    const { batches, due } = makeBatcher()
    return Effect.gen(function* () {
      yield* due(1000, "a")
      yield* due(1040, "b")
      yield* due(1100, "c")
      yield* due(1101, "d")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(batches, [
        { at: 1100, inputs: ["a", "b", "c"] },
        { at: 1200, inputs: ["d"] }
      ])
    })
  })

  it.effect("that are due alone are not delayed", () => {
    const { batches, due } = makeBatcher()
    return Effect.gen(function* () {
      yield* due(1000, "a")
      yield* due(1150, "b")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(
        batches.map(({ at }) => at),
        [1000, 1150]
      )
    })
  })

  it.effect("do not wait for one that was interrupted", () => {
    const { batches, due } = makeBatcher()
    return Effect.gen(function* () {
      yield* due(1000, "a")
      const sleeper = yield* due(1080, "b")
      yield* Effect.forkChild(Effect.delay(Fiber.interrupt(sleeper), "1020 millis"))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(batches, [{ at: 1020, inputs: ["a"] }])
    })
  })

  it.effect("that are due at once are run at once, and later ones within 100 ms", () => {
    const { batcher, batches } = makeBatcher()
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        Effect.all(
          [
            request(batcher, "a"),
            request(batcher, "b"),
            Effect.delay(request(batcher, "c"), "30 millis"),
            Effect.delay(request(batcher, "d"), "60 millis")
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
    const silent = Batcher.make<string, number, never>(opensAt(0), () => Effect.void)
    const dying = Batcher.make<string, number, never>(opensAt(0), () => Effect.die("a bug"))
    return Effect.gen(function* () {
      const exits = yield* Effect.all([Effect.exit(request(silent, "a")), Effect.exit(request(dying, "a"))])
      assert.isTrue(exits.every(Exit.hasDies))
    })
  })

  it.effect("that become due while the rate limit allows none are one batch when it does", () => {
    const { batches, due } = makeBatcher(opensAt(30_000))
    return Effect.gen(function* () {
      yield* due(1000, "a")
      yield* due(5000, "b")
      yield* due(29_950, "c")
      yield* due(31_000, "d")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(batches, [
        { at: 30_000, inputs: ["a", "b", "c"] },
        { at: 31_000, inputs: ["d"] }
      ])
    })
  })

  it.effect("wait for the rate limit once, and are then queued like others", () => {
    // others take every request that the rate limit allows
    const { batches, due } = makeBatcher({ ...opensAt(0), opensIn: () => 10_000 })
    return Effect.gen(function* () {
      yield* due(1000, "a")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(batches, [{ at: 11_000, inputs: ["a"] }])
    })
  })

  it.effect("do not wait for the rate limit if that takes longer than two minutes: they fail", () => {
    const { batches, due } = makeBatcher(opensAt(3_600_000))
    return Effect.gen(function* () {
      yield* due(1000, "a")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(batches, [{ at: 1000, inputs: ["a"] }])
    })
  })

  it.effect("can be made due earlier, not later", () => {
    const { batcher, batches } = makeBatcher()
    return Effect.gen(function* () {
      const [a, b] = yield* Effect.all([batcher.schedule("a", 5000), batcher.schedule("b", 6000)])
      yield* TestClock.adjust("1 second")
      batcher.hasten(a, 2000)
      batcher.hasten(b, 7000)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(batches, [
        { at: 2000, inputs: ["a"] },
        { at: 6000, inputs: ["b"] }
      ])
    })
  })
})
