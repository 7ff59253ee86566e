import { type DigitalOceanError, isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/** How long a resource that was created may take to be visible; shorter than the deadline of a cleanup. */
export const visibleWithin = Duration.seconds(25)

/** Retries while the response is 404: a resource that was created a moment ago may not be visible yet. */
export const onceVisible = <A, E, R>(
  self: Effect.Effect<A, E | DigitalOceanError, R>
): Effect.Effect<A, E | DigitalOceanError, R> =>
  Effect.retry(self, {
    while: (error) => isDigitalOceanError(error) && error.reason._tag === "NotFound",
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: visibleWithin })
  })
