import { Outcome } from "@effect-digitalocean/jobs"
import { titles } from "../generate/faults.ts"
import { isExecuted, isPost, type JobRun, type Observation, type Run } from "../run/observation.ts"
import { reports } from "./reports.ts"

/** A path of the jobs through a scenario, and whether an observation took it. */
type Path = (observation: Observation) => boolean

const jobs = ["replicate", "preserve", "import", "release", "snapshot", "rotate", "verify", "hand over", "audit"]

const runsOf = ({ runs }: Observation, name: string): ReadonlyArray<readonly [Run, JobRun]> =>
  runs.flatMap((run) => run.jobs.filter(({ job }) => job.name === name).map((job) => [run, job] as const))

const ofJob = (name: string): Readonly<Record<string, Path>> => ({
  [`job ${name}: completes`]: (o) =>
    runsOf(o, name).some(
      ([, job]) => job.results.length > 0 && job.results.every(({ outcome }) => Outcome.isSuccess(outcome))
    ),
  // the plan of an audit reads nothing
  ...(name === "audit"
    ? {}
    : { [`job ${name}: has no plan`]: (o) => runsOf(o, name).some(([, { planError }]) => planError !== undefined) }),
  [`job ${name}: fails in part`]: (o) =>
    runsOf(o, name).some(([, { results }]) => results.some(({ outcome }) => outcome._tag === "Failed")),
  [`job ${name}: killed and started again`]: (o) => isAgain(o, name, "killed"),
  [`job ${name}: interrupted and started again`]: (o) => isAgain(o, name, "interrupted"),
  [`job ${name}: twice at once`]: (o) => isTwice(o, name)
})

const isAgain = (o: Observation, name: string, how: Run["how"]): boolean => {
  const ended = runsOf(o, name).filter(([run]) => run.how === how)
  return ended.some(([run]) => o.runs.some((other) => other.process === run.process && other.attempt > run.attempt))
}

/** Whether two processes run the very same job, and one starts before the other has ended. */
const isTwice = (o: Observation, name: string): boolean => {
  const all = runsOf(o, name)
  return all.some(([run, { job }]) =>
    all.some(
      ([other, { job: same }]) =>
        other.process !== run.process &&
        JSON.stringify(same) === JSON.stringify(job) &&
        other.startedAt >= run.startedAt &&
        other.startedAt < (run.endedAt ?? 0)
    )
  )
}

const results = (o: Observation) => o.runs.flatMap((run) => run.jobs.flatMap((job) => job.results))

const items = (o: Observation) => o.runs.flatMap((run) => run.jobs.flatMap(({ plan }) => plan?.items ?? []))

const errors = (o: Observation): ReadonlySet<string> =>
  new Set([
    ...o.runs.flatMap((run) => run.jobs.flatMap(({ planError }) => (planError === undefined ? [] : [planError._tag]))),
    ...results(o).flatMap(({ outcome }) => ("error" in outcome ? [outcome.error._tag] : []))
  ])

const outcome = (verb: string, tag: string): Readonly<Record<string, Path>> => ({
  [`outcome ${verb}: ${tag}`]: (o) => results(o).some(({ item, outcome }) => item.verb === verb && outcome._tag === tag)
})

const error = (tag: string): Readonly<Record<string, Path>> => ({ [`error ${tag}`]: (o) => errors(o).has(tag) })

