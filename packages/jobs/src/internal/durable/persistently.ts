import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { JobStoreError } from "../../durable/JobStore.ts"

/** An operation of the store, repeated every second while the store does not respond; logged once a minute. */
export const persistently = <A>(operation: Effect.Effect<A, JobStoreError>): Effect.Effect<A> =>
  Effect.suspend(() => {
    let failures = 0
    const logged = Effect.tapError(operation, ({ message }) =>
      failures++ % 60 === 0 ? Effect.logWarning(message) : Effect.void
    )
    return Effect.orDie(Effect.retry(logged, { schedule: Schedule.spaced("1 second") }))
  })
