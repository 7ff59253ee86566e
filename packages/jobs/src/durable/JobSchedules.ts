/**
 * The schedules by which runners submit jobs (`DurableJobs.layerRunner`). Each occurrence is started once, whichever runners
 * are there; after an outage only the newest one that was missed.
 *
 * {@link layerMemory} keeps them in this process; `PgJobSchedules`, a module of its own, keeps them in Postgres.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import { submissionOf } from "../internal/durable/submission.ts"
import type { JobKinds, UnknownKind, Unreadable } from "./JobKind.ts"
import { type Definition, type InvalidSchedule, isDue, type JobSchedule, times } from "./JobSchedule.ts"
import { JobStore, type JobStoreError } from "./JobStore.ts"
import type { Ref } from "./StoredJob.ts"

/**
 * The store of schedules.
 *
 * @category services
 * @since 0.1.0
 */
export class JobSchedules extends Context.Service<
  JobSchedules,
  {
    /** Stores a schedule, or changes the one of the same name. An equal one stays as it is. */
    readonly put: (definition: Definition) => Effect.Effect<JobSchedule, JobStoreError>
    /** Deletes a schedule; returns false if there is none of this name. Jobs that it started continue. */
    readonly remove: (name: string) => Effect.Effect<boolean, JobStoreError>
    /** All schedules, by name. */
    readonly list: Effect.Effect<ReadonlyArray<JobSchedule>, JobStoreError>
    /**
     * Submits the job of an occurrence and records it, both or neither. `id` is the one of the job if it is new. Returns
     * `None` if the occurrence is not due (any more): it was started by another runner, or the schedule was changed.
     */
    readonly start: (
      schedule: JobSchedule,
      occurrence: DateTime.Utc,
      id: string
    ) => Effect.Effect<Option.Option<StartedJob>, JobStoreError>
  }
>()("@effect-digitalocean/jobs/JobSchedules") {}

/**
 * The job of an occurrence; `isNew` is false if it is one that was not finished.
 *
 * @category models
 * @since 0.1.0
 */
export interface StartedJob extends Ref {
  readonly isNew: boolean
}

/**
 * A schedule to store.
 *
 * **Details**
 *
 * - `name`: identifies the schedule: letters, digits, dots, hyphens and underscores
 * - `account`, `kind`, `options`: what to submit, as of `DurableJobs.submit`
 * - `cron`: the times, `0 3 * * *` (minute, hour, day, month, day of week), or with a field for seconds before them
 * - `timeZone`: the name of the time zone of these times, `Europe/Berlin`
 *
 * @category options
 * @since 0.1.0
 */
export interface Request {
  readonly name: string
  readonly account: string
  readonly kind: string
  readonly options: unknown
  readonly cron: string
  readonly timeZone: string
}

/**
 * Stores a schedule, or changes the one of the same name; every runner follows within about a second. The first occurrence
 * is after this change: nothing is started for the past. An equal schedule stays as it is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const schedule = Effect.fn("JobSchedules.schedule")(function* ({
  cron,
  name,
  timeZone,
  ...request
}: Request): Effect.fn.Return<
  JobSchedule,
  InvalidSchedule | UnknownKind | Unreadable | JobStoreError,
  JobSchedules | JobKinds
> {
  yield* times({ name, cron, timeZone })
  const submission = yield* submissionOf(request)
  return yield* (yield* JobSchedules).put({ ...submission, name, cron, timeZone })
})

/**
 * Schedules in memory. They submit to the store in the context.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<JobSchedules, never, JobStore> = Layer.effect(
  JobSchedules,
  Effect.gen(function* () {
    const store = yield* JobStore
    const schedules = new Map<string, JobSchedule>()
    const lock = yield* Semaphore.make(1)
    const save = (schedule: JobSchedule) => {
      schedules.set(schedule.name, schedule)
      return schedule
    }
    return JobSchedules.of({
      put: (definition) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const known = schedules.get(definition.name)
          if (known !== undefined && isSame(known, definition)) return known
          const changedAt = DateTime.makeUnsafe(now)
          return save({
            ...definition,
            createdAt: known?.createdAt ?? changedAt,
            changedAt,
            last: known?.last ?? null
          })
        }),
      remove: (name) => Effect.sync(() => schedules.delete(name)),
      list: Effect.sync(() => [...schedules.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))),
      start: (schedule, occurrence, id) =>
        Effect.gen(function* () {
          const known = schedules.get(schedule.name)
          if (known === undefined || !isSame(known, schedule) || !isDue(known, occurrence)) return Option.none()
          const { account, intention, kind, options, version } = known
          const { isNew, job } = yield* store.submit({ id, account, kind, version, intention, options })
          const current = schedules.get(known.name)
          if (current !== undefined) save({ ...current, last: { occurrence, job: job.id, isJoined: !isNew } })
          return Option.some({ id: job.id, epoch: job.epoch, isNew })
        }).pipe(Effect.uninterruptible, lock.withPermits(1))
    })
  })
)

/** Whether the same is submitted at the same times. */
const isSame = (a: Definition, b: Definition): boolean =>
  a.intention === b.intention && a.version === b.version && a.cron === b.cron && a.timeZone === b.timeZone