/** How jobs recover. */
const recoveries: Readonly<Record<string, Path>> = {
  "recovery: an action in progress is joined by a plan": (o) => items(o).some(({ decision }) => decision === "join"),
  "recovery: a release is finished that an earlier run started": (o) =>
    o.runs.some(
      ({ attempt, jobs }) =>
        attempt > 0 &&
        jobs.some(
          ({ job, plan }) =>
            job.name === "release" && plan?.items.some((item) => item.verb === "check" && item.subject.id !== null)
        )
    ),
  "recovery: a Droplet is powered on that a killed run powered off": (o) =>
    o.runs.some(({ jobs }) =>
      jobs.some(
        ({ plan }) =>
          plan?.items.some(({ decision, verb }) => verb === "power_off" && decision === "skip") === true &&
          plan.items.some(({ decision, verb }) => verb === "power_on" && decision === "run")
      )
    ),
  "recovery: a Droplet is powered on by an interrupted run": (o) =>
    o.requests.some(
      (request) =>
        request.run.cutOffAt !== undefined &&
        request.at >= request.run.cutOffAt &&
        isPost(request, /actions$/, /power_on/)
    ),
  "recovery: an interrupted verify destroys its Droplet": (o) =>
    o.requests.some(
      ({ at, method, path, run }) =>
        run.how === "interrupted" && at >= run.cutOffAt! && method === "DELETE" && path.startsWith("/v2/droplets/")
    ),
  "recovery: a Droplet that a killed verify left is destroyed": (o) =>
    [...o.runs, ...o.last.map(({ run }) => run)].some(({ jobs }) =>
      jobs.some(({ results }) =>
        results.some(
          ({ item, outcome }) => item.verb === "destroy" && item.subject.id !== null && outcome._tag === "Done"
        )
      )
    ),
  "recovery: a second import is deleted": (o) =>
    o.requests.some(
      (request) =>
        request.method === "DELETE" &&
        request.truth?.images.some(({ id, type }) => type === "custom" && request.path === `/v2/images/${id}`)
    ),
  "recovery: a deletion is sent again after its response was lost": (o) => isSentAgain(o, "DELETE", true),
  "recovery: a change is sent again that was not executed": (o) => isSentAgain(o, "POST", false),
  "recovery: what a request of unknown outcome started is found": (o) =>
    o.requests.some(
      (request) =>
        request.method === "POST" &&
        isExecuted(request) &&
        request.exchange!.fault !== undefined &&
        /reset|silence|504/.test(request.exchange!.fault) &&
        request.run.jobs.some(({ results }) => results.some(({ outcome }) => outcome._tag === "Done"))
    ),
  "recovery: requests wait for the rate limit": (o) =>
    o.requests.some(({ exchange, run }) => exchange?.status === 429 && run.how === "ended") ||
    o.scenario.processes.some(({ perMinute }) => perMinute !== undefined),
  "recovery: what a cleanup left behind is reported": (o) => o.runs.some(({ left }) => left.length > 0),
  "recovery: an image is kept because of an action in progress on it": (o) => isSkipped(o, /an action is in progress/),
  "recovery: an image is kept because it has changed": (o) =>
    isSkipped(o, /it has changed|it is to be kept now|deleted already/)
}

const isSkipped = (o: Observation, reason: RegExp): boolean =>
  results(o).some(({ outcome }) => outcome._tag === "Skipped" && reason.test(outcome.reason))

const isSentAgain = ({ requests }: Observation, method: string, isDone: boolean): boolean =>
  requests.some(
    (request, i) =>
      request.method === method &&
      request.exchange?.fault !== undefined &&
      isExecuted(request) === isDone &&
      requests
        .slice(i + 1)
        .some(({ body, path, run }) => run === request.run && path === request.path && body === request.body)
  )

/** Every path that the scenarios have to take. */
export const paths: Readonly<Record<string, Path>> = {
  ...Object.assign({}, ...jobs.map(ofJob)),
  ...Object.assign({}, ...titles.map((title) => ({ [`fault: ${title}`]: ({ met }: Observation) => met.has(title) }))),
  ...Object.assign(
    {},
    ...[
      "snapshot",
      "transfer",
      "convert",
      "tag",
      "delete",
      "import",
      "create",
      "power_off",
      "power_on",
      "offer",
      "accept"
    ].flatMap((verb) => ["Done", "Skipped", "Failed"].map((tag) => outcome(verb, tag))),
    ...["snapshot", "transfer", "import", "create", "power_off"].map((verb) => outcome(verb, "TimedOut"))
  ),
  ...Object.assign(
    {},
    ...[
      "DigitalOceanError",
      "ActionErrored",
      "ActionTimedOut",
      "ActionNotFound",
      "EventPending",
      "ImageUnavailable",
      "ImageTimedOut",
      "NoPlacement",
      "HandOverRejected",
      "OfferFailed",
      "DropletLeftOff",
      "UnknownName",
      "AmbiguousName",
      "TagsNotVisible"
    ].map(error)
  ),
  "incident: an action errors": (o) => o.requests.length > 0 && errors(o).has("ActionErrored"),
  "clock: wrong": ({ scenario }) => scenario.processes.some(({ clock }) => clock.length > 0),
  "clock: jumps": ({ scenario }) => scenario.processes.some(({ clock }) => clock.length > 1),
  "reads: late": ({ scenario }) => scenario.options.readDelay !== 0,
  "reads: status lags": ({ scenario }) => scenario.options.statusDelay !== 0,
  "reads: in any order": ({ scenario }) => scenario.options.listOrder === "shuffled",
  "listings: several pages": ({ requests }) => requests.some(({ exchange }) => exchange?.query["page"] === "2"),
  ...recoveries,
  ...reports
}

/** The paths of an observation. */
export const reached = (observation: Observation): ReadonlyArray<string> =>
  Object.entries(paths).flatMap(([name, isTaken]) => (isTaken(observation) ? [name] : []))
