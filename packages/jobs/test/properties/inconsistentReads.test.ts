import type { TestDigitalOcean } from "@effect-digitalocean/testing"
import { describe, it } from "@effect/vitest"
import * as Crash from "../support/crash.ts"
import { scenarios } from "../support/scenarios.ts"

// 10 seconds of the job's time each, for time at DigitalOcean runs 4 times faster
const lagging: TestDigitalOcean.Options = { readDelay: "40 seconds", statusDelay: "40 seconds", listOrder: "shuffled" }

/** What may be requested again before it is visible, because a second request changes nothing. */
const isIdempotent = (change: string) => change.startsWith("PUT ") || /^POST \/v2\/tags\b/.test(change)

/** A killed import that is run again before its image is visible imports once more, and deletes what it created. */
const isSecondImport = (change: string) =>
  change.startsWith("POST /v2/images {") || change.startsWith("DELETE /v2/images/")

// R2, R3, R11
describe("with reads that lag 10 seconds behind, and lists in any order, a job that is killed at any request and run again ends the same", () => {
  for (const [name, scenario] of Object.entries<Crash.Scenario>(scenarios)) {
    it.effect(
      name,
      () =>
        Crash.survivesEveryCrash({
          ...scenario,
          account: { ...scenario.account, ...lagging },
          mayRepeat: (change) =>
            isIdempotent(change) ||
            (name === "import" && isSecondImport(change)) ||
            scenario.mayRepeat?.(change) === true
        }),
      Crash.patience * 2
    )
  }
})
