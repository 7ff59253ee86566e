/**
 * The deadline of finalizers: what a command does after an interruption or `--timeout`, such as powering a Droplet on
 * again, must not keep the process for longer than this.
 *
 * @since 0.1.0
 */
import * as Cleanup from "@effect-digitalocean/jobs/Cleanup"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Leftovers from "./Leftovers.ts"

/**
 * How long finalizers may take where `--grace` does not say it.
 *
 * @since 0.1.0
 */
export const defaultDeadline: Duration.Duration = Duration.seconds(30)

/**
 * Runs a program whose finalizers have a deadline when it is interrupted. When that is over they are left behind, and
 * {@link Leftovers.sentences} says what they did not undo.
 *
 * @since 0.1.0
 */
export const withDeadline = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | GlobalFlags.Settings> =>
  Effect.gen(function* () {
    const deadline = Option.getOrElse(yield* GlobalFlags.Grace, () => defaultDeadline)
    const leftovers = yield* Leftovers.Leftovers
    const bounded = program.pipe(
      Effect.provideService(Cleanup.Deadline, deadline),
      Effect.provideService(Cleanup.OnLeftBehind, (left) =>
        Effect.sync(() => {
          leftovers.gaveUpAfter = deadline
          Leftovers.addLeftBehind(leftovers, left)
        })
      )
    )
    return yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkDetach(bounded, { startImmediately: true })
        const stop = Effect.gen(function* () {
          fiber.interruptUnsafe()
          // a job ends its own cleanup at the deadline, and reports what is left
          const ended = yield* Effect.timeoutOption(Fiber.await(fiber), Duration.sum(deadline, Duration.seconds(2)))
          if (Option.isNone(ended)) leftovers.gaveUpAfter = deadline
          else yield* ended.value
        })
        return yield* Effect.onInterrupt(restore(Fiber.join(fiber)), () => stop)
      })
    )
  })
