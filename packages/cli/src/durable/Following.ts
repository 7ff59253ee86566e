/**
 * Follows a stored job: a line for each of its items, as where the job runs in this process, and a note for what happens to
 * the job itself.
 *
 * @since 0.1.0
 */
import type * as Event from "@effect-digitalocean/jobs/Event"
import type * as Item from "@effect-digitalocean/jobs/Item"
import type * as Outcome from "@effect-digitalocean/jobs/Outcome"
import * as DurableJobs from "@effect-digitalocean/jobs/durable/DurableJobs"
import * as StoredJob from "@effect-digitalocean/jobs/durable/StoredJob"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as DurableFlags from "../args/DurableFlags.ts"
import type * as GlobalFlags from "../config/GlobalFlags.ts"
import { JobCancelled, JobFailed } from "../errors/StoredJobs.ts"
import * as Live from "../output/Live.ts"
import * as Output from "../output/Output.ts"
import * as Stderr from "../output/Stderr.ts"
import { resultFields } from "../run/JobFields.ts"
import * as Job from "../run/Job.ts"
import * as Text from "../text/Text.ts"
import * as Time from "../text/Time.ts"

/**
 * A job whose events can be read.
 *
 * @since 0.1.0
 */
export interface Followable<I extends Item.Item, A, E extends Outcome.TaggedError> {
  readonly name: string
  readonly schemas: { readonly event: Schema.Codec<Event.Event<I, A, E>, unknown> }
}

/**
 * What became of the items of a job, and how to do what is missing.
 *
 * @since 0.1.0
 */
export interface Results<I extends Item.Item, A, E extends Outcome.TaggedError> {
  readonly ended: ReadonlyArray<Job.Ended<I, A, E>>
  readonly again: string
}

/**
 * Follows a job until it is finished. Fails if it was cancelled or has no results. An interruption ends only the following.
 *
 * @since 0.1.0
 */
export const follow = Effect.fnUntraced(function* <I extends Item.Item, A, E extends Outcome.TaggedError>(
  job: Followable<I, A, E>,
  stored: StoredJob.StoredJob,
  { source }: DurableFlags.Database
) {
  const { id } = stored
  const flag = source === "--durable" ? " --durable URL" : ""
  const detached = `doimg: job ${id} goes on: doimg jobs follow ${id}${flag}, or doimg jobs cancel ${id}${flag}`
  let last = stored
  const event = Schema.decodeUnknownOption(Schema.toCodecJson(job.schemas.event))
  const changes = yield* DurableJobs.follow(id)
  const events = changes.pipe(
    Stream.mapEffect((change): Effect.Effect<ReadonlyArray<Event.Event<I, A, E>>, never, GlobalFlags.Settings> => {
      if (change._tag === "Event") return Effect.succeed(Option.toArray(event(change.event)))
      const before = last
      last = change.job
      return Effect.as(noteChange(before, last), [])
    }),
    Stream.flatMap(Stream.fromIterable)
  )
  const following = Effect.raceFirst(
    Job.collect(events),
    Effect.andThen(
      noteWaiting(() => last),
      Effect.never
    )
  )
  const ended = yield* following.pipe(
    Effect.provide(Live.layer),
    Effect.onInterrupt(() => Console.error(Text.message(detached)))
  )
  return yield* conclude(last, ended)
})

/** Returns the results of a finished job, or fails with why it has none. */
const conclude = Effect.fnUntraced(function* <I extends Item.Item, A, E extends Outcome.TaggedError>(
  { id, left, problem, state }: StoredJob.StoredJob,
  ended: ReadonlyArray<Job.Ended<I, A, E>>
) {
  switch (state) {
    case "done":
    case "incomplete":
      return { ended, again: `"doimg jobs retry ${id}" does what is missing` }
    case "cancelled":
      if (ended.length > 0) yield* Output.rows(Job.rows(ended), resultFields)
      return yield* new JobCancelled({ id, left })
    case "failed":
    case "unreadable":
      return yield* new JobFailed({
        ...{ id, state },
        reason: problem?.tag ?? "",
        problem: problem?.message ?? "it is not known why"
      })
    default:
      return yield* new DurableJobs.NoSuchJob({ id })
  }
})

/** Notes what happened to the job itself. */
const noteChange = Effect.fnUntraced(function* (before: StoredJob.StoredJob, job: StoredJob.StoredJob) {
  const { failovers, id, isCancelled, nextAttemptAt, problem } = job
  if (StoredJob.isFinished(job)) return
  if (nextAttemptAt !== null && before.nextAttemptAt === null) {
    const wait = Duration.millis(DateTime.toEpochMillis(nextAttemptAt) - (yield* Clock.currentTimeMillis))
    const why = problem === null ? "" : `: ${problem.message.replace(/[.:]$/, "")}`
    const next = `the next attempt starts in ${Time.format(Duration.max(wait, Duration.zero))}`
    yield* Stderr.note(`doimg: attempt ${job.attempts} of job ${id} is not done${why}; ${next}`)
  }
  if (failovers > before.failovers) yield* Stderr.note(`doimg: another runner continues job ${id}`)
  if (isCancelled && !before.isCancelled) yield* Stderr.note(`doimg: job ${id} is being cancelled`)
})

/** Notes after a while that no runner has started the job. */
const noteWaiting = (job: () => StoredJob.StoredJob) =>
  Effect.delay(
    Effect.suspend(() => {
      const { id, nextAttemptAt, state } = job()
      return state === "submitted" && nextAttemptAt === null
        ? Stderr.note(`doimg: no runner has started job ${id} yet: is there a doimg runner with this database?`)
        : Effect.void
    }),
    "5 seconds"
  )
