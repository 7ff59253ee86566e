import { SharedRateLimit } from "@effect-digitalocean/client"
import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import {
  DurableJobs,
  JobAccounts,
  type JobKind,
  JobRunner,
  JobSchedules,
  JobStore,
  RunnerMetrics
} from "@effect-digitalocean/jobs/durable"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import * as Crash from "../support/crash.ts"
import { finished } from "./runnerContract.ts"
import { createTag, type Failure, jobOf, stored } from "./work.ts"

type Work = (options: Schema.Json) => Effect.Effect<unknown, Failure, Services>

const accounts = JobAccounts.layer(() => Effect.succeed(Redacted.make("any"))).pipe(
  Layer.provideMerge(TestDigitalOcean.layer())
)

const stores = Layer.provideMerge(JobSchedules.layerMemory, JobStore.layerMemory)

/** Runs a program with a runner of jobs that do some work, while time passes. */
const withRunner =
  (work: Work, policy: Partial<JobRunner.Policy> = {}, world: Layer.Layer<JobAccounts.JobAccounts> = accounts) =>
  <A, E>(
    program: Effect.Effect<A, E, JobStore.JobStore | JobKind.JobKinds | WorkflowEngine.WorkflowEngine>
  ): Effect.Effect<A, E> => {
    const layer = DurableJobs.layerRunner.pipe(
      Layer.provideMerge([jobOf(work), world, stores, WorkflowEngine.layerMemory]),
      Layer.provide(Layer.succeed(JobRunner.RunnerPolicy, policy))
    )
    return Crash.passing(program).pipe(
      Effect.provide(layer, { local: true }),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  }

const submit = (options: Schema.Json) =>
  Effect.map(DurableJobs.submit({ account: "production", kind: "work", options }), ({ job }) => job.id)

const states = Effect.map(
  JobStore.JobStore.use((store) => store.list()),
  (jobs) => jobs.map(({ attempts, state }) => `${state} ${attempts}`).toSorted()
)

describe("a runner", () => {
  it.effect("works on no more jobs at once than its policy allows, and claims no other", () =>
    Effect.gen(function* () {
      const go = yield* Deferred.make<void>()
      yield* Effect.gen(function* () {
        const ids = yield* Effect.forEach(["a", "b", "c", "d", "e"], submit)
        yield* Effect.sleep("10 minutes")
        const waiting = ["submitted 0", "submitted 0", "submitted 0"]
        assert.deepStrictEqual(yield* states, ["running 1", "running 1", ...waiting])
        const cancelled = ids[4]!
        yield* DurableJobs.cancel(cancelled)
        yield* Deferred.succeed(go, undefined)
        for (const id of ids) {
          assert.strictEqual((yield* finished(id)).state, id === cancelled ? "cancelled" : "done")
        }
      }).pipe(withRunner(() => Deferred.await(go), { concurrency: 2 }))
    })
  )

  it.effect("works on other jobs while one waits for its next attempt, whether it failed or had a defect", () =>
    Effect.gen(function* () {
      const bad = yield* Effect.forEach(["fail", "die"], submit)
      yield* Effect.sleep("30 seconds")
      assert.deepStrictEqual(yield* states, ["submitted 1", "submitted 1"])
      assert.strictEqual((yield* finished(yield* submit("other"))).state, "done")
      assert.deepStrictEqual(yield* states, ["done 1", "submitted 1", "submitted 1"])
      const ends = yield* Effect.forEach(bad, finished)
      assert.deepStrictEqual(
        ends.map(({ attempts, problem, state }) => [state, attempts, problem?.tag]),
        [
          ["incomplete", 5, "DigitalOceanError"],
          ["failed", 5, "Defect"]
        ]
      )
      assert.notInclude(JSON.stringify(ends), "secret")
    }).pipe(
      withRunner(
        (options) => {
          if (options === "fail") return createTag("not valid!")
          return options === "die" ? Effect.die(new Error("secret")) : Effect.void
        },
        { concurrency: 1 }
      ),
      Effect.provide(Logger.layer([]), { local: true })
    )
  )

  it.effect("stops a cancelled job within 2 seconds while it waits for the rate limit", () => {
    let requests = 0
    const exhausted = Layer.succeed(SharedRateLimit.SharedRateLimit, {
      take: () => {
        requests += 1
        return Effect.succeed({ window: "hour", limit: 4950, wait: 3_000_000 })
      }
    })
    const world = JobAccounts.layer(() => Effect.succeed(Redacted.make("any"))).pipe(
      Layer.provide([TestDigitalOcean.layer(), exhausted])
    )
    return Effect.gen(function* () {
      const id = yield* submit("a")
      yield* Effect.sleep("1 minute")
      assert.strictEqual((yield* DurableJobs.get(id)).state, "running")
      assert.strictEqual(requests, 1)
      const at = yield* DateTime.now
      yield* DurableJobs.cancel(id)
      const { finishedAt, state } = yield* finished(id)
      assert.strictEqual(state, "cancelled")
      assert.isAtMost(DateTime.toEpochMillis(finishedAt!) - DateTime.toEpochMillis(at), 2000)
    }).pipe(withRunner(() => createTag("x"), {}, world))
  })
})

describe("what a runner reports", () => {
  it.effect("are jobs by state, attempts, failovers, queue time and duration", () =>
    Effect.gen(function* () {
      const of = <I, S>(metric: Metric.Metric<I, S>, attributes: Readonly<Record<string, string>>) =>
        Metric.value(Metric.withAttributes(metric, attributes))
      const [slow, bad] = [yield* submit("slow"), yield* submit("fail")]
      yield* Effect.sleep("2 hours")
      assert.strictEqual((yield* of(RunnerMetrics.unfinished, { state: "running" })).value, 1)
      assert.strictEqual((yield* of(RunnerMetrics.unfinished, { state: "submitted" })).value, 0)
      yield* finished(slow)
      yield* finished(bad)
      yield* Effect.sleep("1 second")
      const job = "work"
      assert.strictEqual((yield* of(RunnerMetrics.finished, { job, state: "done" })).count, 1)
      assert.strictEqual((yield* of(RunnerMetrics.finished, { job, state: "incomplete" })).count, 1)
      assert.strictEqual((yield* of(RunnerMetrics.attempts, { job })).count, 6)
      assert.strictEqual((yield* of(RunnerMetrics.failovers, { job })).count, 0)
      const queueTime = yield* of(RunnerMetrics.queueTime, { job })
      assert.strictEqual(queueTime.count, 6)
      assert.isBelow(queueTime.max, 60_000)
      const duration = yield* of(RunnerMetrics.duration, { job, state: "done" })
      assert.strictEqual(duration.count, 1)
      assert.isAtLeast(duration.sum, 10_800_000)
    }).pipe(withRunner((options) => (options === "slow" ? Effect.sleep("3 hours") : createTag("not valid!"))))
  )

  it.effect("counts a job that it took over as a failover, not as an attempt", () =>
    Effect.gen(function* () {
      const store = yield* JobStore.JobStore
      yield* store.claim(yield* stored())
      yield* JobRunner.run({ id: "1", epoch: 1 })
      assert.strictEqual(
        (yield* Metric.value(Metric.withAttributes(RunnerMetrics.failovers, { job: "work" }))).count,
        1
      )
      assert.strictEqual((yield* Metric.value(Metric.withAttributes(RunnerMetrics.attempts, { job: "work" }))).count, 0)
    }).pipe(
      Effect.provide(
        Layer.mergeAll(
          jobOf(() => Effect.void),
          accounts,
          stores
        ),
        { local: true }
      ),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  )

  it.effect("are spans and log lines with the job, its kind and account, and without its options", () => {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      lines.push(`${logLevel} ${String(message)}`)
    })
    return Effect.gen(function* () {
      const id = yield* submit("https://user:secret@example.com")
      yield* finished(id)
      yield* Effect.sleep("1 second")
      const [span] = spans.filter(({ name }) => name === "JobRunner.run")
      assert.deepInclude(Object.fromEntries(span!.attributes), {
        ...{ "job.id": id, "job.kind": "work", "job.account": "production", "job.attempt": 2 }
      })
      const all = spans.flatMap(({ attributes, name }) => [name, ...attributes.values()]).join()
      assert.notInclude(all, "secret")
      const job = `Info job ${id} (work of production):`
      assert.deepStrictEqual(
        lines.map((line) => line.replace(/ at \d\S+: .*/, " at ...")),
        [
          `${job} attempt 1 starts`,
          `${job} attempt 1 did not succeed, the next is at ...`,
          `${job} attempt 2 starts`,
          `${job} done`
        ]
      )
    }).pipe(
      withRunner(() => {
        const isFirst = !spans.some(({ attributes }) => attributes.get("job.attempt") === 2)
        return isFirst ? createTag("not valid!") : Effect.void
      }),
      Effect.withTracer(tracer),
      Effect.provide(Logger.layer([logger]), { local: true })
    )
  })
})
