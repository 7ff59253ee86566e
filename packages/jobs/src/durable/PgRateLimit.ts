/**
 * One rate limit for each token, shared by all processes that use the same Postgres: no minute and no hour, whenever it
 * starts, contains more requests of the token than the limits of its clients.
 *
 * A process that cannot reach the database sends nothing until it can: the requests wait, and fail with `RateLimited` when
 * they would wait for longer than the `maxWait` of their client. Needs the optional package `@effect/sql-pg`.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import { SharedRateLimit } from "@effect-digitalocean/client/SharedRateLimit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { waiting } from "../internal/durable/sharedLimit.ts"
import { migrate } from "../internal/postgres/migrate.ts"
import { problemOf } from "../internal/postgres/problem.ts"
import { take } from "../internal/postgres/slots.ts"
import { JobStoreError } from "./JobStore.ts"

/**
 * A rate limit over the client in the context. Creates the tables of jobs and of this, or brings them up to date.
 *
 * **Details**
 *
 * Each request is one statement, which changes one row of its token in `digitalocean_rate_limits`. The row contains a digest
 * of the token, never the token. The clock is that of the database.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<SharedRateLimit["Service"], JobStoreError, PgClient.PgClient> = Effect.gen(
  function* () {
    const sql = yield* PgClient.PgClient
    yield* Effect.mapError(
      migrate(sql),
      (error) => new JobStoreError({ operation: "migrate", problem: problemOf(error) })
    )
    const clock = sql.literal("clock_timestamp()")
    return waiting("database", (key, limits) => Effect.mapError(take(sql, key, limits, clock), problemOf))
  }
)

/**
 * A rate limit over the client in the context, to be provided beneath clients of DigitalOcean, or beneath `JobAccounts`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<SharedRateLimit, JobStoreError, PgClient.PgClient> = Layer.effect(SharedRateLimit, make)
