import { BuiltInKinds, DurableJobs, JobAccounts, JobRunner, JobStore } from "@effect-digitalocean/jobs/durable"
import * as PgJobSchedules from "@effect-digitalocean/jobs/durable/PgJobSchedules"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as TestClock from "effect/testing/TestClock"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import { behaviours as claims } from "../durable/claimContract.ts"
import { behaviours, finished, replicate, stored } from "../durable/runnerContract.ts"
import * as Crash from "../support/crash.ts"
import * as Database from "./database.ts"

const world = JobAccounts.layer(() => Effect.succeed(Redacted.make("any"))).pipe(
  Layer.provideMerge(TestDigitalOcean.layer()),
  Layer.merge(Layer.provideMerge(Layer.merge(PgJobSchedules.layer, PgJobStore.layer), Database.layer()))
)

/** Runs a program while time passes, as slowly as Postgres responds. */
const passing = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.raceFirst(
    program,
    Effect.forever(Effect.andThen(TestClock.adjust("5 seconds"), TestClock.withLive(Effect.sleep("5 millis"))))
  )

/** A confirmation takes some seconds of that time. */
const policy = { lease: "5 minutes" } as const

const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  passing(program).pipe(
    Effect.provideService(JobRunner.RunnerPolicy, policy),
    Effect.provide(Layer.provideMerge(BuiltInKinds.layer, world), { local: true })
  )

const withRunner = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  on(Effect.provide(program, Layer.provideMerge(DurableJobs.layerRunner, WorkflowEngine.layerMemory), { local: true }))

const outcomes = (id: string) =>
  Effect.map(
    JobStore.JobStore.use((store) => store.results(id)),
    (results) => results.map(({ key, outcome }) => `${key} ${outcome}`).toSorted()
  )

describe("a job in Postgres", () => {
  it.effect("is run to its end and followed, and each outcome is stored", () =>
    withRunner(
      Effect.gen(function* () {
        const { job } = yield* DurableJobs.submit(replicate("nyc3", "ams3", "sfo3"))
        const changes = yield* Stream.runCollect(yield* DurableJobs.follow(job.id))
        const seen = changes.map((change) =>
          change._tag === "Job" ? change.job.state : (change.event as { readonly _tag: string })._tag
        )
        assert.includeMembers(seen as Array<string>, ["Started", "Progressed", "Finished"])
        assert.strictEqual(seen.at(-1), "done")
        const end = yield* DurableJobs.get(job.id)
        assert.deepInclude(end, { state: "done", attempts: 1, failovers: 0, problem: null })
        const all = yield* outcomes(job.id)
        assert.deepStrictEqual(
          all.map((line) => line.split(" ").at(-1)),
          ["Done", "Skipped", "Done"]
        )
      })
    )
  )

  it.effect("that fails is tried again after 1, 2, 4 and 8 minutes, and is incomplete then", () =>
    withRunner(
      Effect.gen(function* () {
        const { job } = yield* DurableJobs.submit(replicate("xyz9", "ams3"))
        const end = yield* finished(job.id)
        assert.deepInclude(end, { state: "incomplete", attempts: 5 })
        assert.isAtLeast(Duration.toMinutes(DateTime.distance(end.submittedAt, end.finishedAt!)), 15)
        assert.strictEqual((yield* Crash.changes).length, 1)
      })
    )
  )

  it.effect("is cancelled, and says what DigitalOcean continues", () =>
    withRunner(
      Effect.gen(function* () {
        const { job } = yield* DurableJobs.submit(replicate("ams3"))
        const changes = yield* DurableJobs.follow(job.id)
        yield* Stream.runDrain(
          Stream.takeUntil(
            changes,
            (change) => change._tag === "Event" && (change.event as { readonly _tag: string })._tag === "Progressed"
          )
        )
        yield* DurableJobs.cancel(job.id)
        const end = yield* finished(job.id)
        assert.strictEqual(end.state, "cancelled")
        assert.match(end.left.join(), /to ams3: action \d+$/)
      })
    )
  )
})

describe("a runner over Postgres", () => {
  for (const [what, behaviour] of [...behaviours, ...claims]) it.effect(what, () => on(behaviour))
})

describe("a job of 3 items", () => {
  it.effect("takes 5 statements and one for each event, without the confirmations of its claim, and 4 rows", () =>
    on(
      Effect.gen(function* () {
        const statements: Array<string> = []
        const tracer = Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            const attribute = span.attribute.bind(span)
            span.attribute = (name, value) => {
              const text = String(value)
              // learned durations are stored for an account, not for a job
              if (name === "db.query.text" && !text.includes("digitalocean_job_durations")) statements.push(text)
              attribute(name, value)
            }
            return span
          }
        })
        const store = yield* JobStore.JobStore
        let events = 0
        const counting = JobStore.JobStore.of({
          ...store,
          saveEvent: (ref, event) => {
            events += 1
            return store.saveEvent(ref, event)
          }
        })
        const sql = yield* PgClient.PgClient
        // once a second would be as often as the pace of this test
        const policy = { confirmInterval: "30 days", lease: "30 days" } as const
        yield* Effect.flatMap(stored({ regions: ["nyc1", "ams3", "sfo3"] }), JobRunner.run).pipe(
          Effect.provideService(JobStore.JobStore, counting),
          Effect.provideService(JobRunner.RunnerPolicy, policy),
          Effect.withTracer(tracer)
        )
        const [size] = yield* sql<{ readonly bytes: number; readonly rows: number }>`SELECT
          (SELECT sum(pg_column_size(j.*)) FROM digitalocean_jobs j)::integer
            + (SELECT sum(pg_column_size(i.*)) FROM digitalocean_job_items i)::integer AS bytes,
          (SELECT count(*) FROM digitalocean_job_items)::integer + 1 AS rows`
        process.stdout.write(`${statements.length} statements, ${events} events, ${size?.bytes} bytes\n`)
        // submit, get, claim, savePlan, finish
        assert.strictEqual(statements.length, events + 5)
        assert.isAtLeast(events, 6)
        assert.strictEqual(size?.rows, 4)
        assert.isBelow(size?.bytes ?? 0, 5000)
      })
    )
  )
})
