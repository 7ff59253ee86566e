import { fileURLToPath } from "node:url"
import { scenarioOf } from "../generate/scenarioOf.ts"
import type { Finding } from "../worker.ts"
import { ask, start } from "../workers.ts"
import type { Bug } from "./bug.ts"

const hooks = fileURLToPath(new URL("./hooks.ts", import.meta.url))

/** Simulates with a planted bug those of so many seeds that can find it, until one does. */
export const findBug = async (
  { breaks, mayFind, name }: Bug,
  first: number,
  maxSeeds: number
): Promise<Finding["failures"][number] | undefined> => {
  const worker = start({ module: hooks, bug: name })
  try {
    for (let seed = first; seed < first + maxSeeds; seed++) {
      if (!mayFind(scenarioOf(seed))) continue
      const { failures } = await ask(worker, [seed], 0)
      const found = failures.find(({ invariants }) => invariants.some((one) => breaks.includes(one)))
      if (found !== undefined) return found
    }
    return undefined
  } finally {
    worker.kill()
  }
}
