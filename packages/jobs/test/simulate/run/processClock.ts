import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Process } from "../generate/scenario.ts"

/**
 * The clock of a process: another one for each run, so that runs share nothing. Its wall clock may be wrong and may jump;
 * sleeping is right. `sleeping` returns how many fibers sleep.
 */
export const make = (
  clock: Clock.Clock,
  jumps: Process["clock"]
): { readonly clock: Clock.Clock; readonly sleeping: () => number } => {
  const start = clock.currentTimeMillisUnsafe()
  let sleeping = 0
  const wrongBy = () => {
    const seconds = (clock.currentTimeMillisUnsafe() - start) / 1000
    return (jumps.findLast(({ from }) => from <= seconds)?.wrongBy ?? 0) * 1000
  }
  const currentTimeMillisUnsafe = () => clock.currentTimeMillisUnsafe() + wrongBy()
  const currentTimeNanosUnsafe = () => clock.currentTimeNanosUnsafe() + BigInt(wrongBy()) * 1_000_000n
  return {
    sleeping: () => sleeping,
    clock: {
      currentTimeMillisUnsafe,
      currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
      currentTimeNanosUnsafe,
      currentTimeNanos: Effect.sync(currentTimeNanosUnsafe),
      monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: clock.monotonicTimeNanos,
      sleep: (duration) =>
        Effect.acquireUseRelease(
          Effect.sync(() => {
            sleeping += 1
          }),
          () => clock.sleep(duration),
          () =>
            Effect.sync(() => {
              sleeping -= 1
            })
        )
    }
  }
}
