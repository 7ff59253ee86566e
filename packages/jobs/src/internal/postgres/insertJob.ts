import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import type { Fragment } from "effect/sql/Statement"

/** The columns of a job that is inserted, in the order of `insertJob`. */
export const inserted = "id, account, kind, version, intention, intention_digest, options, submitted_at"

/**
 * Inserts a job of `values` (a `VALUES` or a `SELECT`), or finds the unfinished one of the same intention, for a
 * `RETURNING`: the update changes nothing, but with it the row of the job that is joined is returned.
 */
export const insertJob = (sql: PgClient, values: Fragment): Fragment =>
  sql`INSERT INTO digitalocean_jobs (${sql.literal(inserted)}) ${values}
    ON CONFLICT (intention_digest) WHERE state IN ('submitted', 'running')
    DO UPDATE SET intention_digest = excluded.intention_digest`

/** The SHA-256 digest of a text. */
export const digestOf = (text: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
    (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("")
  )
