/**
 * A runner of durable jobs, composed as in the README. Environment: `DOIMG_DATABASE`, `DIGITALOCEAN_API_URL`,
 * `DIGITALOCEAN_TOKEN_<ACCOUNT>`, the settings of Effect's cluster (`HOST`, `PORT`, `SHARD_LOCK_EXPIRATION` ...), and for
 * tests `RUNNER_JOBS` (at once), `RUNNER_BACKOFF` and `RUNNER_LEASE` (seconds), `RUNNER_REQUESTS` (a minute) and `RUNNER_BUG`.
 */
import { DurableJobs, JobAccounts, JobRunner } from "@effect-digitalocean/jobs/durable"
import * as PgJobSchedules from "@effect-digitalocean/jobs/durable/PgJobSchedules"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import * as PgRateLimit from "@effect-digitalocean/jobs/durable/PgRateLimit"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { kindsWith } from "./bugs.ts"

const { DIGITALOCEAN_API_URL, DOIMG_DATABASE = "" } = process.env
const { RUNNER_BACKOFF = "60", RUNNER_BUG = "", RUNNER_JOBS = "20", RUNNER_LEASE = "5", RUNNER_REQUESTS } = process.env

const postgres = PgClient.layer({ url: Redacted.make(DOIMG_DATABASE) })

const engine = ClusterWorkflowEngine.layer.pipe(
  Layer.provide(NodeClusterSocket.layer()),
  Layer.provide([postgres, NodeCrypto.layerDigest])
)

const accounts = JobAccounts.layerConfig({
  baseUrl: DIGITALOCEAN_API_URL,
  ...(RUNNER_REQUESTS === undefined
    ? {}
    : { rateLimits: { perMinute: Number(RUNNER_REQUESTS), perHour: 60 * Number(RUNNER_REQUESTS) } })
}).pipe(
  Layer.provide(RUNNER_BUG === "own-limit" ? Layer.empty : PgRateLimit.layer),
  Layer.provide([NodeHttpClient.layerUndici, NodeServices.layer])
)

const policy = Layer.succeed(JobRunner.RunnerPolicy, {
  concurrency: Number(RUNNER_JOBS),
  backoff: Duration.seconds(Number(RUNNER_BACKOFF)),
  lease: Duration.seconds(Number(RUNNER_LEASE))
})

const runner = DurableJobs.layerRunner.pipe(
  Layer.provide([kindsWith(RUNNER_BUG), accounts, PgJobStore.layer, PgJobSchedules.layer, engine, policy]),
  Layer.provide(postgres)
)

NodeRuntime.runMain(Layer.launch(runner))
