import { convergence } from "./convergence.ts"
import { creations } from "./creations.ts"
import { power } from "./power.ts"
import { deletions } from "./deletions.ts"
import type { Observation, Run } from "../run/observation.ts"
import { wait } from "../generate/scenario.ts"

/** What must hold in every scenario. */
export const invariants = {
  "nothing is created twice": creations,
  ...deletions,
  "no request beyond the rate limit": (observation: Observation) => rateLimit(observation),
  "every wait ends by its deadline": (observation: Observation) => deadlines(observation),
  "a wait ends when its action has": (observation: Observation) => waits(observation),
  "what is powered off is powered on": power,
  "every failure is typed, and there is no defect": (observation: Observation) => failures(observation),
  "an interruption leaves no request and no fiber": (observation: Observation) => remains(observation),
  ...convergence
} satisfies Readonly<Record<string, (observation: Observation) => ReadonlyArray<string>>>

/** A broken invariant, and how. */
export interface Violation {
  readonly invariant: keyof typeof invariants
  readonly message: string
}

/** What is wrong in a scenario. */
export const violations = (observation: Observation): ReadonlyArray<Violation> =>
  (Object.keys(invariants) as ReadonlyArray<keyof typeof invariants>).flatMap((invariant) =>
    invariants[invariant](observation).map((message) => ({ invariant, message }))
  )

/** How a run is named in messages: the process, and how often it was started before. */
export const nameOf = ({ attempt, process }: Run): string => `process ${process}, run ${attempt}`

const minute = 60_000

/** No run sends more in any minute than its client is allowed to; alone, it is never refused by the account. */
const rateLimit = ({ repeated, requests, runs, scenario }: Observation): ReadonlyArray<string> => {
  const byClient = Map.groupBy(requests, ({ run, token }) => `${nameOf(run)}, token ${token}`)
  const bursts = [...byClient].flatMap(([client, sent]) => {
    const limit = scenario.processes[sent[0]!.run.process]?.perMinute ?? 245
    const excess = sent.find((request, i) => (sent[i - limit]?.at ?? Number.NEGATIVE_INFINITY) > request.at - minute)
    return excess === undefined ? [] : [`${client} sends more than ${limit} requests in a minute`]
  })
  const isAlone = runs.length === 1
  const refused = repeated.filter(({ invariant }) => isAlone && invariant === "within-rate-limit")
  return [...bursts, ...refused.map(({ message }) => message)]
}

/** The longest time that a client waits for the headers of a response, with some time for the test's own rounding. */
const headersTimeout = 30_000 + 1000

/** How long a cleanup may take after an interruption, in milliseconds: twice its deadline. */
const cleanup = 2 * 30_000 + 5000

/** How long a request may wait for the rate limit, in milliseconds. */
const queue = 70 * minute

const deadlines = ({ endless, last, requests, runs }: Observation): ReadonlyArray<string> => [
  ...(endless === undefined ? [] : [`a process has not ended after ${endless}`]),
  ...requests
    .filter(({ at, endedAt = at }) => endedAt - at > headersTimeout)
    .map(({ at, endedAt = at, method, path }) => `${method} ${path} takes ${endedAt - at} ms`),
  ...[...runs, ...last.map(({ run }) => run)].flatMap((run) => [
    ...run.jobs.flatMap(({ endedAt, job, plan, startedAt }) => {
      if (endedAt === undefined || run.how !== "ended") return []
      // each step waits for no more than one action, and reads what it needs before and after
      const limit = ((plan?.items.length ?? 0) + 1) * (wait.timeout * 1000 + 10 * minute) + queue
      return endedAt - startedAt > limit ? [`${job.name} of ${nameOf(run)} takes ${endedAt - startedAt} ms`] : []
    }),
    ...(run.how === "interrupted" && run.endedAt !== undefined && run.endedAt - run.cutOffAt! > cleanup
      ? [`the interruption of ${nameOf(run)} takes ${run.endedAt - run.cutOffAt!} ms`]
      : [])
  ])
]

/** How long an action may have completed before a wait for it gives up, in milliseconds. */
const reading = 12 * minute

/** While these are wrong, nobody can read that an action has completed. */
const blinding = new Set(["completed actions read in progress", "another id", "vanished action", "no action.status"])

const waits = ({ end, met, runs }: Observation): ReadonlyArray<string> =>
  runs.flatMap((run) =>
    run.jobs.flatMap(({ endedAt = 0, results }) =>
      results.flatMap(({ item, outcome }) => {
        if (outcome._tag !== "TimedOut" || !("id" in outcome.error) || [...met].some((title) => blinding.has(title)))
          return []
        const { id } = outcome.error
        const action = end.actions.find((action) => action.id === id)
        const isLate = action?.completed_at != null && Date.parse(action.completed_at) + reading < endedAt
        return isLate ? [`${item.verb} of ${nameOf(run)} gives up waiting for action ${id}, which had completed`] : []
      })
    )
  )

const failures = ({ last, runs }: Observation): ReadonlyArray<string> =>
  [...runs, ...last.map(({ run }) => run)].flatMap((run) =>
    run.jobs.flatMap(({ defects, job, planError, undeclared }) => [
      ...defects.map((defect) => `${job.name} of ${nameOf(run)} dies: ${defect}`),
      ...undeclared.map(
        (error) => `${job.name} of ${nameOf(run)} fails with an error that it does not declare: ${error}`
      ),
      ...(planError !== undefined && typeof planError._tag !== "string"
        ? [`the plan of ${job.name} fails with no typed error: ${String(planError)}`]
        : [])
    ])
  )

/** The most requests that a run may send: more are a loop. */
const maxRequests = 3000

const remains = ({ last, requests, runs }: Observation): ReadonlyArray<string> => {
  const ended = [...runs, ...last.map(({ run }) => run)].filter(({ how }) => how !== "killed")
  const byRun = Map.groupBy(requests, ({ run }) => run)
  return ended.flatMap((run) => {
    const sent = byRun.get(run) ?? []
    const end = run.endedAt
    if (end === undefined) return []
    return [
      ...(run.sleeping() > 0 ? [`${run.sleeping()} fibers of ${nameOf(run)} are left, hours after its end`] : []),
      ...sent
        .filter(({ endedAt }) => endedAt === undefined)
        .map(({ path }) => `GET ${path} of ${nameOf(run)} never ends`),
      ...sent
        .filter(({ at, endedAt = 0 }) => at > end || endedAt > end)
        .map(
          ({ at, method, path }) => `${nameOf(run)} has ${method} ${path} of ${at - end} ms after its end in flight`
        ),
      ...(sent.length > maxRequests ? [`${nameOf(run)} sends ${sent.length} requests`] : [])
    ]
  })
}
