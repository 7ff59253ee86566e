/**
 * Where jobs are stored: submitted, claimed by a runner, followed, cancelled and purged.
 *
 * {@link layerMemory} keeps them in this process: for tests, and for a single process whose jobs need not outlive it.
 * `PgJobStore`, a module of its own, keeps them in Postgres.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import {
  type Claim,
  claimNumber,
  isFinished,
  type Problem,
  type Ref,
  type State,
  type StoredEvent,
  type StoredJob,
  type StoredResult
} from "./StoredJob.ts"

/**
 * The store does not respond. Nothing is known of the change that was requested: every operation can be repeated.
 *
 * @category errors
 * @since 0.1.0
 */
export class JobStoreError extends Schema.TaggedError<JobStoreError>("@effect-digitalocean/jobs/JobStoreError")(
  "JobStoreError",
  { operation: Schema.String, problem: Schema.String }
) {
  override get message(): string {
    return `${this.operation}: ${this.problem}`
  }
}

/**
 * What is submitted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Submission {
  readonly id: string
  readonly account: string
  readonly kind: string
  readonly version: number
  readonly intention: string
  readonly options: Schema.Json
}

/**
 * Which jobs to list.
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  readonly account?: string | undefined
  readonly kind?: string | undefined
  readonly states?: ReadonlyArray<State> | undefined
  /** the maximum number of jobs, the newest first; by default 100 */
  readonly limit?: number | undefined
}

/**
 * A job whose next attempt is due.
 *
 * @category models
 * @since 0.1.0
 */
export interface DueJob extends Ref {
  readonly kind: string
  readonly version: number
}

/**
 * How many jobs are not finished, by their state.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unfinished {
  readonly submitted: number
  readonly running: number
}

/**
 * How a run of a job ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ending {
  readonly state: Exclude<State, "submitted" | "running">
  readonly problem: Problem | null
  readonly left: ReadonlyArray<string>
}

/**
 * What a claim is worth.
 *
 * **Details**
 *
 * - `held`: its runner works on the job
 * - `cancelled`: its runner has to stop the job, and to store that
 * - `lost`: the job is not its any more: another runner took it over, it is finished, or it was deleted
 *
 * @category models
 * @since 0.1.0
 */
export type ClaimState = "held" | "cancelled" | "lost"

/**
 * What happens to a job: a new state, or an event of an item (`Started`, `Progressed` or `Finished`, as JSON).
 *
 * @category models
 * @since 0.1.0
 */
export type Change =
  | { readonly _tag: "Job"; readonly job: StoredJob }
  | { readonly _tag: "Event"; readonly epoch: number; readonly event: Schema.Json }

/**
 * The store of jobs.
 *
 * @category services
 * @since 0.1.0
 */
export class JobStore extends Context.Service<
  JobStore,
  {
    /** Stores a job. Returns the one of the same intention instead, if that is not finished. */
    readonly submit: (
      submission: Submission
    ) => Effect.Effect<{ readonly job: StoredJob; readonly isNew: boolean }, JobStoreError>
    /**
     * Starts a new epoch of a finished job; returns `None` if it is not finished, or does not exist. Returns the job of the
     * same intention instead, if there is one that is not finished.
     */
    readonly resubmit: (id: string) => Effect.Effect<Option.Option<StoredJob>, JobStoreError>
    readonly get: (id: string) => Effect.Effect<Option.Option<StoredJob>, JobStoreError>
    readonly list: (filter?: Filter) => Effect.Effect<ReadonlyArray<StoredJob>, JobStoreError>
    /** The submitted jobs whose next attempt is due at a time, the oldest first: which runs of which kinds. */
    readonly due: (at: DateTime.Utc, limit: number) => Effect.Effect<ReadonlyArray<DueJob>, JobStoreError>
    /** How many jobs are not finished. */
    readonly unfinished: Effect.Effect<Unfinished, JobStoreError>
    /** Whether a claim is still the latest of a running job, and whether that was cancelled. */
    readonly confirm: (claim: Claim) => Effect.Effect<ClaimState, JobStoreError>
    /** The outcomes of the items of a job in its present epoch, in the order in which they finished. */
    readonly results: (id: string) => Effect.Effect<ReadonlyArray<StoredResult>, JobStoreError>
    /**
     * Takes a job that is not finished: submitted ones for a new attempt, running ones because their runner is gone.
     * Returns `None` for a finished job, and for another epoch. All operations below ignore an older claim.
     */
    readonly claim: (ref: Ref) => Effect.Effect<Option.Option<StoredJob>, JobStoreError>
    readonly savePlan: (claim: Claim, plan: Schema.Json) => Effect.Effect<void, JobStoreError>
    /**
     * Publishes an event of an item. An outcome is stored, and replaces the one of an earlier attempt; but `Skipped` does
     * not replace `Done`, whose value it lacks.
     */
    readonly saveEvent: (claim: Claim, event: StoredEvent) => Effect.Effect<void, JobStoreError>
    /** Puts a job back for another attempt, at this time. Returns false if the claim is lost. */
    readonly postpone: (claim: Claim, at: DateTime.Utc, problem: Problem) => Effect.Effect<boolean, JobStoreError>
    /** Leaves a job for another runner: as before it was claimed, in a new epoch. Returns false if the claim is lost. */
    readonly release: (claim: Claim) => Effect.Effect<boolean, JobStoreError>
    /** Stores how a job ended. Returns false if the claim is lost. */
    readonly finish: (claim: Claim, ending: Ending) => Effect.Effect<boolean, JobStoreError>
    /** Requests that a job is cancelled; one that is only submitted is cancelled at once. Returns whether it was running. */
    readonly cancel: (id: string) => Effect.Effect<Option.Option<StoredJob>, JobStoreError>
    /** The present state of a job, and each change from then on, until it is finished. */
    readonly changes: (id: string) => Stream.Stream<Change, JobStoreError>
    /** Deletes the jobs that finished before a time; returns how many. */
    readonly purge: (finishedBefore: DateTime.Utc) => Effect.Effect<number, JobStoreError>
    /** What was stored by `saveDurations` for an account. */
    readonly durations: (account: string) => Effect.Effect<Option.Option<Schema.Json>, JobStoreError>
    /** Stores how long actions of an account took, as a runner wrote it. */
    readonly saveDurations: (account: string, durations: Schema.Json) => Effect.Effect<void, JobStoreError>
  }
