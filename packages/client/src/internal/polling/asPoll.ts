import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Priority } from "../rateLimit/priority.ts"
import { RetryOverride } from "../pipeline/retryPolicy.ts"

/**
 * How long a poll may be queued: an exhausted minute becomes available in that time. When the hour is exhausted, the wait
 * polls again later, together with the other waits, while each poll in the queue would be a request of its own.
 */
const maxWait = Duration.minutes(2)

/** Marks the requests of an effect as polls: they have the lowest priority, and are not retried, as the next tick is a retry. */
export const asPoll = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  self.pipe(
    Effect.provideService(Priority, "poll"),
    Effect.updateService(RetryOverride, (policy) => ({ ...policy, times: 0, maxWait }))
  )
