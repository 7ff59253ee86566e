import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { monotonic } from "../rateLimit/monotonic.ts"

/**
 * Runs an effect again while it fails, until `isLast` accepts its error. `elapsed` are the milliseconds since the start. A
 * loop is smaller in a bundle than a schedule.
 */
export const retryUntil = <A, E, R, E2, R2>(
  self: Effect.Effect<A, E, R>,
  every: Duration.Input,
  isLast: (error: E, elapsed: number) => Effect.Effect<boolean, E2, R2>
): Effect.Effect<A, E | E2, R | R2> =>
  Effect.flatMap(Clock.Clock, (clock) => {
    const start = monotonic(clock)
    const attempt: Effect.Effect<A, E | E2, R | R2> = Effect.catch(self, (error) =>
      Effect.flatMap(isLast(error, monotonic(clock) - start), (last) =>
        last ? Effect.fail(error) : Effect.andThen(Effect.sleep(every), attempt)
      )
    )
    return attempt
  })
