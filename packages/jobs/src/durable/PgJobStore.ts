/**
 * Jobs in Postgres, for any number of runners: a job outlives its process, and any runner can continue it.
 *
 * The tables `digitalocean_jobs` and `digitalocean_job_items` are created when the layer is built, and brought up to date
 * by newer versions (`digitalocean_job_migrations`); runners that start at once wait for each other. Needs the optional
 * package `@effect/sql-pg`, and a client of it with at least two connections: one listens for changes while jobs are
 * followed. No token is stored: of an account only its name.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { SqlError } from "effect/sql/SqlError"
import type { Statement } from "effect/sql/Statement"
import { follow } from "../internal/postgres/follow.ts"
import { digestOf, insertJob } from "../internal/postgres/insertJob.ts"
import { jobText, readJob } from "../internal/postgres/jobRow.ts"
import { migrate } from "../internal/postgres/migrate.ts"
import * as Notifications from "../internal/postgres/notifications.ts"
import { problemOf } from "../internal/postgres/problem.ts"
import { type ClaimState, type DueJob, JobStore, JobStoreError, type Submission, type Unfinished } from "./JobStore.ts"
import { type Claim, claimNumber, type OutcomeTag, type Ref, type StoredJob } from "./StoredJob.ts"

/**
 * A store over the client in the context. Creates the tables, or brings them up to date.
 *
 * **Details**
 *
 * Every operation is one statement; `submit` of a job whose intention is not finished, `resubmit` and `cancel` can take a
 * second one. Events that are not outcomes are not stored: followers receive them by `NOTIFY`, if they have less than
 * 8,000 bytes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<JobStore["Service"], JobStoreError, PgClient.PgClient | Scope.Scope> = Effect.gen(
  function* () {
    const sql = yield* PgClient.PgClient
    yield* Effect.mapError(migrate(sql), (error) => failed("migrate", error))
    const subscribe = yield* Notifications.make(sql)
    const columns = sql.literal(`${jobText}::text AS job`)
    const notify = sql.literal(`pg_notify('${Notifications.channel}', json_build_object('id', id)::text)::text`)
    const isUnfinished = sql.literal("state IN ('submitted', 'running')")
    const where = ({ epoch, id }: Ref) => sql`id = ${id} AND epoch = ${epoch}`

    const rows = <A extends object>(operation: string, statement: Statement<A>) =>
      Effect.mapError(statement.withoutTransform, (error) => failed(operation, error))
    const read = (operation: string, { job }: JobRow) =>
      Effect.mapError(
        readJob(JSON.parse(job)),
        () => new JobStoreError({ operation, problem: "the row of the job cannot be read by this version" })
      )
    const first = (operation: string, found: Effect.Effect<ReadonlyArray<JobRow>, JobStoreError>) =>
      Effect.flatMap(found, ([row]) =>
        row === undefined
          ? Effect.succeed(Option.none<StoredJob>())
          : Effect.map(read(operation, row), (job) => Option.some(job))
      )
    /** The first row of a statement that returns jobs. */
    const one = (operation: string, statement: Statement<JobRow>) => first(operation, rows(operation, statement))
    const isHeld = (claim: Claim) =>
      sql`${where(claim)} AND state = 'running' AND attempts + failovers = ${claimNumber(claim)}`
    /** Changes the row of a job that is running by this claim, and notifies its followers; returns false for any other. */
    const whileHeld = (operation: string, claim: Claim, change: Statement<object>) =>
      Effect.map(
        rows(
          operation,
          sql`WITH job AS (
            UPDATE digitalocean_jobs SET revision = revision + 1, ${change} WHERE ${isHeld(claim)} RETURNING id
          ) SELECT ${notify} FROM job`
        ),
        ({ length }) => length > 0
      )
    const get = (id: string) => one("get", sql<JobRow>`SELECT ${columns} FROM digitalocean_jobs WHERE id = ${id}`)
    const unfinishedLike = (id: string) =>
      sql<JobRow>`SELECT ${columns} FROM digitalocean_jobs WHERE ${isUnfinished}
        AND intention_digest = (SELECT intention_digest FROM digitalocean_jobs WHERE id = ${id}) AND id <> ${id}`

    return JobStore.of({
      submit: Effect.fnUntraced(function* (submission: Submission) {
        const { account, id, intention, kind, options, version } = submission
        const digest = yield* digestOf(intention)
        const joined = yield* one(
          "submit",
          sql<JobRow>`${insertJob(
            sql,
            sql`VALUES (${id}, ${account}, ${kind}, ${version}, ${intention}, ${digest}, ${JSON.stringify(options)}::json,
              ${yield* now}::timestamptz)`
          )} RETURNING ${columns}`
        )
        const job = yield* Effect.orDie(Effect.fromOption(joined))
        return { job, isNew: job.id === id }
      }),
      resubmit: (id) =>
        Effect.flatMap(now, (at) => {
          const again = sql<JobRow>`WITH job AS (
              UPDATE digitalocean_jobs SET revision = revision + 1, epoch = epoch + 1, state = 'submitted', plan = NULL,
                attempts = 0, failovers = 0, problem = NULL, remains = '[]', is_cancelled = false,
                submitted_at = ${at}::timestamptz, next_attempt_at = NULL, started_at = NULL, finished_at = NULL
              WHERE id = ${id} AND state IN ('done', 'incomplete', 'failed', 'cancelled', 'unreadable') RETURNING *
            ), deleted AS (DELETE FROM digitalocean_job_items WHERE job IN (SELECT id FROM job))
            SELECT ${columns}, ${notify} FROM job`
          const joined = Effect.catchIf(
            again.withoutTransform,
            ({ reason }) => reason._tag === "UniqueViolation",
            () => unfinishedLike(id).withoutTransform
          )
          return first(
            "resubmit",
            Effect.mapError(joined, (error) => failed("resubmit", error))
          )
        }),
      get,
      list: ({ account, kind, limit = 100, states } = {}) =>
        Effect.flatMap(
          rows(
            "list",
            sql<JobRow>`SELECT ${columns} FROM digitalocean_jobs WHERE ${sql.and([
              ...(account === undefined ? [] : [sql`account = ${account}`]),
              ...(kind === undefined ? [] : [sql`kind = ${kind}`]),
              ...(states === undefined ? [] : [states.length === 0 ? sql`false` : sql.in("state", states)]),
              sql`true`
            ])} ORDER BY submitted_at DESC, id DESC LIMIT ${limit}`
          ),
          // a row of a newer version does not hide all others
          (found) =>
            Effect.map(
              Effect.forEach(found, (row) =>
                Effect.option(Effect.tapError(read("list", row), ({ message }) => Effect.logWarning(message)))
              ),
              (jobs) => jobs.flatMap((job) => (Option.isSome(job) ? [job.value] : []))
            )
        ),
      due: (at, limit) =>
        rows(
          "due",
          sql<DueJob>`SELECT id, epoch, kind, version FROM digitalocean_jobs
            WHERE state = 'submitted'
              AND (next_attempt_at IS NULL OR next_attempt_at <= ${DateTime.formatIso(at)}::timestamptz)
            ORDER BY submitted_at, id LIMIT ${limit}`
        ),
      unfinished: Effect.map(
        rows(
          "unfinished",
          sql<Unfinished>`SELECT count(*) FILTER (WHERE state = 'submitted')::integer AS submitted,
            count(*) FILTER (WHERE state = 'running')::integer AS running
            FROM digitalocean_jobs WHERE ${isUnfinished}`
        ),
        ([row]) => ({ submitted: Number(row?.submitted ?? 0), running: Number(row?.running ?? 0) })
      ),
      confirm: (claim) =>
        Effect.map(
          rows(
            "confirm",
            sql<{ readonly is_cancelled: boolean }>`SELECT is_cancelled FROM digitalocean_jobs WHERE ${isHeld(claim)}`
          ),
          ([row]): ClaimState => (row === undefined ? "lost" : row.is_cancelled ? "cancelled" : "held")
        ),
      results: (id) =>
        Effect.map(
          rows(
            "results",
            sql<{ readonly key: string; readonly outcome: OutcomeTag; readonly event: string }>`
              SELECT key, outcome, event::text AS event FROM digitalocean_job_items WHERE job = ${id} ORDER BY seq`
          ),
          (items) => items.map(({ event, key, outcome }) => ({ key, outcome, event: JSON.parse(event) }))
        ),
      claim: (ref) =>
        Effect.flatMap(now, (at) =>
          one(
            "claim",
            sql<JobRow>`WITH job AS (
              UPDATE digitalocean_jobs SET revision = revision + 1, state = 'running', next_attempt_at = NULL,
                attempts = attempts + (state = 'submitted')::integer,
                failovers = failovers + (state = 'running')::integer,
                started_at = coalesce(started_at, ${at}::timestamptz)
              WHERE ${where(ref)} AND ${isUnfinished} RETURNING *
            ) SELECT ${columns}, ${notify} FROM job`
          )
        ),
      savePlan: (claim, plan) => Effect.asVoid(whileHeld("savePlan", claim, sql`plan = ${JSON.stringify(plan)}::json`)),
      saveEvent: (claim, { event, key, outcome }) => {
        const job = sql`SELECT id, epoch FROM digitalocean_jobs WHERE ${isHeld(claim)}`
        const unstored = sql`json_build_object('id', id, 'unstored', json_build_object(
          'epoch', epoch, 'seq', nextval('digitalocean_job_changes'), 'event', ${JSON.stringify(event)}::json))`
        const send = sql.literal(`pg_notify('${Notifications.channel}', payload)::text`)
        return Effect.asVoid(
          rows(
            "saveEvent",
            outcome === null
              ? sql`SELECT ${send} FROM (SELECT ${unstored}::text AS payload FROM (${job}) AS job OFFSET 0) AS made
                  WHERE octet_length(payload) < 8000`
              : // the lock keeps the numbers of a job's items in the order in which they become visible
                sql`WITH job AS MATERIALIZED (${job} FOR NO KEY UPDATE), saved AS (
                  INSERT INTO digitalocean_job_items AS item (job, key, outcome, event, seq)
                  SELECT id, ${keyOf(key)}, ${outcome}, ${JSON.stringify(event)}::json,
                    nextval('digitalocean_job_changes') FROM job
                  ON CONFLICT (job, key)
                  DO UPDATE SET outcome = excluded.outcome, event = excluded.event, seq = excluded.seq
                  WHERE NOT (excluded.outcome = 'Skipped' AND item.outcome = 'Done')
                  RETURNING seq
                ) SELECT ${send} FROM (
                  SELECT CASE WHEN EXISTS (SELECT FROM saved) THEN json_build_object('id', id) ELSE ${unstored} END::text
                    AS payload FROM job OFFSET 0
                ) AS made WHERE octet_length(payload) < 8000`
          )
        )
      },
      postpone: (claim, at, problem) =>
        whileHeld(
          "postpone",
          claim,
          sql`state = 'submitted', next_attempt_at = ${DateTime.formatIso(at)}::timestamptz,
            problem = ${JSON.stringify(problem)}::json`
        ),
      release: (claim) =>
        whileHeld("release", claim, sql`state = 'submitted', epoch = epoch + 1, attempts = greatest(0, attempts - 1)`),
      finish: (claim, { left, problem, state }) =>
        Effect.flatMap(now, (at) =>
          whileHeld(
            "finish",
            claim,
            sql`state = ${state}, problem = ${problem === null ? null : JSON.stringify(problem)}::json,
              remains = ${JSON.stringify(left)}::json, finished_at = ${at}::timestamptz`
          )
        ),
      cancel: (id) =>
        Effect.flatMap(now, (at) =>
          Effect.flatMap(
            one(
              "cancel",
              sql<JobRow>`WITH job AS (
                UPDATE digitalocean_jobs SET revision = revision + 1, is_cancelled = true,
                  finished_at = CASE state WHEN 'submitted' THEN ${at}::timestamptz END,
                  state = CASE state WHEN 'submitted' THEN 'cancelled' ELSE state END
                WHERE id = ${id} AND ${isUnfinished} RETURNING *
              ) SELECT ${columns}, ${notify} FROM job`
            ),
            (job) => (Option.isSome(job) ? Effect.succeed(job) : get(id))
          )
        ),
      changes: (id) => follow({ id, sql, subscribe, failed: (error) => failed("changes", error) }),
      purge: (finishedBefore) =>
        Effect.map(
          rows(
            "purge",
            sql<{ readonly count: number | string }>`WITH deleted AS (
              DELETE FROM digitalocean_jobs WHERE finished_at < ${DateTime.formatIso(finishedBefore)}::timestamptz RETURNING 1
            ) SELECT count(*)::integer AS count FROM deleted`
          ),
          ([row]) => Number(row?.count ?? 0)
        ),
      durations: (account) =>
        Effect.map(
          rows(
            "durations",
            sql<{ readonly durations: string }>`SELECT durations::text AS durations FROM digitalocean_job_durations
              WHERE account = ${account}`
          ),
          ([row]) => Option.map(Option.fromUndefinedOr(row), ({ durations }): Schema.Json => JSON.parse(durations))
        ),
      saveDurations: (account, durations) =>
        Effect.flatMap(now, (at) =>
          Effect.asVoid(
            rows(
              "saveDurations",
              sql`INSERT INTO digitalocean_job_durations (account, durations, saved_at)
                VALUES (${account}, ${JSON.stringify(durations)}::json, ${at}::timestamptz)
                ON CONFLICT (account) DO UPDATE SET durations = excluded.durations, saved_at = excluded.saved_at`
            )
          )
        )
    })
  }
)

/**
 * A store over the client in the context. Fails if the database cannot be reached, or the tables cannot be created.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<JobStore, JobStoreError, PgClient.PgClient> = Layer.effect(JobStore, make)

interface JobRow {
  readonly job: string
}

const failed = (operation: string, error: SqlError): JobStoreError =>
  new JobStoreError({ operation, problem: problemOf(error) })

const now = Effect.map(Clock.currentTimeMillis, (at) => DateTime.formatIso(DateTime.makeUnsafe(at)))

/** The key of an item as Postgres can store it. */
const keyOf = (key: string): string => key.replaceAll("\0", "\u{FFFD}")
