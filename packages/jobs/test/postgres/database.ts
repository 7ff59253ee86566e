import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { password } from "./server.ts"

/** The settings of a client of a database. Time that a test lets pass closes no connection. */
export const settings = (database: string, port = Number(process.env["JOBS_POSTGRES_PORT"])) => ({
  host: "127.0.0.1",
  port,
  database,
  username: "postgres",
  password: Redacted.make(password),
  connectTimeout: "30 days" as const,
  idleTimeout: "3000 days" as const,
  connectionTTL: "3000 days" as const
})

let count = 0

/** Creates an empty database, and returns its name. */
export const create = (port?: number) =>
  Effect.gen(function* () {
    const name = `test_${process.pid}_${++count}`
    const sql = yield* PgClient.PgClient
    yield* sql`CREATE DATABASE ${sql(name)}`
    return name
  }).pipe(Effect.provide(PgClient.layer(settings("postgres", port)), { local: true }))

/** A client of a new database. */
export const layer = (port?: number) =>
  Layer.unwrap(Effect.map(create(port), (database) => PgClient.layer(settings(database, port))))
