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

/** The store of a cluster, for a process that submits jobs and runs none. */
export const layer = (url: string) => {
  const postgres = PgClient.layer({ url: Redacted.make(url) })
  const engine = ClusterWorkflowEngine.layer.pipe(
    Layer.provide(NodeClusterSocket.layer({ clientOnly: true })),
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
  return yield* sql<Row>`SELECT id, state, failovers FROM digitalocean_jobs`
}).pipe(
  Effect.timeout("2 seconds"),
  Effect.catch(() => Effect.succeed([]))
)

/** Reads a job with its results. */
export const read = (id: string) =>
  Effect.gen(function* () {
    const store = yield* JobStore.JobStore
    return { job: Option.getOrUndefined(yield* store.get(id)), results: yield* store.results(id) }
  }).pipe(Effect.orDie)
