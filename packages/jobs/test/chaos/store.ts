import { BuiltInKinds, DurableJobs, JobStore } from "@effect-digitalocean/jobs/durable"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type { Row } from "./failovers.ts"

/** The number of shards has to be the same in all processes of a cluster. */
export const shards = 32

/** The store of a cluster, for a process that submits jobs and runs none. */
export const layer = (url: string) => {
  const postgres = PgClient.layer({ url: Redacted.make(url) })
  const engine = ClusterWorkflowEngine.layer.pipe(
    Layer.provide(NodeClusterSocket.layer({ clientOnly: true, shardingConfig: { shardsPerGroup: shards } })),
    Layer.provide([postgres, NodeCrypto.layerDigest])
  )
  return Layer.mergeAll(BuiltInKinds.layer, PgJobStore.layer, engine).pipe(Layer.provideMerge(postgres))
}

/** Submits a job, again until the store responds, and returns its id. */
export const submit = (request: DurableJobs.Request) =>
  DurableJobs.submit(request).pipe(
    Effect.timeout("10 seconds"),
    Effect.sandbox,
    Effect.retry(Schedule.spaced("1 second")),
    Effect.orDie,
    Effect.map(({ job }) => job.id)
  )

/** Executes any statement. */
export const query = <A extends object>(statement: string) =>
  PgClient.PgClient.use((sql) => Effect.orDie(sql.unsafe<A>(statement)))

/** Reads how far all jobs are; nothing while the store does not respond. */
export const rows: Effect.Effect<ReadonlyArray<Row>, never, PgClient.PgClient> = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  return yield* sql<Row>`SELECT id, intention_digest AS intention, state, failovers FROM digitalocean_jobs`
}).pipe(
  Effect.timeout("2 seconds"),
  Effect.catch(() => Effect.succeed([]))
)

/**
 * Reads a job, or the one that is not done, with the results of all jobs of the same intention: when the store was away, a
 * job can be submitted again that was finished.
 */
export const read = (id: string) =>
  Effect.gen(function* () {
    const store = yield* JobStore.JobStore
    const same = yield* query<{ readonly id: string }>(`SELECT id FROM digitalocean_jobs WHERE intention_digest =
      (SELECT intention_digest FROM digitalocean_jobs WHERE id = '${id}')`)
    const jobs = yield* Effect.forEach(same, ({ id }) => store.get(id))
    const all = jobs.flatMap((job) => Option.toArray(job))
    const results = yield* Effect.forEach(all, ({ id }) => store.results(id))
    return { job: all.find(({ state }) => state !== "done") ?? all[0], results: results.flat() }
  }).pipe(Effect.orDie)