>()("@effect-digitalocean/jobs/JobStore") {}

/**
 * For how long a runner keeps finished jobs, by default 90 days.
 *
 * @category options
 * @since 0.1.0
 */
export const Retention: Context.Reference<Duration.Duration> = Context.Reference<Duration.Duration>(
  "@effect-digitalocean/jobs/JobStore/Retention",
  { defaultValue: () => Duration.days(90) }
)

/** A job in memory, with the outcomes of its items by their keys. */
interface Entry {
  job: StoredJob
  readonly results: Map<string, StoredResult>
}

/**
 * A store in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<JobStore> = Layer.effect(
  JobStore,
  Effect.gen(function* () {
    const entries = new Map<string, Entry>()
    const durations = new Map<string, Schema.Json>()
    const published = yield* PubSub.unbounded<{ readonly id: string; readonly change: Change }>()
    const now = Effect.map(Clock.currentTimeMillis, DateTime.makeUnsafe)

    const save = (entry: Entry, change: Partial<StoredJob>) => {
      entry.job = { ...entry.job, ...change }
      return Effect.as(
        PubSub.publish(published, { id: entry.job.id, change: { _tag: "Job", job: entry.job } }),
        entry.job
      )
    }
    const held = (claim: Claim) => {
      const entry = entries.get(claim.id)
      if (entry === undefined || entry.job.epoch !== claim.epoch || entry.job.state !== "running") return undefined
      return claimNumber(entry.job) === claimNumber(claim) ? entry : undefined
    }
    /** Changes a job that is running by this claim; does nothing, and returns false, for any other. */
    const whileHeld = (claim: Claim, change: (entry: Entry) => Effect.Effect<unknown>) =>
      Effect.suspend(() => {
        const entry = held(claim)
        return entry === undefined ? Effect.succeed(false) : Effect.as(change(entry), true)
      })
    const fresh = (submission: Submission, epoch: number, at: DateTime.Utc): StoredJob => ({
      ...submission,
      epoch,
      plan: null,
      state: "submitted",
      attempts: 0,
      failovers: 0,
      problem: null,
      left: [],
      isCancelled: false,
      submittedAt: at,
      nextAttemptAt: null,
      startedAt: null,
      finishedAt: null
    })
    const newestFirst = () =>
      [...entries.values()]
        .map(({ job }) => job)
        .toSorted(
          (a, b) =>
            DateTime.toEpochMillis(b.submittedAt) - DateTime.toEpochMillis(a.submittedAt) || (a.id < b.id ? 1 : -1)
        )

    const unfinishedLike = ({ intention }: Pick<Submission, "intention">) =>
      newestFirst().find((job) => job.intention === intention && !isFinished(job))

    return JobStore.of({
      submit: (submission) =>
        Effect.gen(function* () {
          const same = unfinishedLike(submission)
          if (same !== undefined) return { job: same, isNew: false }
          const entry: Entry = { job: fresh(submission, 1, yield* now), results: new Map() }
          entries.set(submission.id, entry)
          return { job: yield* save(entry, {}), isNew: true }
        }),
      resubmit: (id) =>
        Effect.gen(function* () {
          const entry = entries.get(id)
          if (entry === undefined || !isFinished(entry.job)) return Option.none()
          const same = unfinishedLike(entry.job)
          if (same !== undefined) return Option.some(same)
          entry.results.clear()
          return Option.some(yield* save(entry, fresh(entry.job, entry.job.epoch + 1, yield* now)))
        }),
      get: (id) => Effect.sync(() => Option.map(Option.fromNullishOr(entries.get(id)), ({ job }) => job)),
      list: ({ account, kind, limit = 100, states } = {}) =>
        Effect.sync(() =>
          newestFirst()
            .filter((job) => account === undefined || job.account === account)
            .filter((job) => kind === undefined || job.kind === kind)
            .filter((job) => states === undefined || states.includes(job.state))
            .slice(0, limit)
        ),
      due: (at, limit) =>
        Effect.sync(() =>
          newestFirst()
            .filter(({ nextAttemptAt, state }) => {
              const isDue = nextAttemptAt === null || !DateTime.isGreaterThan(nextAttemptAt, at)
              return state === "submitted" && isDue
            })
            .toReversed()
            .slice(0, limit)
            .map(({ epoch, id, kind, version }) => ({ id, epoch, kind, version }))
        ),
      unfinished: Effect.sync(() => {
        const count = (state: State) => newestFirst().filter((job) => job.state === state).length
        return { submitted: count("submitted"), running: count("running") }
      }),
      confirm: (claim) =>
        Effect.sync((): ClaimState => {
          const entry = held(claim)
          if (entry === undefined) return "lost"
          return entry.job.isCancelled ? "cancelled" : "held"
        }),
      results: (id) => Effect.sync(() => [...(entries.get(id)?.results.values() ?? [])]),
      claim: ({ epoch, id }) =>
        Effect.gen(function* () {
          const entry = entries.get(id)
          if (entry === undefined || entry.job.epoch !== epoch || isFinished(entry.job)) return Option.none()
          const { attempts, failovers, startedAt, state } = entry.job
          const counted = state === "running" ? { failovers: failovers + 1 } : { attempts: attempts + 1 }
          return Option.some(
            yield* save(entry, {
              ...counted,
              state: "running",
              nextAttemptAt: null,
              startedAt: startedAt ?? (yield* now)
            })
          )
        }),
      savePlan: (claim, plan) => Effect.asVoid(whileHeld(claim, (entry) => save(entry, { plan }))),
      saveEvent: (claim, { event, key, outcome }) =>
        Effect.asVoid(
          whileHeld(claim, ({ job, results }) => {
            const isKept = outcome === "Skipped" && results.get(key)?.outcome === "Done"
            if (outcome !== null && !isKept) {
              results.delete(key)
              results.set(key, { key, event, outcome })
            }
            return PubSub.publish(published, { id: job.id, change: { _tag: "Event", epoch: job.epoch, event } })
          })
        ),
      postpone: (claim, nextAttemptAt, problem) =>
        whileHeld(claim, (entry) => save(entry, { state: "submitted", nextAttemptAt, problem })),
      release: (claim) =>
        whileHeld(claim, (entry) =>
          save(entry, { state: "submitted", epoch: entry.job.epoch + 1, attempts: Math.max(0, entry.job.attempts - 1) })
        ),
      finish: (claim, ending) =>
        whileHeld(claim, (entry) => Effect.flatMap(now, (finishedAt) => save(entry, { ...ending, finishedAt }))),
      cancel: (id) =>
        Effect.gen(function* () {
          const entry = entries.get(id)
          if (entry === undefined) return Option.none()
          if (isFinished(entry.job)) return Option.some(entry.job)
          const ended = entry.job.state === "submitted" ? { state: "cancelled" as const, finishedAt: yield* now } : {}
          return Option.some(yield* save(entry, { isCancelled: true, ...ended }))
        }),
      changes: (id) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const subscription = yield* PubSub.subscribe(published)
            const entry = entries.get(id)
            if (entry === undefined) return Stream.empty
            const initial: ReadonlyArray<Change> = [
              ...Array.from(
                entry.results.values(),
                ({ event }): Change => ({ _tag: "Event", epoch: entry.job.epoch, event })
              ),
              { _tag: "Job", job: entry.job }
            ]
            const later = Stream.fromSubscription(subscription).pipe(
              Stream.filter((one) => one.id === id),
              Stream.map(({ change }) => change)
            )
            return Stream.takeUntil(
              Stream.concat(Stream.fromIterable(initial), later),
              (change) => change._tag === "Job" && isFinished(change.job)
            )
          })
        ),
      purge: (finishedBefore) =>
        Effect.sync(() => {
          const old = [...entries.values()].filter(
            ({ job }) => job.finishedAt !== null && DateTime.isLessThan(job.finishedAt, finishedBefore)
          )
          for (const { job } of old) entries.delete(job.id)
          return old.length
        }),
      durations: (account) => Effect.sync(() => Option.fromUndefinedOr(durations.get(account))),
      saveDurations: (account, json) => Effect.sync(() => void durations.set(account, json))
    })
  })
)
