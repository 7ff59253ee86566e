import { start } from "./harness/child.ts"
import { median, worstMinute } from "./harness/measure.ts"
import type { Bench, Figures, Row } from "./harness/report.ts"
import type { JobName } from "./simulation/accounts.ts"
import { byRoute, listingAge } from "./simulation/requests.ts"
import type { TestAccount } from "./stub/testAccount.ts"
import type { Auditor } from "./workers/audit.ts"
import type { JobCost, SimulatedJobs } from "./workers/simulatedJobs.ts"

/** The targets of a job, and the least that is possible. */
interface Measure {
  readonly most?: { readonly requests: number; readonly minutes?: number; readonly rssMb?: number }
  readonly least: { readonly requests: string; readonly minutes?: string }
  /** the names of the figures in the JSON */
  readonly figures: ReadonlyArray<"requests" | "minutes" | "worstMinute">
}

/** The largest job first. */
const measures: { readonly [name in JobName]: Measure } = {
  replicate300x3: {
    most: { requests: 1150, minutes: 12 },
    least: { requests: "960, 900 POSTs of them", minutes: "7.7, for the largest image" },
    figures: ["requests", "minutes", "worstMinute"]
  },
  rotate1000: {
    most: { requests: 560, minutes: 3 },
    least: { requests: "505, 500 DELETEs of them", minutes: "2, for the rate limit" },
    figures: ["requests", "minutes"]
  },
  audit10000: {
    most: { requests: 58, rssMb: 62 },
    least: { requests: "54 pages" },
    figures: ["requests"]
  },
  auditSnapshots10000: {
    least: { requests: "54 pages, or 103 if snapshots are listed" },
    figures: ["requests"]
  },
  release1x5: {
    least: { requests: "12, 5 transfers of them" },
    figures: ["requests"]
  },
  preserve50: {
    least: { requests: "204, 4 for each backup" },
    figures: ["requests"]
  }
}

const simulate = async (name: JobName): Promise<JobCost> => {
  const child = await start<SimulatedJobs>(new URL("./workers/simulatedJobs.ts", import.meta.url))
  const cost = await child.call("simulate", name)
  await child.stop()
  return cost
}

/** MB that an audit uses in addition to an idle client: the median of processes of their own. */
const memory = async (name: JobName): Promise<number> => {
  const server = await start<TestAccount>(new URL("./stub/testAccount.ts", import.meta.url))
  const address = await server.call("listen", name)
  const taken: Array<number> = []
  for (let run = 0; run < 5; run++) {
    const child = await start<Auditor>(new URL("./workers/audit.ts", import.meta.url))
    taken.push(await child.call("memory", { address, name }))
    await child.stop()
  }
  await server.stop()
  return median(taken)
}

const minuteOf = ({ requests }: JobCost): number => worstMinute(requests.map(({ at }) => at))

const target = (atMost: number | undefined) => (atMost === undefined ? {} : { atMost })

const rowsOf = (name: JobName, cost: JobCost): ReadonlyArray<Row> => {
  const { minutes, peakMb, requests } = cost
  const { least, most } = measures[name]
  const rows: ReadonlyArray<Row> = [
    { what: "requests", value: requests.length, ...target(most?.requests), beside: `at least ${least.requests}` },
    ...byRoute(requests).map(([route, value]) => ({ what: `  ${route}`, value })),
    { what: "worst minute", value: minuteOf(cost), atMost: 245 },
    {
      what: "time",
      value: minutes,
      unit: "min",
      ...target(most?.minutes),
      ...(least.minutes === undefined ? {} : { beside: `at least ${least.minutes}` })
    },
    { what: "429 responses", value: requests.filter(({ status }) => status === 429).length, atMost: 0 },
    { what: "peak memory, with the account", value: peakMb, unit: "MB" },
    ...(name === "rotate1000"
      ? [{ what: "DELETE after the latest listing", value: listingAge(requests, 1000), unit: "s", atMost: 15 }]
      : [])
  ]
  return rows.map((row) => ({ ...row, what: `${name}: ${row.what}` }))
}

const figuresOf = (name: JobName, cost: JobCost): Readonly<Record<string, number>> => {
  const all = { requests: cost.requests.length, minutes: cost.minutes, worstMinute: minuteOf(cost) }
  return Object.fromEntries(measures[name].figures.map((figure) => [figure, all[figure]]))
}

const names = Object.keys(measures) as ReadonlyArray<JobName>

/** Simulates all jobs: the largest, and the others one by one beside it. */
const simulateAll = async (): Promise<ReadonlyMap<JobName, JobCost>> => {
  const costs = new Map<JobName, JobCost>()
  const inTurn = async (some: ReadonlyArray<JobName>) => {
    for (const name of some) costs.set(name, await simulate(name))
  }
  await Promise.all([inTurn(names.slice(0, 1)), inTurn(names.slice(1))])
  return costs
}

/** Jobs with their default options, by a clock of the test and without latency. */
export const jobs: Bench = {
  name: "jobs",
  what: "requests of jobs, with a simulated clock; memory of an audit",
  seconds: 60,
  run: async () => {
    // before the others, which would disturb it
    const megabytes = new Map([
      ["audit10000", await memory("audit10000")],
      ["auditSnapshots10000", await memory("auditSnapshots10000")]
    ])
    const costs = await simulateAll()
    const json: Record<string, Figures> = {}
    const rows: Array<Row> = []
    for (const name of names) {
      const cost = costs.get(name)!
      const rssMb = megabytes.get(name)
      json[name] = { ...figuresOf(name, cost), ...(rssMb === undefined ? {} : { rssMb }) }
      rows.push(...rowsOf(name, cost))
      if (rssMb === undefined) continue
      const what = `${name}: memory above idle, without the account`
      rows.push({ what, value: rssMb, unit: "MB", ...target(measures[name].most?.rssMb) })
    }
    return { json, rows }
  }
}
