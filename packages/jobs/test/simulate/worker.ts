import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Effect from "effect/Effect"
import { scenarioOf } from "./generate/scenarioOf.ts"
import { violations } from "./invariants/invariants.ts"
import { reached } from "./report/coverage.ts"
import { shrink } from "./report/shrink.ts"
import { textOf } from "./report/text.ts"
import { simulate } from "./run/simulate.ts"

/** What became of some seeds. */
export interface Finding {
  readonly seeds: number
  /** the paths that were taken, each with the number of seeds that took it */
  readonly coverage: Readonly<Record<string, number>>
  readonly failures: ReadonlyArray<{
    readonly seed: number
    readonly invariants: ReadonlyArray<string>
    readonly text: string
  }>
  /** the memory that is in use, in bytes, after what is unused was collected */
  readonly heap: number
}

/** Simulates some seeds. Only as many failures as given are made small, which takes the time of many seeds. */
export const findingOf = Effect.fnUntraced(function* (
  seeds: ReadonlyArray<number>,
  maxShrinks: number
): Effect.fn.Return<Finding> {
  const coverage: Record<string, number> = {}
  const failures: Array<Finding["failures"][number]> = []
  for (const seed of seeds) {
    const scenario = scenarioOf(seed)
    const observation = yield* simulate(scenario)
    const found = violations(observation)
    for (const path of reached(observation)) coverage[path] = (coverage[path] ?? 0) + 1
    if (found.length === 0) continue
    const failure = { scenario, observation, violations: found }
    const isShrunk = failures.length < maxShrinks
    failures.push({
      seed,
      invariants: [...new Set(found.map(({ invariant }) => invariant))],
      text: isShrunk
        ? textOf(seed, yield* shrink(failure))
        : `seed ${seed}: ${found.map(({ invariant, message }) => `${invariant}: ${message}`).join("; ")}`
    })
  }
  return { seeds: seeds.length, coverage, failures, heap: heap() }
})

/** How much memory is in use after a garbage collection. */
const heap = (): number => {
  setFlagsFromString("--expose-gc")
  const collect: unknown = runInNewContext("gc")
  if (typeof collect === "function") collect()
  return process.memoryUsage().heapUsed
}

/** In a process of its own: simulates the seeds that each message names. */
process.on(
  "message",
  ({ maxShrinks, seeds }: { readonly seeds: ReadonlyArray<number>; readonly maxShrinks: number }) => {
    void Effect.runPromise(findingOf(seeds, maxShrinks)).then((finding) => process.send?.(finding))
  }
)
