/**
 * Runs one stored job to its end: plans it, or continues its stored plan, and stores the outcome of each item.
 *
 * A job converges, so that it is safe to run again: a runner that is killed leaves its job `running`, and the next one
 * continues with the same plan. The body needs no engine; `JobWorkflow` runs it on one.
 *
 * @since 0.1.0
 */
import { redact } from "@effect-digitalocean/client/Redaction"
import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Cleanup from "../Cleanup.ts"
import * as Lease from "../internal/durable/lease.ts"
import { LearnedDurations } from "../internal/durable/learnedDurations.ts"
import * as Observed from "../internal/durable/observed.ts"
import { persistently } from "../internal/durable/persistently.ts"
import type * as Outcome from "../Outcome.ts"
import { JobAccounts } from "./JobAccounts.ts"
import { type JobKind, JobKinds, type KindEvent } from "./JobKind.ts"
import { type Ending, JobStore } from "./JobStore.ts"
import { type Claim, claimNumber, isFinished, type Problem, type Ref, type StoredJob } from "./StoredJob.ts"

/**
 * When a job is tried again.
 *
 * **Details**
 *
 * - `attempts`: how many attempts are made, by default 5; those that another runner takes over are not counted again
 * - `backoff`: how long to wait after the first attempt that did not succeed, by default 1 minute; each further wait is
 *   twice as long
 * - `maxBackoff`: the longest wait, by default 1 hour
 * - `concurrency`: how many jobs a process works on at once, by default 20; others wait for their turn, and stay `submitted`
 * - `confirmInterval`: how often a running job reads from the store whether it was cancelled, or taken over by another
 *   runner, by default every second
 * - `lease`: for how long after such a confirmation requests are sent that change something at DigitalOcean, by default 5
 *   seconds. Shorter than the time after which the engine lets another runner take over (`shardLockExpiration`), so that a
 *   process which was stopped for longer sends nothing more for a job that is not its any more.
 *
 * @category models
 * @since 0.1.0
 */
export interface Policy {
  readonly attempts: number
  readonly backoff: Duration.Input
  readonly maxBackoff: Duration.Input
  readonly concurrency: number
  readonly confirmInterval: Duration.Input
  readonly lease: Duration.Input
}

/**
 * The policy of a runner, as far as it is not the default.
 *
 * @category options
 * @since 0.1.0
 */
export const RunnerPolicy: Context.Reference<Partial<Policy>> = Context.Reference<Partial<Policy>>(
  "@effect-digitalocean/jobs/RunnerPolicy",
  { defaultValue: () => ({}) }
)

const policy: Effect.Effect<Policy> = Effect.map(RunnerPolicy, (changed) => ({
  ...{ attempts: 5, backoff: "1 minute", maxBackoff: "1 hour" },
  ...{ concurrency: 20, confirmInterval: "1 second", lease: "5 seconds" },
  ...changed
}))

/** Lets jobs work when it is their turn; all at once outside of a runner. */
const Turns = Context.Reference<<A, R>(work: Effect.Effect<A, never, R>) => Effect.Effect<A, never, R>>(
  "@effect-digitalocean/jobs/Turns",
  { defaultValue: () => identity }
)

/**
 * Runs the jobs of a runner: as {@link run}, but not more at once than its policy allows.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeRun: Effect.Effect<typeof run> = Effect.gen(function* () {
  const turns = yield* Semaphore.make((yield* policy).concurrency)
  return (ref) => Effect.provideService(run(ref), Turns, turns.withPermits(1))
})

/**
 * What a run of a job came to.
 *
 * **Details**
 *
 * - `Finished`: it is finished, in whatever state
 * - `Unknown`: this runner does not know its kind or version, and left it for another runner
 * - `Superseded`: it is finished already, or a newer epoch exists
 *
 * @category models
 * @since 0.1.0
 */
export type Ended = "Finished" | "Unknown" | "Superseded"

/**
 * Runs a job until it is finished, with all its attempts. While the store does not respond, each operation is repeated
 * every second. When another runner takes the job over, this one stops working on it at once, stores nothing more, and waits
 * until the run is finished.
 *
 * @category constructors
 * @since 0.1.0
 */
