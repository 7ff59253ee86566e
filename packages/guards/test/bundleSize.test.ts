import { assert, describe, it } from "@effect/vitest"
import { bundle, gzipKb, type Program, withFolder } from "../../client/bench/harness/bundle.ts"

interface Budget {
  readonly program: Program
  readonly what: string
  /** the maximum size in KB (1000 bytes), minified and gzipped */
  readonly budget: number
  /** the size in KB that is aimed for */
  readonly target: number
}

/** The budgets are the sizes of November 2026, rounded up to 0.1 KB. Autoscale pools and SSH keys take 1.6 KB of the first. Lower them as the sizes approach the targets. */
const budgets: ReadonlyArray<Budget> = [
  { program: "frontDoor", what: "gets one image through DigitalOcean.layerConfig", budget: 82.4, target: 79 },
  { program: "images", what: "gets one image through Images.layer", budget: 73.0, target: 71 }
]

describe("the bundle of a program that", () => {
  for (const { budget, program, target, what } of budgets) {
    it(`${what} is at most ${budget} KB, gzipped`, { timeout: 120_000 }, async () => {
      const size = await withFolder(async (folder) => gzipKb(await bundle(program, "rolldown", folder)))
      process.stdout.write(`${program}.ts: ${size.toFixed(2)} KB gzipped; budget ${budget} KB, target ${target} KB\n`)
      assert.isAtMost(
        size,
        budget,
        `packages/client/bench/programs/${program}.ts takes ${size.toFixed(2)} KB, above its budget of ${budget} KB.\n` +
          "Find out what the program has come to import, and import it only where it is used. If the size is worth it, " +
          "raise the budget in packages/guards/test/bundleSize.test.ts and say why in the commit.\n"
      )
    })
  }
})
