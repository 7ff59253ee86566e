import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { CheckFailed } from "./errors.ts"

/** Runs a check of a Droplet within a time. A failure, a defect and a timeout become `CheckFailed`. */
export const checked = <A, E, R>(
  droplet: Droplet.Droplet,
  check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>,
  timeout: Duration.Input
): Effect.Effect<A, CheckFailed, R> => {
  const failed = (problem: string) => Effect.fail(new CheckFailed({ droplet: droplet.id, problem }))
  return Effect.suspend(() => check(droplet)).pipe(
    Effect.catchCause((cause) => {
      // an interruption of the job itself does not reach this handler
      if (Cause.hasInterruptsOnly(cause)) return failed("the check was interrupted")
      const error = Cause.squash(cause)
      return failed(error instanceof Error ? error.message : String(error))
    }),
    Effect.timeoutOrElse({
      duration: timeout,
      orElse: () => failed(`it took longer than ${Duration.format(Duration.fromInputUnsafe(timeout))}`)
    })
  )
}
