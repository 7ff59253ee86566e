import type { Scenario } from "./generate/scenario.ts"

/** A scenario that found a defect, as small as it was made, and what it was. */
interface Regression {
  /** the seed that found it, by the generators of its time */
  readonly seed: number
  readonly found: string
  readonly scenario: Scenario
}

const release = {
  name: "release",
  options: { droplet: 11, series: "web", regions: [], powerOff: true, waitForEvents: "10 minutes" }
} as const

/** A scenario on an account with a Droplet and nothing else. */
const scenarioOf = (parts: Pick<Scenario, "processes" | "disturbances"> & Partial<Scenario>): Scenario => ({
  seed: 1,
  account: { droplets: [{ id: 11, name: "web-01" }], images: [] },
  options: { offeredAgain: "refused" },
  incidents: [],
  ...parts
})

const process = { start: 0, endings: [], clock: [], pollsSeldom: false } as const

/** Every scenario that found a defect. Each defect has a test of its own too. */
export const regressions: ReadonlyArray<Regression> = [
  {
    seed: 5053,
    found: "a cleanup went on sending requests after its deadline",
    scenario: scenarioOf({
      options: { readDelay: 1000, offeredAgain: "refused" },
      processes: [
        { ...process, jobs: [release] },
        { ...process, jobs: [release], endings: [{ how: "interrupted", request: 13, when: "before", pause: 0 }] }
      ],
      disturbances: [
        { title: "silence", faults: [{ fault: "silence", on: "POST /v2/**", nth: 3 }] },
        {
          title: "504 executed",
          faults: [{ fault: "status", status: 504, body: "none", executed: true, on: "POST /v2/**" }]
        }
      ]
    })
  }
]
