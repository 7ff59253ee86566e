import type * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"

/** Returns the delay that a step of a schedule results in, or undefined if the schedule has ended. */
export const nextDelay = (
  step: Pull.Pull<readonly [output: unknown, delay: Duration.Duration], never, unknown>
): Effect.Effect<Duration.Duration | undefined> =>
  Pull.matchEffect(step, {
    onSuccess: ([, delay]) => Effect.succeed(delay),
    onFailure: (cause: Cause.Cause<never>) => Effect.failCause(cause),
    onDone: () => Effect.undefined
  })
