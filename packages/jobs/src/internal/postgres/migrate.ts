import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Effect from "effect/Effect"

/**
 * The changes of the schema, in order: the first one has the number 1. One that was released is never edited; a new one
 * is added, and it must leave the tables usable for runners of the previous version, which run beside it.
 */
const migrations: ReadonlyArray<ReadonlyArray<string>> = [
  [
    `CREATE TABLE digitalocean_jobs (
      id text PRIMARY KEY,
      epoch integer NOT NULL DEFAULT 1,
      revision integer NOT NULL DEFAULT 1,
      account text NOT NULL,
      kind text NOT NULL,
      version integer NOT NULL,
      intention text NOT NULL,
      intention_digest text NOT NULL,
      options json NOT NULL,
      plan json,
      state text NOT NULL DEFAULT 'submitted',
      attempts integer NOT NULL DEFAULT 0,
      failovers integer NOT NULL DEFAULT 0,
      problem json,
      remains json NOT NULL DEFAULT '[]',
      is_cancelled boolean NOT NULL DEFAULT false,
      submitted_at timestamptz NOT NULL,
      next_attempt_at timestamptz,
      started_at timestamptz,
      finished_at timestamptz
    ) WITH (fillfactor = 80)`,
    // an intention can be longer than an entry of an index
    `CREATE UNIQUE INDEX digitalocean_jobs_unfinished ON digitalocean_jobs (intention_digest)
      WHERE state IN ('submitted', 'running')`,
    "CREATE INDEX digitalocean_jobs_newest ON digitalocean_jobs (submitted_at DESC, id DESC)",
    "CREATE INDEX digitalocean_jobs_finished ON digitalocean_jobs (finished_at) WHERE finished_at IS NOT NULL",
    "CREATE SEQUENCE digitalocean_job_changes",
    `CREATE TABLE digitalocean_job_items (
      job text NOT NULL REFERENCES digitalocean_jobs (id) ON DELETE CASCADE,
      key text NOT NULL,
      outcome text NOT NULL,
      event json NOT NULL,
      seq bigint NOT NULL,
      PRIMARY KEY (job, key)
    )`,
    `CREATE TABLE digitalocean_rate_limits (
      key text PRIMARY KEY,
      second bigint NOT NULL,
      seconds integer[] NOT NULL,
      minute bigint NOT NULL,
      minutes integer[] NOT NULL,
      refused text,
      wait bigint NOT NULL DEFAULT 0
    ) WITH (fillfactor = 50)`
  ],
  [
    `CREATE TABLE digitalocean_job_schedules (
      name text PRIMARY KEY,
      account text NOT NULL,
      kind text NOT NULL,
      version integer NOT NULL,
      intention text NOT NULL,
      intention_digest text NOT NULL,
      options json NOT NULL,
      cron text NOT NULL,
      time_zone text NOT NULL,
      created_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL,
      last_occurrence timestamptz,
      last_job text,
      last_is_joined boolean
    )`,
    `CREATE TABLE digitalocean_job_occurrences (
      schedule text NOT NULL REFERENCES digitalocean_job_schedules (name) ON DELETE CASCADE,
      occurrence timestamptz NOT NULL,
      job text NOT NULL REFERENCES digitalocean_jobs (id) ON DELETE CASCADE,
      is_joined boolean NOT NULL,
      PRIMARY KEY (schedule, occurrence)
    )`,
    "CREATE INDEX digitalocean_job_occurrences_job ON digitalocean_job_occurrences (job)"
  ],
  [
    `CREATE TABLE digitalocean_job_durations (
      account text PRIMARY KEY,
      durations json NOT NULL,
      saved_at timestamptz NOT NULL
    )`
  ]
]

/**
 * Creates the tables, or brings them up to date. Runners that start at once wait for each other; a user without the
 * permission to create tables can start once somebody else has created them.
 */
export const migrate = (sql: SqlClient.SqlClient): Effect.Effect<void, SqlError> =>
  sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`SELECT pg_advisory_xact_lock(hashtextextended('effect-digitalocean/jobs', 0))`
      const [table] = yield* sql<{ readonly exists: boolean }>`
        SELECT to_regclass('digitalocean_job_migrations') IS NOT NULL AS exists`.withoutTransform
      if (table?.exists !== true) {
        yield* sql`CREATE TABLE digitalocean_job_migrations (
          id integer PRIMARY KEY,
          applied_at timestamptz NOT NULL DEFAULT now()
        )`
      }
      const [row] = yield* sql<{ readonly applied: number }>`
        SELECT coalesce(max(id), 0) AS applied FROM digitalocean_job_migrations`.withoutTransform
      const applied = Number(row?.applied ?? 0)
      for (const [index, statements] of migrations.entries()) {
        const id = index + 1
        if (id <= applied) continue
        for (const statement of statements) yield* sql.unsafe(statement)
        yield* sql`INSERT INTO digitalocean_job_migrations (id) VALUES (${id})`
      }
    })
  )
