import { BuiltInKinds, DurableJobs, JobAccounts } from "@effect-digitalocean/jobs/durable"
import * as PgJobSchedules from "@effect-digitalocean/jobs/durable/PgJobSchedules"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import * as PgRateLimit from "@effect-digitalocean/jobs/durable/PgRateLimit"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Database from "./database.ts"
import { freePort } from "./server.ts"

/** A runner as the README has it, on a port of its own. */
const runner = (port: number, settings: ReturnType<typeof Database.settings>) => {
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

describe("a cluster of two runners over Postgres", () => {
  it.live("runs each of 20 jobs once, submitted to either, and any of the two follows it", () =>
    Effect.gen(function* () {
      const settings = Database.settings(yield* Database.create())
      const start = Effect.flatMap(
        Effect.promise(() => freePort()),
        (port) => Layer.build(Layer.fresh(runner(port, settings)))
      )
      const [first, second] = [yield* start, yield* start]
      const jobs = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, index) => index),
        (index) =>
          Effect.provide(
            // what is in the region already needs no time
            DurableJobs.submit({
              account: `a${index}`,
              kind: "replicate",
              options: { images: [166404101], regions: ["nyc3"] }
            }),
            index % 2 === 0 ? first : second
          )
      )
      for (const { job } of jobs) {
        const changes = yield* Effect.provide(DurableJobs.follow(job.id), second)
        yield* Stream.runDrain(changes)
        const { attempts, failovers, state } = yield* Effect.provide(DurableJobs.get(job.id), first)
        assert.deepStrictEqual({ attempts, failovers, state }, { attempts: 1, failovers: 0, state: "done" })
      }
    }).pipe(Effect.provide(Logger.layer([]), { local: true }))
  )
})
