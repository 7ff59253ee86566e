/**
 * Schedules in Postgres, for any number of runners: each occurrence is started by one of them. `PgJobStore` has to use the
 * same database. Needs the optional package `@effect/sql-pg`.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Statement } from "effect/sql/Statement"
import { digestOf, insertJob } from "../internal/postgres/insertJob.ts"
import { migrate } from "../internal/postgres/migrate.ts"
import { problemOf } from "../internal/postgres/problem.ts"
import { JobSchedule } from "./JobSchedule.ts"
import { JobSchedules, type StartedJob } from "./JobSchedules.ts"
import { JobStoreError } from "./JobStore.ts"

/**
 * Schedules over the client in the context. Creates the tables of jobs and of this, or brings them up to date.
 *
 * **Details**
 *
 * A schedule is a row of `digitalocean_job_schedules`. One statement submits the job of an occurrence, records it in
 * `digitalocean_job_occurrences`, whose key is the schedule and the time, and in the row of the schedule. That row is locked
 * meanwhile, so that two runners cannot start one occurrence. Records are deleted with their jobs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<JobSchedules["Service"], JobStoreError, PgClient.PgClient> = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  yield* Effect.mapError(
    migrate(sql),
    (error) => new JobStoreError({ operation: "migrate", problem: problemOf(error) })
  )
  const rows = <A extends object>(operation: string, statement: Statement<A>) =>
    Effect.mapError(
      statement.withoutTransform,
      (error) => new JobStoreError({ operation: `${operation} of schedules`, problem: problemOf(error) })
    )
  const columns = sql.literal(`json_build_object(
    'name', name, 'account', account, 'kind', kind, 'version', version, 'intention', intention, 'options', options,
    'cron', cron, 'timeZone', time_zone, 'createdAt', created_at, 'changedAt', changed_at,
    'last', CASE WHEN last_occurrence IS NOT NULL THEN json_build_object(
      'occurrence', last_occurrence, 'job', last_job, 'isJoined', last_is_joined) END
  )::text AS schedule`)
  const read = (operation: string, { schedule }: Row) =>
    Effect.mapError(
      decode(JSON.parse(schedule)),
      () =>
        new JobStoreError({
          operation: `${operation} of schedules`,
          problem: "a row cannot be read by this version"
        })
    )

  return JobSchedules.of({
    put: Effect.fnUntraced(function* ({ account, cron, intention, kind, name, options, timeZone, version }) {
      const now = yield* Clock.currentTimeMillis
      const at = DateTime.formatIso(DateTime.makeUnsafe(now))
      const digest = yield* digestOf(intention)
      const isSame = sql.literal(
        ["intention_digest", "version", "cron", "time_zone"]
          .map((column) => `schedule.${column} = excluded.${column}`)
          .join(" AND ")
      )
      const [row] = yield* rows(
        "put",
        sql<Row>`INSERT INTO digitalocean_job_schedules AS schedule
          (name, account, kind, version, intention, intention_digest, options, cron, time_zone, created_at, changed_at)
          VALUES (${name}, ${account}, ${kind}, ${version}, ${intention}, ${digest}, ${JSON.stringify(options)}::json,
            ${cron}, ${timeZone}, ${at}::timestamptz, ${at}::timestamptz)
          ON CONFLICT (name) DO UPDATE SET
            account = excluded.account, kind = excluded.kind, version = excluded.version,
            intention = excluded.intention, intention_digest = excluded.intention_digest, options = excluded.options,
            cron = excluded.cron, time_zone = excluded.time_zone,
            changed_at = CASE WHEN ${isSame} THEN schedule.changed_at ELSE excluded.changed_at END
          RETURNING ${columns}`
      )
      return yield* read("put", row!)
    }),
    remove: (name) =>
      Effect.map(
        rows("remove", sql`DELETE FROM digitalocean_job_schedules WHERE name = ${name} RETURNING name`),
        ({ length }) => length > 0
      ),
    list: Effect.flatMap(
      rows("list", sql<Row>`SELECT ${columns} FROM digitalocean_job_schedules ORDER BY name COLLATE "C"`),
      // a row of a newer version does not hide all others
      (found) =>
        Effect.map(
          Effect.forEach(found, (row) => Effect.option(read("list", row))),
          (all) => all.flatMap(Option.toArray)
        )
    ),
    start: Effect.fnUntraced(function* ({ cron, intention, name, timeZone, version }, occurrence, id) {
      const time = DateTime.formatIso(occurrence)
      const now = DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
      const digest = yield* digestOf(intention)
      const [job] = yield* rows(
        "start",
        sql<StartedJob>`WITH schedule AS MATERIALIZED (
            SELECT * FROM digitalocean_job_schedules
            WHERE name = ${name} AND intention_digest = ${digest} AND version = ${version}
              AND cron = ${cron} AND time_zone = ${timeZone} AND changed_at < ${time}::timestamptz
              AND (last_occurrence IS NULL OR last_occurrence < ${time}::timestamptz)
            FOR UPDATE
          ), job AS (
            ${insertJob(
              sql,
              sql`SELECT ${id}, account, kind, version, intention, intention_digest, options, ${now}::timestamptz
                FROM schedule`
            )} RETURNING id, epoch
          ), occurrence AS (
            INSERT INTO digitalocean_job_occurrences (schedule, occurrence, job, is_joined)
            SELECT name, ${time}::timestamptz, id, id <> ${id} FROM schedule, job
          )
          UPDATE digitalocean_job_schedules SET last_occurrence = ${time}::timestamptz, last_job = id,
            last_is_joined = id <> ${id}
          FROM job WHERE name = ${name}
          RETURNING id, epoch, id = ${id} AS "isNew"`
      )
      return Option.fromNullishOr(job)
    })
  })
})

/**
 * Schedules over the client in the context. Fails if the database cannot be reached, or the tables cannot be created.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<JobSchedules, JobStoreError, PgClient.PgClient> = Layer.effect(JobSchedules, make)

interface Row {
  readonly schedule: string
}

const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(JobSchedule))
