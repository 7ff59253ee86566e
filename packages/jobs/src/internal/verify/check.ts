import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Outcome from "../../Outcome.ts"
import { CheckFailed } from "./errors.ts"

/** Runs a check of a Droplet within a time; whatever is wrong with it becomes `CheckFailed`. */
export const checked = <A, E, R>(
  droplet: Droplet.Droplet,
  check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>,
  checkTimeout: Duration.Input
): Effect.Effect<Outcome.Outcome<A, never>, CheckFailed, R> => {
  const failed = (problem: string) => new CheckFailed({ droplet: droplet.id, problem })
  return Effect.suspend(() => check(droplet)).pipe(
    Effect.catchCause((cause) => {
      // an interruption of the drill itself never comes by here
      if (Cause.hasInterruptsOnly(cause)) return Effect.fail(failed("it was interrupted from within"))
      const error = Cause.squash(cause)
      return Effect.fail(failed(error instanceof Error ? error.message : String(error)))
    }),
    Effect.timeoutOrElse({
      duration: checkTimeout,
      orElse: () =>
        Effect.fail(failed(`it took longer than ${Duration.format(Duration.fromInputUnsafe(checkTimeout))}`))
    }),
    Effect.map(Outcome.done)
  )
}
