import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { ProcessState } from "../../../src/internal/state/processState.ts"
import type { Limit } from "../../../src/internal/transport/deadlines.ts"

const limit = <E>(millis: number, error: E): Limit<E> => ({ millis, onTimeout: () => error })

const within = <A, E, L>(limit: Limit<L>, run: (extend: (limit: Limit<L>) => void) => Effect.Effect<A, E>) =>
  Effect.flatMap(ProcessState, (state) => Effect.clockWith((clock) => state(clock).deadlines.within(limit, run)))

/** How work ends, and when. */
const ending = <A, E>(work: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(work)
    const end = Exit.isSuccess(exit)
      ? exit.value
      : exit.cause.reasons.map((reason) => reason._tag === "Fail" && reason.error)
    return [yield* Clock.currentTimeMillis, end] as const
  })

/** A clock that counts who sleeps on it. */
const counting = Effect.map(Clock.Clock, (clock) => {
  let sleepers = 0
  const sleep: Clock.Clock["sleep"] = (duration) =>
    Effect.onExit(
      Effect.andThen(
        Effect.sync(() => void sleepers++),
        clock.sleep(duration)
      ),
      () => Effect.sync(() => void sleepers--)
    )
  const counted: Clock.Clock = Object.assign(Object.create(clock), { sleep })
  return { clock: counted, sleepers: () => sleepers }
})

const Plan = Schema.Array(
  Schema.Struct({
    begins: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 })),
    limit: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 })),
    /** when the limit is replaced, from the beginning on, and by what */
    replaced: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 })),
    second: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 })),
    takes: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600 }))
  })
).check(Schema.isMaxLength(12))

describe("what has to end in time", () => {
  it.effect.prop("ends as if it had a timer of its own, however many others are watched", { plan: Plan }, ({ plan }) =>
    Effect.gen(function* () {
      // no two things happen at one time, as either order is right then
      const even = (millis: number) => 2 * millis
      const fibers = yield* Effect.forEach(plan, ({ begins, limit: first, replaced, second, takes }) =>
        Effect.forkChild(
          Effect.delay(
            ending(
              within(limit(even(first), "first"), (replace) =>
                Effect.gen(function* () {
                  const length = even(takes) + 1
                  const pause = Math.min(even(replaced) + 1, length)
                  yield* Effect.sleep(pause)
                  replace(limit(even(second), "second"))
                  yield* Effect.sleep(length - pause)
                  return "done"
                })
              )
            ),
            begins
          )
        )
      )
      yield* TestClock.adjust("5 seconds")
      const ends = yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(
        ends,
        plan.map(({ begins, limit: first, replaced, second, takes }) => {
          const length = even(takes) + 1
          const pause = Math.min(even(replaced) + 1, length)
          if (even(first) < pause) return [begins + even(first), ["first"]]
          // a limit that is replaced at the very end is never looked at
          if (pause < length && pause + even(second) < length) return [begins + pause + even(second), ["second"]]
          return [begins + length, "done"]
        })
      )
    })
  )

  it.effect("has ended before anybody hears that it was late", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const work = Effect.onInterrupt(Effect.never, () =>
        Effect.andThen(
          Effect.sleep("1 second"),
          Effect.sync(() => void events.push("ended"))
        )
      )
      const fiber = yield* Effect.forkChild(
        ending(
          Effect.onExit(
            within(limit(5000, "late"), () => work),
            () => Effect.sync(() => void events.push("heard"))
          )
        )
      )
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [6000, ["late"]])
      assert.deepStrictEqual(events, ["ended", "heard"])
    })
  )

  it.effect("is late at once when it has no time", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(ending(within(limit(0, "late"), () => Effect.never)))
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* Fiber.join(fiber), [0, ["late"]])
    })
  )

  it.effect("may have any time", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        ending(within(limit(Number.POSITIVE_INFINITY, "late"), () => Effect.as(Effect.sleep("30 days"), "done")))
      )
      yield* TestClock.adjust("31 days")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [30 * 86_400_000, "done"])
    })
  )

  it.effect("ends at once when who waits for it is interrupted, and nothing sleeps on", () =>
    Effect.gen(function* () {
      const { clock, sleepers } = yield* counting
      const events: Array<string> = []
      const work = Effect.onInterrupt(Effect.never, () => Effect.sync(() => void events.push("ended")))
      const fiber = yield* Effect.forkChild(
        Effect.provideService(
          within(limit(5000, "late"), () => work),
          Clock.Clock,
          clock
        )
      )
      yield* TestClock.adjust("1 second")
      assert.strictEqual(sleepers(), 1)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(events, ["ended"])
      assert.strictEqual(sleepers(), 0)
    })
  )

  it.effect("shares one timer, which ends with the last of it", () =>
    Effect.gen(function* () {
      const { clock, sleepers } = yield* counting
      const fiber = yield* Effect.forkChild(
        Effect.forEach(
          [5000, 3000, 4000, 2000],
          (millis) => within(limit(millis, "late"), () => Effect.sleep("1 second")),
          {
            concurrency: "unbounded"
          }
        ).pipe(Effect.provideService(Clock.Clock, clock))
      )
      yield* TestClock.adjust("500 millis")
      // four that work, and the timer
      assert.strictEqual(sleepers(), 5)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.strictEqual(sleepers(), 0)
    })
  )

  it.effect("is late though a sum of fractions lies beyond what the clock will tell", () =>
    Effect.gen(function* () {
      // 994.443468 + 56.290049 is more than 1050.733517
      yield* TestClock.adjust(994.443468)
      const fiber = yield* Effect.forkChild(Effect.flip(within(limit(56.290049, "late"), () => Effect.never)))
      yield* TestClock.adjust(56.290049)
      assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
    })
  )

  it.effect("is watched no longer when it threw before it began", () =>
    Effect.gen(function* () {
      const { clock, sleepers } = yield* counting
      const broken = within(limit(5000, "late"), () => {
        throw new Error("boom")
      })
      const exit = yield* Effect.exit(Effect.provideService(broken, Clock.Clock, clock))
      assert.isTrue(Exit.hasDies(exit))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(sleepers(), 0)
    })
  )

  it.effect("is late though an earlier timer threw, and starts again", () =>
    Effect.gen(function* () {
      const late = within(limit(5000, "late"), () => Effect.never)
      const services = yield* Effect.provide(Effect.context(), Logger.layer([]))
      const onExit = () => {
        throw new Error("boom")
      }
      Effect.runCallbackWith(services)(late, { onExit })
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.retry(late, { times: 1 })))
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
    })
  )
})
