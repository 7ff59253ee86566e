import type * as Clock from "effect/Clock"

/** Monotonic time in milliseconds. */
export const monotonic = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000