export const run = Effect.fn("JobRunner.run")(function* (
  ref: Ref
): Effect.fn.Return<Ended, never, JobStore | JobKinds | JobAccounts> {
  const inTurn = yield* Turns
  for (;;) {
    const before = yield* untilDue(ref)
    const { claim, ended } = yield* inTurn(claimOnce(ref, before))
    if (ended !== undefined) return ended
    if (claim === undefined || (yield* isSuperseded(claim))) return "Superseded"
  }
})

/** Claims a job and makes one attempt. Without `ended`, another attempt follows, or another runner took the job over. */
const claimOnce = Effect.fnUntraced(function* (
  ref: Ref,
  before: StoredJob | undefined
): Effect.fn.Return<
  { readonly claim?: Claim; readonly ended?: Ended | undefined },
  never,
  JobStore | JobKinds | JobAccounts
> {
  const store = yield* JobStore
  const [at, claimed] = yield* persistently(Effect.all([Clock.currentTimeMillis, store.claim(ref)]))
  if (Option.isNone(claimed)) return { ended: "Superseded" }
  const job = claimed.value
  const kind = (yield* JobKinds).find(job.kind, job.version)
  if (kind === undefined) return { claim: job, ended: yield* leave(job) }
  yield* Observed.claimed(job, before, at)
  return { claim: job, ended: yield* attemptOnce(job, kind, at) }
})

/** Leaves a job of a kind that this runner does not know; returns undefined if it was taken over meanwhile. */
const leave = Effect.fnUntraced(function* (job: StoredJob): Effect.fn.Return<Ended | undefined, never, JobStore> {
  if (!(yield* persistently((yield* JobStore).release(job)))) return undefined
  yield* Observed.left(job)
  return "Unknown"
})

/** Makes one attempt; returns undefined if another one follows, or if another runner took the job over. */
const attemptOnce = Effect.fnUntraced(function* (
  job: StoredJob,
  kind: JobKind<Services>,
  claimedAt: number
): Effect.fn.Return<Ended | undefined, never, JobStore | JobAccounts | Scope.Scope> {
  const store = yield* JobStore
  const { confirmInterval, lease: validity } = yield* policy
  const lease = yield* Lease.make(job, claimedAt, { interval: confirmInterval, validity })
  const left = new Map<string, string>()
  const report = (problem: Cleanup.LeftBehind) => Effect.sync(() => left.set(problem.message, problem.message))
  const attempt = yield* Effect.raceFirst(attemptOf(job, kind, left), lease.ended).pipe(
    Effect.provideService(Cleanup.OnLeftBehind, report),
    Effect.provideService(Lease.CurrentLease, lease)
  )
  if (attempt === "lost") return yield* Effect.as(Observed.lost(job), undefined)
  const ending: Ending | undefined =
    attempt === "cancelled"
      ? { state: "cancelled", problem: null, left: [...left.values()] }
      : attempt._tag === "Ended"
        ? attempt.ending
        : yield* nextAttempt(job, attempt)
  if (ending === undefined) return undefined
  if (!(yield* persistently(store.finish(job, ending)))) return yield* Effect.as(Observed.lost(job), undefined)
  yield* Observed.finished(job, ending, yield* Clock.currentTimeMillis)
  return "Finished"
}, Effect.scoped)

/**
 * Waits while another runner works on the job: the run is not over, and to return would end it for the engine. Returns
 * whether the run is over; if it is not, this runner put the job back.
 */
const isSuperseded = Effect.fnUntraced(function* (claim: Claim) {
  const store = yield* JobStore
  const isOver = ({ epoch, state }: StoredJob) => epoch !== claim.epoch || isFinished({ state })
  const isOwn = (job: StoredJob) => job.state === "submitted" && claimNumber(job) === claimNumber(claim)
  const job = yield* Effect.repeat(persistently(store.get(claim.id)), {
    until: Option.match({ onNone: () => true, onSome: (job) => isOver(job) || isOwn(job) }),
    schedule: Schedule.spaced("5 seconds")
  })
  return Option.match(job, { onNone: () => true, onSome: isOver })
})

/** An attempt is the end of the job, or another one follows if the policy allows it. */
type Attempt =
  | { readonly _tag: "Ended"; readonly ending: Ending }
  | {
      readonly _tag: "NotDone"
      readonly problem: Problem
      readonly state: "incomplete" | "failed"
      readonly isFinal: boolean
    }

