import type { Import, Release, Retention, Rotate, Snapshot } from "@effect-digitalocean/jobs"
import type { Seed } from "@effect-digitalocean/testing"
import * as Accounts from "./accounts.ts"
import { type Chance, withSeed } from "./chance.ts"
import { disturbances } from "./faults.ts"
import type { Ending, Incident, Job, JobName, Process, Scenario } from "./scenario.ts"

/** Everything that a seed decides. */
export const scenarioOf = (seed: number): Scenario =>
  withSeed(seed, (chance) => {
    const account = Accounts.account(chance)
    const processes = processesOf(chance, account)
    return {
      seed,
      account,
      options: options(chance, processes),
      processes,
      disturbances: disturbances(chance),
      incidents: chance.is(0.35) ? Array.from({ length: chance.int(1, 2) }, () => incident(chance)) : []
    }
  })

const options = (chance: Chance, processes: ReadonlyArray<Process>): Scenario["options"] => ({
  speed: chance.of([1, 4, 4]),
  latency: chance.of([0, 20, 150, 700]),
  readDelay: chance.is(0.3) ? chance.int(1, 10) * 1000 : 0,
  statusDelay: chance.is(0.3) ? chance.int(1, 10) * 1000 : 0,
  listOrder: chance.is(0.3) ? "shuffled" : "newest first",
  imageDelay: chance.of([0, 3000, 3000, 45_000]),
  offeredAgain: chance.of(["refused", "same", "another"]),
  ...(processes.some(({ perMinute }) => perMinute !== undefined) && chance.is(0.5)
    ? { limits: { minute: 30, hour: 5000 } }
    : {})
})

const incident = (chance: Chance): Incident => ({
  at: chance.int(5, 600),
  what: chance.of(["action errors", "action errors", "image is deleted", "image is added"])
})

/** One to three processes; a job of one of them is often the same as one of another. */
const processesOf = (chance: Chance, account: Seed.Seed): ReadonlyArray<Process> => {
  const first = jobs(chance, account)
  const twice = chance.is(0.35)
  const count = twice ? chance.int(2, 3) : chance.of([1, 1, 2, 3])
  const perMinute = chance.is(0.15) ? chance.int(8, 25) : undefined
  return Array.from({ length: count }, (_, i) => ({
    jobs: i === 0 ? first : twice && i === 1 ? [chance.of(first)] : jobs(chance, account),
    start: i === 0 ? 0 : chance.of([0, 0, chance.int(1, 5), chance.int(5, 600)]),
    endings: chance.is(0.55) ? Array.from({ length: chance.int(1, 2) }, () => ending(chance)) : [],
    clock: chance.is(0.2) ? clock(chance) : [],
    ...(perMinute === undefined ? {} : { perMinute }),
    pollsSeldom: chance.is(0.8)
  }))
}

const ending = (chance: Chance): Ending => ({
  how: chance.of(["killed", "interrupted"]),
  request: chance.is(0.7) ? chance.int(0, 20) : chance.int(20, 80),
  when: chance.of(["before", "after"]),
  pause: chance.of([0, 1, chance.int(2, 60), chance.int(60, 1800)])
})

const clock = (chance: Chance): Process["clock"] => {
  const wrongBy = () => chance.of([-7200, -300, -5, 5, 300, 7200])
  const jump = chance.is(0.5) ? [{ from: chance.int(1, 300), wrongBy: wrongBy() }] : []
  return [{ from: 0, wrongBy: wrongBy() }, ...jump]
}

const jobs = (chance: Chance, account: Seed.Seed): ReadonlyArray<Job> =>
  Array.from({ length: chance.of([1, 1, 1, 2]) }, () => job(chance, account))

const names: ReadonlyArray<JobName> = [
  ...(["release", "release", "release", "snapshot", "snapshot", "rotate", "rotate"] as const),
  ...(["replicate", "preserve", "import", "import", "verify", "hand over", "audit"] as const)
]

const job = (chance: Chance, { images }: Seed.Seed): Job => {
  const regions = (min = 0) => chance.some(Accounts.regions, 3, min)
  const own = images.filter(({ id }) => id < 900)
  const [image = 60] = chance.some(
    own.map(({ id }) => id),
    1
  )
  const name = chance.of(names)
  switch (name) {
    case "replicate": {
      const options = {
        images: chance.some(
          own.map(({ id }) => id),
          3
        ),
        regions: regions(1),
        convertBackups: chance.is(0.8)
      }
      return { name, options: { ...options, ...(chance.is(0.2) ? { concurrency: 1 } : {}) } }
    }
    case "preserve":
      return {
        name,
        options: { backup: 50, name: "kept", tags: chance.some(["kept", "gold"], 2, 0), regions: regions() }
      }
    case "import":
      return { name, options: importOptions(chance, regions()) }
    case "release":
      return { name, options: release(chance, regions()) }
    case "snapshot":
      return { name, options: snapshot(chance) }
    case "rotate":
      return { name, options: rotation(chance) }
    case "verify": {
      const of = chance.is(0.7) ? 60 : image
      return { name, options: { image: of, region: chance.of(["nyc3", "ams3", "sfo3"]), replicate: chance.is(0.8) } }
    }
    case "hand over":
      return { name, options: { image, convertBackups: chance.is(0.7) } }
    case "audit":
      return { name, options: {} }
  }
}

const importOptions = (chance: Chance, regions: ReadonlyArray<string>): Import.Options => ({
  name: "base-1",
  url: chance.is(0.93) ? "https://example.com/base-1.img" : "https://example.com/fail.img",
  region: "nyc3",
  regions
})

const power = (chance: Chance) => ({
  ...(chance.is(0.45) ? { powerOff: true } : {}),
  ...(chance.is(0.1) ? { powerOn: true } : {}),
  ...(chance.is(0.3) ? { waitForEvents: "10 minutes" as const } : {})
})

const release = (chance: Chance, regions: ReadonlyArray<string>): Release.Options => {
  const { id, series } = chance.of(Accounts.droplets)
  return {
    droplet: id,
    series: chance.is(0.8) ? series : `${series}-{date}`,
    regions,
    ...(chance.is(0.3) ? { tags: ["gold"] } : {}),
    ...(chance.is(0.5) ? { retire: retention(chance) } : {}),
    ...power(chance)
  }
}

const snapshot = (chance: Chance): Snapshot.Options => ({
  droplet: chance.of(Accounts.droplets).id,
  ...(chance.is(0.6) ? { name: "golden" } : {}),
  ...power(chance)
})

const rotation = (chance: Chance): Rotate.Options => {
  const { id, series } = chance.of(Accounts.droplets)
  const droplet = chance.is(0.2) ? { droplet: id } : chance.is(0.08) ? { droplet: 399_000_001 } : {}
  return { series: { name: series, tags: ["release"], ...droplet }, ...retention(chance) }
}

const retention = (chance: Chance): Retention.Options => ({
  keep: chance.of<Retention.Rules>([
    { last: chance.int(1, 3) },
    { last: 1, daily: chance.int(1, 4) },
    { newerThan: "2 days" as const }
  ]),
  timeZone: "UTC",
  ...(chance.is(0.5) ? { minKeep: chance.int(1, 4) } : {}),
  ...(chance.is(0.5) ? { pinned: { tags: ["pinned"] } } : {})
})
