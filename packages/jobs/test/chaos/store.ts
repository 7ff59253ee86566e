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
import type { Ended } from "./verdict.ts"
import type { Work } from "./works.ts"

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
export const submit = (work: Work) =>
  DurableJobs.submit(work.request).pipe(
    Effect.timeout("10 seconds"),
    Effect.sandbox,
    Effect.retry(Schedule.spaced("1 second")),
    Effect.orDie,
    Effect.map(({ job }) => job.id)
  )

/** Reads how far all jobs are; nothing while the store does not respond. */
export const rows: Effect.Effect<ReadonlyArray<Row>, never, PgClient.PgClient> = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  return yield* sql<Row>`SELECT id, state, failovers FROM digitalocean_jobs`
}).pipe(
  Effect.timeout("2 seconds"),
  Effect.catch(() => Effect.succeed([]))
)

/** Reads the job of a work with its results. */
export const ended = (work: Work, id: string | undefined) =>
  Effect.gen(function* () {
    const store = yield* JobStore.JobStore
    const job = id === undefined ? Option.none() : yield* store.get(id)
    const results = id === undefined ? [] : yield* store.results(id)
    const ended: Ended = { work, job: Option.getOrUndefined(job), results }
    return ended
  }).pipe(Effect.orDie)
