/**
 * Stored jobs as rows.
 *
 * @since 0.1.0
 */
import type { StoredJob } from "@effect-digitalocean/jobs/durable/StoredJob"
import * as DateTime from "effect/DateTime"
import type { Row } from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"

/** The fields of a stored job. */
export const fields = [
  ...["id", "state", "kind", "version", "account", "attempts", "failovers", "problem", "left"],
  ...["submitted_at", "started_at", "next_attempt_at", "finished_at", "options"]
]

/** The columns of a table of stored jobs. */
export const columns = ["id", "state", "kind", "account", "submitted_at", "attempts", "problem.message"]

/**
 * The fields of one stored job in a table: those that say something.
 *
 * @since 0.1.0
 */
export const shown = (job: StoredJob): ReadonlyArray<string> => [
  ...["id", "state", "kind", "account", "submitted_at", "started_at"],
  ...(job.nextAttemptAt === null ? [] : ["next_attempt_at"]),
  ...["finished_at", "attempts"],
  ...(job.failovers === 0 ? [] : ["failovers"]),
  ...(job.problem === null ? [] : ["problem.message"]),
  ...(job.left.length === 0 ? [] : ["left"]),
  "options"
]

/**
 * A row of a stored job.
 *
 * @since 0.1.0
 */
export const row = (job: StoredJob): Row =>
  Rows.own({
    ...{ id: job.id, state: job.state, kind: job.kind, version: job.version, account: job.account },
    ...{ attempts: job.attempts, failovers: job.failovers, problem: job.problem, left: job.left },
    submitted_at: DateTime.formatIso(job.submittedAt),
    started_at: optional(job.startedAt),
    next_attempt_at: optional(job.nextAttemptAt),
    finished_at: optional(job.finishedAt),
    options: job.options
  })

const optional = (time: DateTime.Utc | null): string | null => (time === null ? null : DateTime.formatIso(time))
