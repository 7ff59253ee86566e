import { Outcome } from "@effect-digitalocean/jobs"
import { begin, type Process } from "../generate/scenario.ts"
import { nameOf } from "../invariants/invariants.ts"
import type { Observation, Run } from "../run/observation.ts"
import type { Failure } from "./shrink.ts"

/** A failure as text: what is wrong, the scenario, how each run ended, and all that happened. */
export const textOf = (seed: number, { observation, scenario, violations }: Failure): string => {
  const { account, disturbances, incidents, options, processes } = scenario
  const faults = disturbances.flatMap(({ faults, title }) =>
    faults.map((fault) => `${title}: ${JSON.stringify(fault)}`)
  )
  return [
    `seed ${seed} breaks an invariant. To replay it: npm run simulate -- --seed ${seed} --seeds 1`,
    ...violations.map(({ invariant, message }) => `  VIOLATION ${invariant}: ${message}`),
    "the smallest scenario that breaks it:",
    `  account: ${account.images.map(({ id, name }) => `${id} ${name}`).join(", ")}`,
    `  options: ${JSON.stringify(options)}`,
    ...processes.map((process, i) => `  process ${i}: ${processText(process)}`),
    ...faults.map((fault) => `  fault: ${fault}`),
    ...incidents.map((incident) => `  incident: ${JSON.stringify(incident)}`),
    "how each run ended:",
    ...[...observation.runs, ...observation.last.map(({ run }) => run)].flatMap(runText),
    "what happened:",
    observation.timeline
  ].join("\n")
}

const processText = ({ jobs, ...rest }: Process): string =>
  [...jobs.map((job) => `${job.name} ${JSON.stringify(job.options)}`), JSON.stringify(rest)].join("; ")

const seconds = (at: number | undefined): string =>
  at === undefined ? "never" : `${((at - begin) / 1000).toFixed(3)} s`

const runText = (run: Run): ReadonlyArray<string> => [
  `  ${nameOf(run)}: started ${seconds(run.startedAt)}, ${run.how} ${seconds(run.endedAt)}`,
  ...run.jobs.flatMap(({ defects, job, planError, results }) => [
    `    ${job.name}${planError === undefined ? "" : `: no plan, ${planError._tag}: ${planError.message}`}`,
    ...defects.map((defect) => `      dies: ${defect}`),
    ...results.map(({ item, outcome }) => `      ${item.verb} ${item.target ?? ""}: ${Outcome.format(outcome)}`)
  ]),
  ...run.left.map(({ message }) => `    left behind: ${message}`)
]

/** Everything that makes two observations of one scenario the same: each request with its time and its response. */
export const logOf = ({ end, requests }: Observation): string =>
  [
    ...requests.map(({ at, body, endedAt, exchange, method, path, run }) =>
      [at, nameOf(run), method, exchange?.target ?? path, body, exchange?.status, exchange?.fault, endedAt].join(" ")
    ),
    JSON.stringify(end)
  ].join("\n")
