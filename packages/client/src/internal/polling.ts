import * as Effect from "effect/Effect"
import { Priority } from "./priority.ts"
import { Override } from "./retry.ts"

/** Makes the requests of an effect polls: others go first, and the next tick is the only repetition. */
export const asPoll = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  self.pipe(
    Effect.provideService(Priority, "poll"),
    Effect.updateService(Override, (policy) => ({ ...policy, times: 0 }))
  )
