import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Priority } from "../rateLimit/priority.ts"
import { RetryOverride } from "../pipeline/retryPolicy.ts"

/**
 * The maximum time that a poll is queued for the rate limit, which is enough for the limit per minute. If the limit per
 * hour is exhausted, the wait polls again later, in a batch with other waits. Queued polls would not be batched.
 */
const maxWait = Duration.minutes(2)

/**
 * Marks the requests of an effect as polls: they have the lowest priority, and are not retried, as the next poll
 * replaces them.
 */
export const asPoll = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  self.pipe(
    Effect.provideService(Priority, "poll"),
    Effect.updateService(RetryOverride, (policy) => ({ ...policy, times: 0, maxWait }))
  )
