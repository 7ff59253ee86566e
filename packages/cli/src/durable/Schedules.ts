/**
 * The commands on schedules: `doimg jobs schedule`, and `doimg jobs schedules list` and `remove`.
 *
 * @since 0.1.0
 */
import * as BuiltInKinds from "@effect-digitalocean/jobs/durable/BuiltInKinds"
import * as JobSchedule from "@effect-digitalocean/jobs/durable/JobSchedule"
import * as JobSchedules from "@effect-digitalocean/jobs/durable/JobSchedules"
import * as CliError from "effect/cli/CliError"
import * as Clock from "effect/Clock"
import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as DurableFlags from "../args/DurableFlags.ts"
import { NoSuchSchedule } from "../errors/StoredJobs.ts"
import { UsageError } from "../errors/Usage.ts"
import { RunLine } from "../run/RunLine.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Stderr from "../output/Stderr.ts"
import { withTimeout } from "../run/Account.ts"
import * as Database from "./Database.ts"

const withSchedules = <A, E, R>(
  durable: Option.Option<string>,
  program: Effect.Effect<A, E, R | JobSchedules.JobSchedules>
) => Effect.flatMap(DurableFlags.required(durable), (database) => withTimeout(Database.withJobs(database, program)))

/**
 * Stores a schedule of the job that a command line describes, or changes the schedule of the same name.
 *
 * @since 0.1.0
 */
export const schedule = Effect.fnUntraced(function* (input: {
  readonly name: string
  readonly cron: string
  readonly timeZone: string
  readonly words: ReadonlyArray<string>
  readonly durable: Option.Option<string>
}) {
  yield* Output.checkColumns(fields)
  yield* JobSchedule.times(input)
  const request = yield* requestOf(input.words)
  const { cron, name, timeZone } = input
  const stored = yield* withSchedules(input.durable, JobSchedules.schedule({ ...{ name, cron, timeZone }, ...request }))
  return yield* Output.one(yield* row(stored), columns)
})

/** The job that a command line describes; the command line is checked, and its names are resolved. */
const requestOf = Effect.fnUntraced(function* (words: ReadonlyArray<string>) {
  const [word = ""] = words
  const names = BuiltInKinds.all.map(({ name }) => name)
  if (!names.includes(word)) {
    const problem = `expected the command line of a job after --, which begins with one of ${names.join(", ")}`
    return yield* new UsageError({ problem })
  }
  const runLine = yield* RunLine
  let request: DurableFlags.Submission | undefined
  const save = (submission: DurableFlags.Submission) =>
    Effect.sync(() => {
      request = submission
    })
  yield* Effect.provideService(runLine(words), DurableFlags.Scheduling, save).pipe(
    // what is wrong with it has been written
    Effect.catchIf(CliError.isCliError, () =>
      Effect.fail(new UsageError({ problem: "nothing is stored: see the command line after --" }))
    )
  )
  if (request === undefined) return yield* new UsageError({ problem: "the command line after -- runs no job" })
  return request as DurableFlags.Submission
})

/**
 * Lists the schedules.
 *
 * @since 0.1.0
 */
export const list = Effect.fnUntraced(function* ({ durable }: { readonly durable: Option.Option<string> }) {
  yield* Output.checkColumns(fields)
  const schedules = yield* withSchedules(
    durable,
    JobSchedules.JobSchedules.use((store) => store.list)
  )
  return yield* Output.rows(yield* Effect.forEach(schedules, row), columns)
})

/**
 * Removes a schedule.
 *
 * @since 0.1.0
 */
export const remove = Effect.fnUntraced(function* ({
  durable,
  name
}: {
  readonly durable: Option.Option<string>
  readonly name: string
}) {
  const isRemoved = yield* withSchedules(
    durable,
    JobSchedules.JobSchedules.use((store) => store.remove(name))
  )
  if (!isRemoved) return yield* new NoSuchSchedule({ name })
  yield* Stderr.note(`doimg: schedule ${name} is removed; a job that it has submitted goes on`)
})

const fields = [
  ...["name", "cron", "time_zone", "kind", "account", "next_at", "last_at", "last_job"],
  ...["created_at", "changed_at", "options"]
]

const columns = ["name", "cron", "time_zone", "kind", "account", "next_at", "last_at", "last_job"]

const row = Effect.fnUntraced(function* (schedule: JobSchedule.JobSchedule) {
  const now = new Date(yield* Clock.currentTimeMillis)
  const cron = yield* Effect.option(JobSchedule.times(schedule))
  const { last } = schedule
  return Rows.own({
    ...{ name: schedule.name, cron: schedule.cron, time_zone: schedule.timeZone },
    ...{ kind: schedule.kind, account: schedule.account },
    next_at: Option.match(cron, { onNone: () => null, onSome: (cron) => Cron.next(cron, now).toISOString() }),
    last_at: last === null ? null : DateTime.formatIso(last.occurrence),
    last_job: last?.job ?? null,
    created_at: DateTime.formatIso(schedule.createdAt),
    changed_at: DateTime.formatIso(schedule.changedAt),
    options: schedule.options
  })
})
