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

const imported = {
  name: "import",
  options: { name: "base-1", url: "https://example.com/base-1.img", region: "nyc3", regions: ["sfo3"] }
} as const

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
  },
  {
    seed: 20058,
    found: "the deletion of a second import went on for minutes after an interruption",
    scenario: scenarioOf({
      options: { speed: 4, offeredAgain: "refused" },
      processes: [
        { ...process, jobs: [imported] },
        { ...process, jobs: [imported], endings: [{ how: "interrupted", request: 3, when: "before", pause: 0 }] }
      ],
      disturbances: [
        {
          title: "every change is refused for a while",
          faults: [{ fault: "rate-limit", window: "minute", on: "DELETE /v2/**", times: 9 }]
        }
      ]
    })
  },
  {
    seed: 5056,
    found: "a deletion that the rate limit refused four times failed, though others had used it up",
    scenario: scenarioOf({
      account: {
        droplets: [{ id: 11, name: "web-01", images: [1, 2] }],
        images: [
          { id: 1, name: "web-2026-11-20T03-00-00-000Z", created_at: "2026-11-20T03:00:00Z", tags: ["release"] },
          { id: 2, name: "web-2026-11-21T03-00-00-000Z", created_at: "2026-11-21T03:00:00Z", tags: ["release"] }
        ]
      },
      processes: [
        {
          ...process,
          jobs: [
            {
              name: "rotate",
              options: { series: { name: "web", tags: ["release"] }, keep: { last: 1 }, timeZone: "UTC" }
            }
          ]
        }
      ],
      disturbances: [
        {
          title: "429 of the minute",
          faults: [{ fault: "rate-limit", window: "minute", seconds: 3, on: "DELETE /v2/**", times: 6 }]
        }
      ]
    })
  }
]
