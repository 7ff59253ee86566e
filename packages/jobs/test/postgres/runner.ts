import { BuiltInKinds, DurableJobs, JobAccounts } from "@effect-digitalocean/jobs/durable"
import * as PgJobSchedules from "@effect-digitalocean/jobs/durable/PgJobSchedules"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import * as PgRateLimit from "@effect-digitalocean/jobs/durable/PgRateLimit"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { freePort } from "./server.ts"

/** A runner as the README has it, on a port of its own. */
const layer = (port: number, settings: PgClient.PgPoolConfig) => {
  const postgres = PgClient.layer(settings)
  const engine = ClusterWorkflowEngine.layer.pipe(
    Layer.provide(
      NodeClusterSocket.layer({
        shardingConfig: {
          runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", port)),
          shardsPerGroup: 20,
          shardLockExpiration: "15 seconds",
          shardLockRefreshInterval: "5 seconds",
          entityMessagePollInterval: "1 second",
          refreshAssignmentsInterval: "1 second",
          sendRetryInterval: "200 millis"
        }
      })
    ),
    Layer.provide([postgres, NodeCrypto.layerDigest])
  )
  const accounts = JobAccounts.layer(() => Effect.succeed(Redacted.make("any"))).pipe(
    Layer.provide([PgRateLimit.layer, TestDigitalOcean.layer()])
  )
  return DurableJobs.layerRunner.pipe(
    Layer.provideMerge([BuiltInKinds.layer, accounts, PgJobStore.layer, PgJobSchedules.layer, engine]),
    Layer.provide(postgres)
  )
}

/** Starts a runner, which has services of its own. */
export const start = (settings: PgClient.PgPoolConfig) =>
  Effect.flatMap(
    Effect.promise(() => freePort()),
    (port) => Layer.build(Layer.fresh(layer(port, settings)))
  )
