import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { scenarioOf } from "./generate/scenarioOf.ts"
import { violations } from "./invariants/invariants.ts"
import { plant } from "./planted/bug.ts"
import { bugs } from "./planted/bugs.ts"
import { failureOf, shrink } from "./report/shrink.ts"
import { logOf, textOf } from "./report/text.ts"
import { simulate } from "./run/simulate.ts"
import { regressions } from "./regressions.ts"

/** How long a test of many seeds may take on a busy machine, in milliseconds. */
const patience = 240_000

/** The seeds that are simulated here; `npm run simulate` takes any others. */
const seeds = { first: 1, count: 40 } as const

describe("npm run simulate", () => {
  it.live(
    "replays a seed exactly: every request at the same time, with the same response",
    () =>
      Effect.gen(function* () {
        for (const seed of [2, 8, 23]) {
          const first = logOf(yield* simulate(scenarioOf(seed)))
          assert.isAbove(first.split("\n").length, 10)
          assert.strictEqual(logOf(yield* simulate(scenarioOf(seed))), first, `seed ${seed}`)
        }
      }),
    patience
  )

  it.live(
    `finds nothing wrong in ${seeds.count} seeds`,
    () =>
      Effect.gen(function* () {
        for (let seed = seeds.first; seed < seeds.first + seeds.count; seed++) {
          const failure = yield* failureOf(scenarioOf(seed))
          if (failure !== undefined) assert.fail(textOf(seed, yield* shrink(failure)))
        }
      }),
    patience
  )

  for (const { found, scenario, seed } of regressions) {
    it.live(`keeps what seed ${seed} found: ${found}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(violations(yield* simulate(scenario)), [])
      })
    )
  }
})

describe("every planted bug", () => {
  for (const { edits, name } of bugs) {
    it(`has its place in the sources: ${name}`, () => {
      for (const edit of edits) {
        const source = readFileSync(new URL(`../../../${edit.file}`, import.meta.url), "utf8")
        assert.notStrictEqual(plant(edit, source), source)
      }
    })
  }
})
