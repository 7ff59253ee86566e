import * as Effect from "effect/Effect"
import type { Process, Scenario } from "../generate/scenario.ts"
import { type Violation, violations } from "../invariants/invariants.ts"
import type { Observation } from "../run/observation.ts"
import { simulate } from "../run/simulate.ts"

/** A scenario that breaks an invariant, and what happened in it. */
export interface Failure {
  readonly scenario: Scenario
  readonly observation: Observation
  readonly violations: ReadonlyArray<Violation>
}

/** Runs a scenario, and returns it if it breaks an invariant. */
export const failureOf = (scenario: Scenario): Effect.Effect<Failure | undefined> =>
  Effect.map(simulate(scenario), (observation) => {
    const found = violations(observation)
    return found.length === 0 ? undefined : { scenario, observation, violations: found }
  })

/** How many smaller scenarios are tried. */
const maxTries = 120

/**
 * The smallest scenario that is found to break the same invariant: with fewer faults, processes, jobs, endings and images,
 * on an account that is read right away.
 */
export const shrink = Effect.fnUntraced(function* (failure: Failure): Effect.fn.Return<Failure> {
  const [first] = failure.violations
  let smallest = failure
  let tries = 0
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false
    for (const scenario of smaller(smallest.scenario)) {
      if (++tries > maxTries) return smallest
      const again = yield* failureOf(scenario)
      if (again?.violations.some(({ invariant }) => invariant === first?.invariant) !== true) continue
      smallest = again
      isSmaller = true
      break
    }
  }
  return smallest
})

/** Every scenario with one part less, those first that are much smaller. */
const smaller = function* (scenario: Scenario): Generator<Scenario> {
  const { account, disturbances, incidents, options, processes } = scenario
  if (processes.length > 1) for (const processes of less(scenario.processes)) yield { ...scenario, processes }
  for (const some of less(disturbances)) yield { ...scenario, disturbances: some }
  if (incidents.length > 0) yield { ...scenario, incidents: [] }
  for (const [i, process] of processes.entries())
    for (const changed of smallerProcesses(process))
      yield { ...scenario, processes: processes.map((one, n) => (n === i ? changed : one)) }
  const { latency: _, limits: __, ...rest } = options
  const plain = { ...rest, readDelay: 0, statusDelay: 0, listOrder: "newest first", speed: 1 } as const
  for (const key of ["readDelay", "statusDelay", "listOrder", "speed"] as const)
    if (options[key] !== plain[key]) yield { ...scenario, options: { ...options, [key]: plain[key] } }
  if (options.latency !== 0) yield { ...scenario, options: { ...options, latency: 0 } }
  const { droplets = [], images } = account
  for (const kept of [images.filter(({ id }) => id < 900), ...halves(images)])
    if (kept.length < images.length)
      yield { ...scenario, account: { ...account, images: kept, droplets: droplets.map((one) => withOnly(one, kept)) } }
}

/** A list with one element less. */
const less = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.map((_, i) => all.filter((_, other) => other !== i))

const halves = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.length < 2 ? [] : [all.slice(0, all.length >> 1), all.slice(all.length >> 1)]

const smallerProcesses = function* (process: Process): Generator<Process> {
  if (process.jobs.length > 1) for (const jobs of less(process.jobs)) yield { ...process, jobs }
  for (const endings of less(process.endings)) yield { ...process, endings }
  if (process.clock.length > 0) yield { ...process, clock: [] }
  const { perMinute, ...unlimited } = process
  if (perMinute !== undefined) yield unlimited
}

type Droplet = NonNullable<Scenario["account"]["droplets"]>[number]

const withOnly = (droplet: Droplet, images: Scenario["account"]["images"]): Droplet => ({
  ...droplet,
  images: droplet.images?.filter((id) => images.some((image) => image.id === id)) ?? []
})
