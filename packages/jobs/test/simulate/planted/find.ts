import { fileURLToPath } from "node:url"
import type { Finding } from "../worker.ts"
import { ask, start } from "../workers.ts"
import type { Bug } from "./bug.ts"

const hooks = fileURLToPath(new URL("./hooks.ts", import.meta.url))

/** How many seeds are simulated before the bug is looked for in their findings. */
const batch = 20

/** Simulates with a planted bug from a seed on, until a seed finds it. */
export const findBug = async (
  { breaks, name }: Bug,
  first: number,
  maxSeeds: number
): Promise<Finding["failures"][number] | undefined> => {
  const worker = start({ module: hooks, bug: name })
  try {
    for (let next = first; next < first + maxSeeds; next += batch) {
      const seeds = Array.from({ length: Math.min(batch, first + maxSeeds - next) }, (_, i) => next + i)
      const { failures } = await ask(worker, seeds, 0)
      const found = failures.find(({ invariants }) => invariants.some((one) => breaks.includes(one)))
      if (found !== undefined) return found
    }
    return undefined
  } finally {
    worker.kill()
  }
}
