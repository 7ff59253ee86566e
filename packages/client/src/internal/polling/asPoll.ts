import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Priority } from "../rateLimit/priority.ts"
import { Override } from "../transport/retry.ts"

/**
 * So long a poll stands in line; a minute's budget comes back in that time. When it is the hour's, a wait asks again when
 * there is some, together with the other waits: of polls that stood in line since, each would be sent by itself.
 */
const patience = Duration.minutes(2)

/** Makes the requests of an effect polls: others go first, and the next tick is the only repetition. */
export const asPoll = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  self.pipe(
    Effect.provideService(Priority, "poll"),
    Effect.updateService(Override, (policy) => ({ ...policy, times: 0, maxWait: patience }))
  )
