import type * as Clock from "effect/Clock"

/** Milliseconds that only go forward. */
export const monotonic = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000
