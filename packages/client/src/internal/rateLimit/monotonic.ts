import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Monotonic time in milliseconds. */
export const monotonic = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000

/** Adds to the result of a request the monotonic time, in milliseconds, at which it started. */
export const withTime = <A, E>(self: Effect.Effect<A, E>): Effect.Effect<readonly [A, at: number], E> =>
  Effect.clockWith((clock) => {
    const at = monotonic(clock)
    return Effect.map(self, (value) => [value, at])
  })