const ended = (state: Ending["state"], problem: Outcome.TaggedError | null = null): Attempt => ({
  _tag: "Ended",
  ending: { state, problem: problem === null ? null : problemOf(problem), left: [] }
})

const problemOf = ({ _tag, message }: Outcome.TaggedError): Problem => ({ tag: _tag, message })

/** Waits for the time of the next attempt, and returns the job. */
const untilDue = Effect.fnUntraced(function* ({ id }: Ref) {
  const store = yield* JobStore
  const job = Option.getOrUndefined(yield* persistently(store.get(id)))
  const at = job?.nextAttemptAt
  if (at != null) {
    const wait = DateTime.toEpochMillis(at) - (yield* Clock.currentTimeMillis)
    if (wait > 0) yield* Effect.sleep(wait)
  }
  return job
})

const attemptOf = (
  job: StoredJob,
  kind: JobKind<Services>,
  left: Map<string, string>
): Effect.Effect<Attempt, never, JobStore | JobAccounts> =>
  Effect.gen(function* () {
    const accounts = yield* JobAccounts
    const services = yield* accounts.services(job.account)
    const durations = Context.get(services, LearnedDurations)
    yield* durations.load
    return yield* Effect.tap(Effect.provide(work(job, kind, left), services), () => durations.save)
  }).pipe(
    Effect.catch((error) => Effect.succeed(failedBy(error))),
    Effect.catchCauseIf((cause) => !Cause.hasInterrupts(cause), defective)
  )

/** A defect is a mistake in the job: it is logged, and the job is tried again as after any failure. */
const defective = (cause: Cause.Cause<never>): Effect.Effect<Attempt> => {
  const problem = { tag: "Defect", message: "the job ended with a defect, which the runner has logged" }
  return Effect.as(Effect.logError(problem.message, redact(Cause.pretty(cause))), {
    ...{ _tag: "NotDone", problem, state: "failed", isFinal: false }
  })
}

/** Why there is no report: an unknown account and an unreadable row end the job, any other failure is tried again. */
const failedBy = (error: Outcome.TaggedError): Attempt => {
  if (error._tag === "Unreadable") return ended("unreadable", error)
  if (error._tag === "UnknownAccount") return ended("failed", error)
  return { _tag: "NotDone", problem: problemOf(error), state: "failed", isFinal: false }
}

const work = Effect.fnUntraced(function* (job: StoredJob, kind: JobKind<Services>, left: Map<string, string>) {
  const store = yield* JobStore
  const plan = job.plan ?? (yield* kind.plan(job.options))
  if (job.plan === null) yield* persistently(store.savePlan(job, plan))
  const events = yield* kind.run(plan)
  const problems = yield* Stream.runFoldEffect(
    events,
    (): ReadonlyArray<KindEvent> => [],
    (problems, event) => {
      // what DigitalOcean continues if the job is cancelled now
      if (event.outcome !== null && event.outcome !== "TimedOut") left.delete(event.key)
      else if (event.action !== null) left.set(event.key, `${event.line}: action ${event.action}`)
      return Effect.as(
        persistently(store.saveEvent(job, event)),
        event.problem === null ? problems : [...problems, event]
      )
    }
  )
  const [first] = problems
  if (first === undefined) return ended("done")
  const attempt: Attempt = {
    _tag: "NotDone",
    problem: problemOf(first.problem!),
    state: "incomplete",
    isFinal: problems.every(({ isRefused }) => isRefused)
  }
  return attempt
})

/** Puts the job back for another attempt, or returns how it ends. */
const nextAttempt = Effect.fnUntraced(function* (
  job: StoredJob,
  { isFinal, problem, state }: Extract<Attempt, { readonly _tag: "NotDone" }>
): Effect.fn.Return<Ending | undefined, never, JobStore> {
  const { attempts, backoff, maxBackoff } = yield* policy
  if (isFinal || job.attempts >= attempts) return { state, problem, left: [] }
  const wait = Duration.min(
    Duration.times(Duration.fromInputUnsafe(backoff), 2 ** (job.attempts - 1)),
    Duration.fromInputUnsafe(maxBackoff)
  )
  const at = DateTime.addDuration(DateTime.makeUnsafe(yield* Clock.currentTimeMillis), wait)
  const isPostponed = yield* persistently((yield* JobStore).postpone(job, at, problem))
  yield* isPostponed ? Observed.postponed(job, problem, at) : Observed.lost(job)
  return undefined
})
