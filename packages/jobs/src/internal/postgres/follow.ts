import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type { Change, JobStoreError } from "../../durable/JobStore.ts"
import { isFinished } from "../../durable/StoredJob.ts"
import { jobText, readJob } from "./jobRow.ts"
import type { Signal } from "./notifications.ts"
import { unreadable } from "./problem.ts"

/** What a follower reads, and how. */
export interface Followed {
  readonly id: string
  readonly sql: PgClient
  readonly subscribe: Effect.Effect<PubSub.Subscription<Signal>, never, Scope.Scope>
  readonly failed: (error: SqlError) => JobStoreError
}

/** The rows of a job that changed since the last read. */
interface Read {
  readonly epoch: number
  readonly revision: number
  /** null if it is the same revision */
  readonly job: unknown
  readonly items: ReadonlyArray<{ readonly seq: number; readonly event: Schema.Json }>
}

/** How often the rows are read although nothing was notified. */
const interval = "5 seconds"

/**
 * The present state of a job, and its changes until it is finished. Rows are read, by their numbers, whenever a change was
 * notified and every few seconds: a lost notification delays a change, and none is missed or doubled.
 */
export const follow = ({ failed, id, sql, subscribe }: Followed): Stream.Stream<Change, JobStoreError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const signals = yield* subscribe
      let revision = 0
      let seq = 0
      let isOver = false

      const read = Effect.gen(function* () {
        const [row] = yield* Effect.mapError(
          sql<{ readonly read: string }>`SELECT json_build_object(
            'epoch', epoch, 'revision', revision,
            'job', CASE WHEN revision <> ${revision} THEN ${sql.literal(jobText)} END,
            'items', (SELECT coalesce(json_agg(json_build_object('seq', seq, 'event', event) ORDER BY seq), '[]')
              FROM digitalocean_job_items WHERE job = digitalocean_jobs.id AND seq > ${seq}::bigint)
          )::text AS read FROM digitalocean_jobs WHERE id = ${id}`.withoutTransform,
          failed
        )
        if (row === undefined) {
          isOver = true
          return []
        }
        const found: Read = JSON.parse(row.read)
        const job = found.job === null ? [] : [yield* Effect.mapError(readJob(found.job), () => unreadable("changes"))]
        revision = found.revision
        seq = found.items.at(-1)?.seq ?? seq
        isOver = job.some(isFinished)
        return [
          ...found.items.map(({ event }): Change => ({ _tag: "Event", epoch: found.epoch, event })),
          ...job.map((job): Change => ({ _tag: "Job", job }))
        ]
      })

      const concerning = Effect.repeat(PubSub.take(signals), {
        until: (signal) => signal.id === undefined || signal.id === id
      })
      const next: Effect.Effect<ReadonlyArray<Change>, JobStoreError> = Effect.gen(function* () {
        const signal = Option.getOrUndefined(yield* Effect.timeoutOption(concerning, interval))
        if (signal?.unstored === undefined) {
          return yield* Effect.retry(read, { schedule: Schedule.spaced("1 second"), times: 60 })
        }
        const { epoch, event, seq: at } = signal.unstored
        return at > seq ? [{ _tag: "Event", epoch, event }] : []
      })

      const initial: ReadonlyArray<Change> = yield* read
      const later = Stream.flatMap(Stream.fromEffectRepeat(next), Stream.fromIterable).pipe(
        Stream.takeUntil((change) => change._tag === "Job" && isFinished(change.job))
      )
      return Stream.concat(
        Stream.fromIterable(initial),
        Stream.suspend(() => (isOver ? Stream.empty : later))
      )
    })
  )
