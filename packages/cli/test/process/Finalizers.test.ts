import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as Finalizers from "../../src/process/Finalizers.ts"
import * as GlobalFlags from "../../src/config/GlobalFlags.ts"
import * as Leftovers from "../../src/process/Leftovers.ts"

/** Interrupts a program whose finalizer is given; answers how it ended, when, and whether its finalizers were given up. */
const interrupted = Effect.fnUntraced(function* (finalizer: Effect.Effect<void>, grace?: Duration.Duration) {
  const leftovers = Leftovers.make()
  const started = yield* Deferred.make<void>()
  const program = Finalizers.withDeadline(
    Effect.ensuring(Effect.andThen(Deferred.succeed(started, undefined), Effect.never), finalizer)
  ).pipe(
    Effect.provideService(GlobalFlags.Grace, Option.fromNullishOr(grace)),
    Effect.provideService(Leftovers.Leftovers, leftovers)
  ) as Effect.Effect<never>
  const fiber = yield* Effect.forkChild(program, { startImmediately: true })
  yield* Deferred.await(started)
  // the very first sleep under a TestClock that nobody has moved yet can be interrupted even in a finalizer
  yield* TestClock.adjust("1 second")
  fiber.interruptUnsafe()
  let seconds = 0
  while (fiber.pollUnsafe() === undefined && seconds < 1000) {
    yield* TestClock.adjust("1 second")
    seconds += 1
  }
  return { exit: yield* Fiber.await(fiber), seconds, gaveUp: leftovers.gaveUpAfter !== undefined }
})

// R67
describe("an interrupted command", () => {
  it.effect("ends when its finalizers have", () =>
    Effect.gen(function* () {
      const { exit, gaveUp, seconds } = yield* interrupted(Effect.sleep("20 seconds"))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      assert.deepStrictEqual({ gaveUp, seconds }, { gaveUp: false, seconds: 20 })
    })
  )

  for (const [how, finalizer] of [
    ["never end", Effect.never],
    ["cannot be interrupted", Effect.uninterruptible(Effect.sleep("1 day"))],
    ["try again for ever", Effect.forever(Effect.sleep("5 seconds"))]
  ] as const) {
    it.effect(`whose finalizers ${how} ends soon after 30 seconds all the same`, () =>
      Effect.gen(function* () {
        const { exit, gaveUp, seconds } = yield* interrupted(finalizer)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
        assert.isTrue(gaveUp)
        assert.isAtLeast(seconds, 30)
        assert.isAtMost(seconds, 35)
      })
    )
  }

  it.effect("ends soon after the time of --grace", () =>
    Effect.gen(function* () {
      const { gaveUp, seconds } = yield* interrupted(Effect.never, Duration.minutes(10))
      assert.isTrue(gaveUp)
      assert.isAtLeast(seconds, 600)
      assert.isAtMost(seconds, 605)
    })
  )

  it.effect("whose finalizer dies does not pass it over in silence", () =>
    Effect.gen(function* () {
      const { exit } = yield* interrupted(Effect.die(new Error("planted")))
      assert.isTrue(Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause))
    })
  )
})

describe("a command that is not interrupted", () => {
  it.effect("keeps its result, however long it takes", () =>
    Effect.gen(function* () {
      const program = Finalizers.withDeadline(Effect.as(Effect.sleep("1 day"), "done")).pipe(
        Effect.provideService(GlobalFlags.Grace, Option.none())
      ) as Effect.Effect<string>
      const fiber = yield* Effect.forkChild(program, { startImmediately: true })
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* Fiber.join(fiber), "done")
    })
  )
})
