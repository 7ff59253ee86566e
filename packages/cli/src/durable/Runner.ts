/**
 * `doimg runner`: a runner of a cluster over Postgres.
 *
 * @since 0.1.0
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as BuiltInKinds from "@effect-digitalocean/jobs/durable/BuiltInKinds"
import * as DurableJobs from "@effect-digitalocean/jobs/durable/DurableJobs"
import * as JobRunner from "@effect-digitalocean/jobs/durable/JobRunner"
import { JobStore } from "@effect-digitalocean/jobs/durable/JobStore"
import * as PgJobSchedules from "@effect-digitalocean/jobs/durable/PgJobSchedules"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import * as PgRateLimit from "@effect-digitalocean/jobs/durable/PgRateLimit"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlError from "effect/sql/SqlError"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as Interruption from "../process/Interruption.ts"
import * as Time from "../text/Time.ts"
import * as Accounts from "./Accounts.ts"
import * as Database from "./Database.ts"
import * as Health from "./Health.ts"
import * as RunnerAddresses from "./RunnerAddresses.ts"
import * as RunnerLog from "./RunnerLog.ts"
import * as Telemetry from "./Telemetry.ts"

/** The flags of a runner. */
interface Input {
  readonly durable: Option.Option<string>
  readonly listen: string
  readonly address: Option.Option<string>
  readonly maxJobs: number
  readonly lockExpiration: Duration.Duration
  readonly terminationTimeout: Duration.Duration
  readonly health: Option.Option<string>
  readonly logFormat: "text" | "json"
}

/** How many runners can share the jobs: few, as a runner that ends releases its shards one by one. */
const shards = 32

/** The engine of a cluster in which all runners have the same lock expiration. */
const engine = (input: Input, { listen, reached }: RunnerAddresses.Addresses) =>
  ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(
      NodeClusterSocket.layer({
        shardingConfig: {
          runnerAddress: Option.some(reached),
          runnerListenAddress: Option.some(listen),
          shardsPerGroup: shards,
          shardLockExpiration: input.lockExpiration,
          shardLockRefreshInterval: Duration.times(input.lockExpiration, 1 / 3),
          entityTerminationTimeout: input.terminationTimeout,
          entityMessagePollInterval: "1 second",
          refreshAssignmentsInterval: "1 second"
        }
      })
    ),
    Layer.provide(NodeCrypto.layerDigest)
  )

/**
 * Runs jobs until it is interrupted.
 *
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function* (input: Input) {
  const database = yield* DurableFlags.required(input.durable)
  const addresses = yield* RunnerAddresses.of(input)
  const health = Option.isNone(input.health)
    ? Layer.empty
    : Health.layer({ ...(yield* RunnerAddresses.parse("--health", input.health.value, "127.0.0.1")), shards })
  yield* Interruption.isTheEnd
  const postgres = Database.client(database, { maxConnections: 10 })
  const accounts = Accounts.layer.pipe(Layer.provide([PgRateLimit.layer, NodeHttpClient.layerNodeHttp]))
  const policy = {
    concurrency: input.maxJobs,
    // what is sent later may be sent by the runner that has taken over too
    lease: Duration.times(input.lockExpiration, 1 / 3)
  }
  const runner = Layer.mergeAll(DurableJobs.layerRunner, health).pipe(
    Layer.provide(Layer.succeed(JobRunner.RunnerPolicy, policy)),
    Layer.provide([
      BuiltInKinds.layer,
      accounts,
      Layer.provide(RunnerLog.layerStore, PgJobStore.layer),
      PgJobSchedules.layer
    ]),
    Layer.provide(engine(input, addresses))
  )
  const serve = Effect.gen(function* () {
    // the tables are created, or the problem is known, before the cluster uses the database
    yield* JobStore.use((store) => store.list({ limit: 1 }))
    yield* Layer.build(runner)
    const { host, port } = addresses.reached
    yield* Effect.logInfo(`ready: listening at ${host}:${port}`)
    const left = `running jobs have ${Time.format(input.terminationTimeout)} to end, then other runners continue them`
    return yield* Effect.onInterrupt(Effect.never, () => Effect.logInfo(`stopping: ${left}`))
  })
  return yield* serve.pipe(
    Effect.scoped,
    Effect.provide(
      PgJobStore.layer.pipe(
        Layer.provideMerge(postgres),
        Layer.provideMerge(Telemetry.layer),
        Layer.provideMerge(RunnerLog.layer(input.logFormat))
      )
    ),
    asFailure,
    Database.explained(database)
  )
})

/** The cluster's failures of the database are defects. */
const asFailure = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.catchDefect(program, (defect) => (SqlError.isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect)))
