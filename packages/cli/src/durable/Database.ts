/**
 * The stored jobs in Postgres, as commands use them.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as BuiltInKinds from "@effect-digitalocean/jobs/durable/BuiltInKinds"
import { type JobStore, JobStoreError } from "@effect-digitalocean/jobs/durable/JobStore"
import type { JobSchedules } from "@effect-digitalocean/jobs/durable/JobSchedules"
import * as PgJobSchedules from "@effect-digitalocean/jobs/durable/PgJobSchedules"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as SqlError from "effect/sql/SqlError"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import type { Database } from "../args/DurableFlags.ts"
import { DatabaseRefused, DatabaseUnavailable } from "../errors/StoredJobs.ts"
import { version } from "../version.ts"

/**
 * A client of a database.
 *
 * @since 0.1.0
 */
export const client = ({ url }: Database, options: PgClient.PgPoolConfig = {}) =>
  PgClient.layer({
    url,
    applicationName: `doimg/${version}`,
    connectTimeout: "10 seconds",
    maxConnections: 3,
    ...options
  })

/**
 * Where jobs are stored: in Postgres; in memory in tests.
 *
 * @since 0.1.0
 */
export const Stores = Context.Reference<
  (database: Database) => Layer.Layer<JobStore | JobSchedules, JobStoreError | SqlError.SqlError>
>("@effect-digitalocean/cli/Stores", {
  defaultValue: () => (database) =>
    Layer.provide(Layer.mergeAll(PgJobStore.layer, PgJobSchedules.layer), client(database))
})

/**
 * Runs a program with the stored jobs. What it submits is found by the runners: no engine is needed here.
 *
 * @since 0.1.0
 */
export const withJobs = <A, E, R>(database: Database, program: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Stores, (stores) =>
    program.pipe(Effect.provide(Layer.mergeAll(stores(database), BuiltInKinds.layer, engine)), explained(database))
  )

/**
 * Says of failures of a database what to do.
 *
 * @since 0.1.0
 */
export const explained =
  (database: Database) =>
  <A, E, R>(
    program: Effect.Effect<A, E, R>
  ): Effect.Effect<A, Exclude<E, JobStoreError | SqlError.SqlError> | DatabaseUnavailable | DatabaseRefused, R> =>
    Effect.mapError(program, (error) => {
      if (error instanceof JobStoreError) return explain(database, error)
      if (SqlError.isSqlError(error)) {
        return explain(database, { operation: "connect", problem: error.reason._tag, reason: "other" })
      }
      return error as Exclude<E, JobStoreError | SqlError.SqlError>
    })

const explain = (
  { source, url }: Database,
  { operation, problem, reason }: Pick<JobStoreError, "operation" | "problem" | "reason">
) => {
  const { host, pathname } = new URL(Redacted.value(url))
  const where = `${host}${pathname} (${source})`
  switch (reason) {
    case "unreachable":
      return new DatabaseUnavailable({
        problem: `${where}: ${problem}: does Postgres run there, and can it be reached?`
      })
    case "login":
      return new DatabaseRefused({ problem: `${where}: ${problem}: check user, password and database in the URL` })
    case "permission":
      return new DatabaseRefused({
        problem: `${where}: ${problem}: let the owner of the database run "doimg jobs list" once, which creates the tables, and grant this user SELECT, INSERT, UPDATE and DELETE on them, and USAGE on their sequence`
      })
    case "version":
      return new DatabaseUnavailable({
        problem: `${where}: ${problem}: another version of doimg has changed it: update this one (${version})`
      })
    default:
      return new DatabaseUnavailable({ problem: `${where}: ${operation}: ${problem}` })
  }
}

const none = Effect.die(new Error("no workflow runs in this process"))

/** Starts nothing: runners look every second for what is stored. */
const engine: Layer.Layer<WorkflowEngine.WorkflowEngine> = Layer.succeed(
  WorkflowEngine.WorkflowEngine,
  WorkflowEngine.makeUnsafe({
    register: () => Effect.void,
    execute: () => Effect.void as Effect.Effect<never>,
    poll: () => Effect.succeed(Option.none()),
    interrupt: () => Effect.void,
    interruptUnsafe: () => Effect.void,
    resume: () => Effect.void,
    activityExecute: () => none,
    deferredResult: () => Effect.succeed(Option.none()),
    deferredDone: () => Effect.void,
    scheduleClock: () => Effect.void
  })
)
