/**
 * A rule by which jobs are submitted again and again: what to submit, and at which times.
 *
 * The times are a cron expression in a time zone. Of a local time that a clock change repeats, only the first is meant; one
 * that a clock change leaves out is later by as much as the clock was set forward.
 *
 * @since 0.1.0
 */
import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * Schema for what a schedule started last.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Started = Schema.Struct({
  occurrence: Schema.DateTimeUtcFromString,
  job: Schema.String,
  isJoined: Schema.Boolean
})

/**
 * What a schedule started last.
 *
 * **Details**
 *
 * - `occurrence`: the time by its rule
 * - `job`: the id of the job
 * - `isJoined`: the job was not new: the one of an earlier occurrence, or the same that somebody submitted, was not finished
 *
 * @category models
 * @since 0.1.0
 */
export interface Started extends Schema.Schema.Type<typeof Started> {}

/**
 * Schema for a {@link JobSchedule}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const JobSchedule = Schema.Struct({
  name: Schema.String,
  account: Schema.String,
  kind: Schema.String,
  version: Schema.Int,
  intention: Schema.String,
  options: Schema.Json,
  cron: Schema.String,
  timeZone: Schema.String,
  createdAt: Schema.DateTimeUtcFromString,
  changedAt: Schema.DateTimeUtcFromString,
  last: Schema.NullOr(Started)
})

/**
 * A schedule as it is stored.
 *
 * **Details**
 *
 * - `account`, `kind`, `version`, `intention`, `options`: as of a `StoredJob`
 * - `cron`: five or six fields, `0 3 * * *`; `timeZone`: `Europe/Berlin`
 * - `changedAt`: when it was created or changed; occurrences before that are not started
 * - `last`: what it started last, or null
 *
 * @category models
 * @since 0.1.0
 */
export interface JobSchedule extends Schema.Schema.Type<typeof JobSchedule> {}

/**
 * What is stored of a new or changed schedule.
 *
 * @category models
 * @since 0.1.0
 */
export interface Definition extends Omit<JobSchedule, "createdAt" | "changedAt" | "last"> {}

/**
 * The name, the cron expression or the time zone of a schedule is invalid.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSchedule extends Schema.TaggedError<InvalidSchedule>("@effect-digitalocean/jobs/InvalidSchedule")(
  "InvalidSchedule",
  { field: Schema.Literals(["name", "cron", "timeZone"]), value: Schema.String, problem: Schema.String }
) {
  override get message(): string {
    const what = { name: "name", cron: "cron expression", timeZone: "time zone" }[this.field]
    return `the ${what} ${JSON.stringify(this.value)} of the schedule is invalid: ${this.problem}`
  }
}

/**
 * Returns the times of a schedule. Fails if its name, its cron expression or its time zone is invalid, or if the expression
 * matches no time, such as `0 0 30 2 *`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const times = ({
  cron,
  name,
  timeZone
}: Pick<JobSchedule, "cron" | "name" | "timeZone">): Effect.Effect<Cron.Cron, InvalidSchedule> => {
  const invalid = (field: InvalidSchedule["field"], value: string, problem: string) =>
    Effect.fail(new InvalidSchedule({ field, value, problem }))
  if (!/^[\w.-]{1,100}$/.test(name)) {
    return invalid("name", name, "it has 1 to 100 letters, digits, dots, hyphens and underscores")
  }
  const zone = Option.getOrUndefined(DateTime.zoneMakeNamed(timeZone))
  if (zone === undefined) return invalid("timeZone", timeZone, "it is not a name such as Europe/Berlin or UTC")
  const parsed = Cron.parse(cron, zone)
  if (Result.isFailure(parsed)) {
    const { input, message } = parsed.failure
    return invalid("cron", cron, `${message}: ${JSON.stringify(input)}`)
  }
  // a search without clock changes is faster, which matters if it finds nothing
  return Effect.catch(
    Effect.try(() => Cron.next(Cron.parseUnsafe(cron, "UTC"), 0)),
    () => invalid("cron", cron, "there is no such time")
  ).pipe(Effect.as(parsed.success))
}

/**
 * Whether an occurrence of a schedule is to be started: it is after the last change of the schedule, and after what was
 * started last.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDue = ({ changedAt, last }: JobSchedule, occurrence: DateTime.Utc): boolean =>
  DateTime.isGreaterThan(occurrence, changedAt) &&
  (last === null || DateTime.isGreaterThan(occurrence, last.occurrence))
