import { isExecuted, isPost, type Observation, type Run } from "../run/observation.ts"
import type { Job } from "../generate/scenario.ts"

/** Whether an observation is an instance of a report of a failure in the field. */
type Reached = (observation: Observation) => boolean

const has = ({ jobs }: Pick<Run, "jobs">, is: (job: Job) => boolean): boolean => jobs.some(({ job }) => is(job))

const isPoweringOff = (job: Job): boolean =>
  (job.name === "release" || job.name === "snapshot") && job.options.powerOff === true

/** Whether two runs of different processes that have such a job overlap. */
const overlap = ({ runs }: Observation, is: (job: Job) => boolean): boolean =>
  runs.some(
    (run) =>
      has(run, is) &&
      runs.some(
        (other) =>
          other.process !== run.process &&
          has(other, is) &&
          other.startedAt >= run.startedAt &&
          other.startedAt < (run.endedAt ?? 0)
      )
  )

const snapshot = /"snapshot"/

/** Whether a run was cut off after it had requested something, and the process was started again. */
const cutOffAfter = ({ requests, runs }: Observation, path: RegExp, body: RegExp, is: (job: Job) => boolean): boolean =>
  requests.some(
    (request) =>
      isPost(request, path, body) &&
      isExecuted(request) &&
      request.run.cutOffAt !== undefined &&
      has(request.run, is) &&
      runs.some(({ attempt, process }) => process === request.run.process && attempt > request.run.attempt)
  )

const actionsPath = /^\/v2\/droplets\/\d+\/actions$/

const isRelease = (job: Job): boolean => job.name === "release"

/** The reports that concern jobs and client: each has to be reached. */
const reachable: Readonly<Record<string, readonly [what: string, Reached]>> = {
  R1: [
    "a release is ended during its snapshot, and started again",
    (o) => cutOffAfter(o, actionsPath, snapshot, isRelease)
  ],
  R2: [
    "completed_at is missing while a release is started again",
    (o) => o.met.has("no action.completed_at") && o.runs.some((run) => run.attempt > 0 && has(run, isRelease))
  ],
  R3: [
    "the status of a Droplet lags behind its power_off",
    (o) => o.scenario.options.statusDelay !== 0 && o.requests.some((r) => isPost(r, actionsPath, /"power_off"/))
  ],
  R5: [
    "a job that powers off is interrupted after it did",
    (o) => o.requests.some((r) => r.run.how === "interrupted" && isPost(r, actionsPath, /"power_off"/) && isExecuted(r))
  ],
  R6: [
    "a job that powers off is killed after it did, and started again",
    (o) => cutOffAfter(o, actionsPath, /"power_off"/, isPoweringOff)
  ],
  R7: ["two releases that power off at once", (o) => overlap(o, (job) => isRelease(job) && isPoweringOff(job))],
  R8: ["two imports of one name at once", (o) => overlap(o, ({ name }) => name === "import")],
  R9: ["two verifications at once", (o) => overlap(o, ({ name }) => name === "verify")],
  R11: [
    "what was created is 404 for a moment",
    (o) =>
      o.scenario.options.readDelay !== 0 &&
      o.requests.some(({ exchange, path }) => exchange?.status === 404 && /\/(2100|5200)\d{5,}/.test(path))
  ],
  R12: [
    "a release by day is run again on the same day",
    (o) => o.last.some(({ run }) => has(run, (job) => job.name === "release" && job.options.series.endsWith("{date}")))
  ],
  R20: ["pending event, or Droplet is on", (o) => o.met.has("422 pending event") || o.met.has("422 Droplet is on")],
  R21: [
    "a release to a region that is not available",
    (o) => o.met.has("a region is not available") && o.runs.some((run) => has(run, isRelease))
  ],
  R22: [
    "the rotation of a destroyed Droplet",
    (o) => o.runs.some((run) => has(run, (job) => job.name === "rotate" && job.options.series.droplet === 399_000_001))
  ],
  R23: ["429 with retry-after: 0", (o) => o.met.has("429 with retry-after: 0")],
  R24: ["429 of one operation", (o) => o.met.has("429 of the operation")],
  R25: ["503 with retry-after", (o) => o.met.has("503 with retry-after")],
  R26: [
    "the response to a snapshot is lost",
    (o) =>
      o.requests.some(
        (r) => isPost(r, actionsPath, snapshot) && isExecuted(r) && /reset|silence|50\d/.test(r.exchange?.fault ?? "")
      )
  ],
  R27: [
    "several processes use up the minute of a token",
    (o) =>
      o.runs.length > 1 && o.requests.some(({ exchange }) => exchange?.status === 429 && exchange.fault === undefined)
  ],
  R28: [
    "regions in another order while a series is rotated",
    (o) => o.met.has("regions in another order") && o.runs.some((run) => has(run, ({ name }) => name === "rotate"))
  ],
  R29: ["no response", (o) => o.met.has("silence")],
  R40: ["the region of an action is text", (o) => o.met.has("region that is text")],
  R41: ["an action has another id", (o) => o.met.has("another id")],
  R42: ["completed_at is empty", (o) => o.met.has("empty completed_at")],
  R43: ["the snapshot of no Droplet", ({ scenario }) => scenario.account.images.some(({ id }) => id === 70)],
  R44: ["an HTML page", (o) => o.met.has("HTML page instead") || o.met.has("HTML content type")],
  R45: ["400 with messages: []", (o) => o.met.has("400 with messages: []")],
  R68: [
    "requests queue for the rate limit of their own process",
    ({ requests, scenario }) =>
      scenario.processes.some(
        ({ perMinute = 245 }, i) => requests.filter(({ run }) => run.process === i).length > perMinute
      )
  ]
}

/** The other reports of jobs and client, with the tests that hold them. */
export const heldElsewhere: Readonly<Record<string, string>> = {
  R4: "packages/cli/test/ends/matrix.ends.ts",
  R10: "packages/cli/test/commands/auth.test.ts",
  // GPU Droplets belong into the accounts of `accounts.ts` once an account can hold them together with pools
  R13: "packages/jobs/test/jobs/Audit.execute.test.ts"
}

/** A path for each report that concerns jobs and client. */
export const reports: Readonly<Record<string, Reached>> = Object.fromEntries(
  Object.entries(reachable).map(([id, [what, isReached]]) => [`report ${id}: ${what}`, isReached])
)
