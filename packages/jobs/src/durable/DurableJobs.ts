/**
 * Jobs that outlive their process: submitted to a store, run by any runner, followed and cancelled from anywhere.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import { makeStarter } from "../internal/durable/occurrences.ts"
import { newId, submissionOf } from "../internal/durable/submission.ts"
import type { JobAccounts } from "./JobAccounts.ts"
import { JobKinds, type UnknownKind, type Unreadable } from "./JobKind.ts"
import type { JobSchedules } from "./JobSchedules.ts"
import { type Change, type DueJob, JobStore, type JobStoreError, Retention } from "./JobStore.ts"
import * as JobWorkflow from "./JobWorkflow.ts"
import * as RunnerMetrics from "./RunnerMetrics.ts"
import type { Ref, StoredJob } from "./StoredJob.ts"

/**
 * There is no stored job with this id: it was never submitted, or was purged.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoSuchJob extends Schema.TaggedError<NoSuchJob>("@effect-digitalocean/jobs/NoSuchJob")("NoSuchJob", {
  id: Schema.String
}) {
  override get message(): string {
    return `there is no job ${this.id}, or it was purged`
  }
}

/**
 * The job is not finished, so it cannot be run again.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFinished extends Schema.TaggedError<NotFinished>("@effect-digitalocean/jobs/NotFinished")(
  "NotFinished",
  { id: Schema.String }
) {
  override get message(): string {
    return `job ${this.id} is not finished: follow it, or cancel it first`
  }
}

/**
 * What to submit.
 *
 * **Details**
 *
 * - `account`: the name of the account, which runners resolve (`JobAccounts`)
 * - `kind`: the name of the job, such as `replicate`
 * - `options`: its options
 *
 * @category options
 * @since 0.1.0
 */
export interface Request {
  readonly account: string
  readonly kind: string
  readonly options: unknown
}

/**
 * Submits a job. If one of the same account, kind and options is not finished, that one is returned (`isNew` is false).
 *
 * @category constructors
 * @since 0.1.0
 */
export const submit = Effect.fn("DurableJobs.submit")(function* (
  request: Request
): Effect.fn.Return<
  { readonly job: StoredJob; readonly isNew: boolean },
  UnknownKind | Unreadable | JobStoreError,
  JobStore | JobKinds | WorkflowEngine.WorkflowEngine
> {
  const submission = yield* submissionOf(request)
  const store = yield* JobStore
  const submitted = yield* store.submit({ ...submission, id: yield* newId })
  yield* start(submitted.job)
  return submitted
})

/**
 * Runs a finished job again, in a new epoch: it plans anew. If another one of the same account, kind and options is not
 * finished, that one is returned.
 *
 * @category constructors
 * @since 0.1.0
 */
export const retry = Effect.fn("DurableJobs.retry")(function* (
  id: string
): Effect.fn.Return<StoredJob, NoSuchJob | NotFinished | JobStoreError, JobStore | WorkflowEngine.WorkflowEngine> {
  const store = yield* JobStore
  const again = yield* store.resubmit(id)
  if (Option.isNone(again)) {
    yield* get(id)
    return yield* new NotFinished({ id })
  }
  yield* start(again.value)
  return again.value
})

/**
 * Returns a stored job.
 *
 * @category getters
 * @since 0.1.0
 */
export const get = (id: string): Effect.Effect<StoredJob, NoSuchJob | JobStoreError, JobStore> =>
  existing(id, (store) => store.get(id))

/**
 * Cancels a job: a runner stops it within about a second, and its stored row says what DigitalOcean continues. A finished
 * job stays as it is.
 *
 * @category combinators
 * @since 0.1.0
 */
export const cancel = (id: string): Effect.Effect<StoredJob, NoSuchJob | JobStoreError, JobStore> =>
  existing(id, (store) => store.cancel(id))

/**
 * Streams a job: what is known of it, and each change until it is finished. Ending the stream does not affect the job.
 *
 * @category combinators
 * @since 0.1.0
 */
export const follow = (id: string): Effect.Effect<Stream.Stream<Change, JobStoreError>, never, JobStore> =>
  JobStore.use((store) => Effect.succeed(store.changes(id)))

/** The job that an operation of the store returns, if there is one with this id. */
const existing = (
  id: string,
  find: (store: JobStore["Service"]) => Effect.Effect<Option.Option<StoredJob>, JobStoreError>
): Effect.Effect<StoredJob, NoSuchJob | JobStoreError, JobStore> =>
  Effect.flatMap(
    JobStore.use(find),
    Option.match({ onNone: () => Effect.fail(new NoSuchJob({ id })), onSome: Effect.succeed })
  )

const start = ({ epoch, id }: Ref) =>
  Effect.asVoid(JobWorkflow.JobWorkflow.execute({ job: id, epoch }, { discard: true }))

/** Starts jobs of the kinds that this runner knows. To start a job that is running already changes nothing. */
const startKnown = Effect.fnUntraced(function* (jobs: ReadonlyArray<DueJob>) {
  const kinds = yield* JobKinds
  for (const job of jobs) {
    if (kinds.find(job.kind, job.version) !== undefined) yield* start(job)
  }
})

const startDue = Effect.gen(function* () {
  const store = yield* JobStore
  const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
  yield* startKnown(yield* store.due(now, 1000))
})

const countUnfinished = Effect.gen(function* () {
  const counts = yield* (yield* JobStore).unfinished
  for (const [state, count] of Object.entries(counts)) {
    yield* Metric.update(Metric.withAttributes(RunnerMetrics.unfinished, { state }), count)
  }
})

const purgeOld = Effect.gen(function* () {
  const store = yield* JobStore
  const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
  yield* store.purge(DateTime.subtractDuration(now, yield* Retention))
})

/** Repeats an operation in the background. A failure is logged, but not again before the operation has succeeded. */
const regularly = <A, R>(interval: Duration.Input, operation: Effect.Effect<A, JobStoreError, R>) =>
  Effect.suspend(() => {
    let isFailing = false
    return Effect.matchEffect(operation, {
      onFailure: ({ message }) => {
        const isKnown = isFailing
        isFailing = true
        return isKnown ? Effect.void : Effect.logWarning(message)
      },
      onSuccess: () =>
        Effect.sync(() => {
          isFailing = false
        })
    }).pipe(Effect.repeat(Schedule.spaced(interval)), Effect.forkScoped)
  })

/**
 * A runner: it runs the jobs that the engine gives to it. Every second it submits the jobs of the schedules that are due,
 * every 30 seconds it starts the jobs that are due and that no runner has started, for example because the process that
 * submitted them was killed in between, and once an hour it deletes finished ones after `JobStore.Retention`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRunner: Layer.Layer<
  never,
  never,
  WorkflowEngine.WorkflowEngine | JobStore | JobSchedules | JobKinds | JobAccounts
> = Layer.merge(
  JobWorkflow.layer,
  Layer.effectDiscard(
    Effect.suspend(() =>
      Effect.all(
        [
          regularly("1 second", Effect.flatMap(makeStarter(), startKnown)),
          regularly("30 seconds", startDue),
          regularly("30 seconds", countUnfinished),
          regularly("1 hour", purgeOld)
        ],
        { discard: true }
      )
    )
  )
)
