import type { StoredJob, StoredResult } from "@effect-digitalocean/jobs/durable/StoredJob"
import type { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import { worstMinute } from "../../../client/bench/harness/measure.ts"
import { type Contents, findings } from "../support/findings.ts"
import type { Failover } from "./failovers.ts"
import type { Sandbox } from "./sandbox.ts"
import type { Work } from "./works.ts"

/** A job that was submitted, as it is in the store at the end; undefined if it is not there. */
export interface Ended {
  readonly work: Work
  readonly job: StoredJob | undefined
  readonly results: ReadonlyArray<StoredResult>
}

/** What a run has found, each as a line. */
export interface Verdict {
  readonly duplicates: ReadonlyArray<string>
  readonly lost: ReadonlyArray<string>
  readonly violations: ReadonlyArray<string>
}

/** No sliding minute may have more requests of a token. */
const mostAMinute = 245

/** Compares an account with what the jobs promised. */
export const judge = Effect.fnUntraced(function* (
  ended: ReadonlyArray<Ended>,
  before: { readonly images: ReadonlySet<number>; readonly droplets: ReadonlySet<number> },
  { account, requests }: Sandbox,
  failovers: ReadonlyArray<Failover>,
  lock: number
) {
  const contents = yield* contentsOf(account)
  const compared = ended.map((one) => ({ ...one, ...compare(contents, one) }))
  const isExpected = (name: string) =>
    ended.some(({ work: { expected } }) => expected?.image instanceof RegExp && expected.image.test(name))
  const unexpected = contents.images.filter(({ id, name }) => !before.images.has(id) && !isExpected(name))
  const left = contents.droplets.filter(({ id }) => !before.droplets.has(id))
  const late = failovers.filter(({ isUndisturbed, seconds }) => isUndisturbed && seconds > lock + 2)
  const worst = worstMinute(requests.map(({ at }) => at))
  const watched = (yield* account.violations).filter(({ invariant }) => invariant === "no-duplicate-creation")
  const verdict: Verdict = {
    duplicates: [
      ...compared.flatMap(({ duplicates, work }) => duplicates.map((what) => `${nameOf(work)}: ${what}`)),
      ...unexpected.map(({ id, name }) => `an image that no job takes: ${name} (${id})`),
      ...left.map(({ id, name }) => `a Droplet that no job leaves: ${name} (${id})`)
    ],
    // one line for each job
    lost: compared.flatMap(({ lost, work }) => (lost.length === 0 ? [] : [`${nameOf(work)}: ${lost.join("; ")}`])),
    violations: [
      ...compared.flatMap(({ left, work }) => left.map((what) => `${nameOf(work)}: ${what}`)),
      ...watched.map(({ message }) => `the sandbox has seen: ${message}`),
      ...(worst > mostAMinute ? [`${worst} requests in a minute`] : []),
      ...late.map(({ seconds }) => `a fail-over took ${seconds.toFixed(1)} s, with a lock of ${lock} s`)
    ]
  }
  return verdict
})

const nameOf = ({ request, subject }: Work) => `${request.kind} ${subject.key}`

const contentsOf = (account: TestDigitalOcean.TestDigitalOcean["Service"]): Effect.Effect<Contents> =>
  Effect.map(Effect.all([account.images(), account.actions(), account.droplets()]), ([images, actions, droplets]) => ({
    images,
    actions,
    droplets,
    offers: () => 0
  }))

const compare = (contents: Contents, { job, results, work }: Ended) => {
  const { duplicates, left, lost } =
    work.expected === null ? { duplicates: [], left: [], lost: [] } : findings(contents, work.expected, work.subject)
  return { duplicates, left, lost: [...lost, ...unfinished(job, results)] }
}

const unfinished = (job: StoredJob | undefined, results: ReadonlyArray<StoredResult>): ReadonlyArray<string> => {
  if (job === undefined) return ["is not stored"]
  if (job.state !== "done") return [`job ${job.id} is ${job.state}: ${job.problem?.message ?? ""}`]
  return results.length === 0 ? [`job ${job.id} has no results`] : []
}

/** The figures of a run, as lines. */
export const figures = ({ requests }: Sandbox, ended: ReadonlyArray<Ended>, failovers: ReadonlyArray<Failover>) => {
  const sum = (of: (job: StoredJob) => number) => ended.reduce((sum, { job }) => sum + (job ? of(job) : 0), 0)
  const times = failovers.filter(({ isUndisturbed }) => isUndisturbed).map(({ seconds }) => seconds)
  const range = times.length === 0 ? "" : ` of ${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)} s`
  return [
    `${requests.length} requests, at most ${worstMinute(requests.map(({ at }) => at))} in 60 seconds`,
    `${sum(({ attempts }) => attempts)} attempts, ${sum(({ failovers }) => failovers)} fail-overs in total`,
    `${times.length} undisturbed fail-overs${range} were measured, and ${failovers.length - times.length} others`
  ]
}
