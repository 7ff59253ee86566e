import {
  BuiltInKinds,
  DurableJobs,
  JobAccounts,
  JobRunner,
  JobSchedules,
  JobStore
} from "@effect-digitalocean/jobs/durable"
import { afterAll, beforeAll } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import * as Database from "../../src/durable/Database.ts"
import { inProcess } from "../support/inProcess.ts"
import type { Ended, Session } from "../support/session.ts"

const url = "postgres://anybody:correct-horse-battery@localhost:1/jobs"

/** The doimg of a session whose stored jobs are in memory, and a runner of them. */
export interface Memory {
  /** runs doimg in this process, with `DOIMG_DATABASE` */
  readonly doimg: (...args: ReadonlyArray<string>) => Promise<Ended>
  readonly store: () => JobStore.JobStore["Service"]
  readonly schedules: () => JobSchedules.JobSchedules["Service"]
}

/** Stored jobs in memory for the tests of a file. A failed attempt is not repeated. */
export const memory = ({ env }: Session): Memory => {
  const scope = Effect.runSync(Scope.make())
  let context: Context.Context<JobStore.JobStore | JobSchedules.JobSchedules> | undefined
  const stored = () => context ?? (undefined as never)

  beforeAll(async () => {
    const accounts = JobAccounts.layer(() => Effect.succeed(Redacted.make("runner")), {
      baseUrl: String(env()["DIGITALOCEAN_API_URL"])
    }).pipe(Layer.provide(NodeHttpClient.layerNodeHttp))
    const runner = DurableJobs.layerRunner.pipe(
      Layer.provide([accounts, BuiltInKinds.layer, WorkflowEngine.layerMemory]),
      Layer.provide(
        Layer.succeed(JobRunner.RunnerPolicy, {
          ...{ attempts: 1, confirmInterval: "100 millis" }
        })
      ),
      Layer.provideMerge(Layer.provideMerge(JobSchedules.layerMemory, JobStore.layerMemory)),
      Layer.provide(Logger.layer([]))
    )
    context = await Effect.runPromise(Scope.provide(Layer.build(runner), scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  return {
    doimg: (...args) =>
      inProcess(env({ DOIMG_DATABASE: url }), args, {
        within: (program) => Effect.provideService(program, Database.Stores, () => Layer.succeedContext(stored()))
      }),
    store: () => Context.get(stored(), JobStore.JobStore),
    schedules: () => Context.get(stored(), JobSchedules.JobSchedules)
  }
}
