import { TestDigitalOcean } from "@effect-digitalocean/testing"
import {
  BuiltInKinds,
  DurableJobs,
  JobAccounts,
  JobRunner,
  JobSchedules,
  JobStore,
  StoredJob
} from "@effect-digitalocean/jobs/durable"
import { Replicate } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import * as Crash from "../support/crash.ts"
import { behaviours as claims } from "./claimContract.ts"
import { behaviours, finished, replicate, stored, web } from "./runnerContract.ts"

const accounts = JobAccounts.layer((account) =>
  account === "production"
    ? Effect.succeed(Redacted.make("any"))
    : Effect.fail(new JobAccounts.UnknownAccount({ account, problem: "it is not configured" }))
)

/** A store and accounts over an account in memory; runners are added by the tests. */
const world = (options?: TestDigitalOcean.Options) =>
  accounts.pipe(
    Layer.provideMerge(TestDigitalOcean.layer(options)),
    Layer.merge(Layer.provideMerge(JobSchedules.layerMemory, JobStore.layerMemory)),
    Layer.merge(WorkflowEngine.layerMemory)
  )

const runner = DurableJobs.layerRunner.pipe(Layer.provideMerge(BuiltInKinds.layer))

/** Runs a program with a runner, while time passes. */
const withRunner = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Crash.passing(program), Layer.provideMerge(runner, world(options)), { local: true })

const regionsOf = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ images }) => images()),
  (all) => all.find(({ id }) => id === web)?.regions?.toSorted()
)

const outcomes = (id: string) =>
  Effect.map(
    JobStore.JobStore.use((store) => store.results(id)),
    (results) =>
      results.map(({ event }) => {
        const { item, outcome } = Schema.decodeUnknownSync(Schema.toCodecJson(Replicate.job.schemas.event))(event) as {
          readonly item: Replicate.Item
          readonly outcome: { readonly _tag: string }
        }
        return `${item.target} ${outcome._tag}`
      })
  )

describe("a submitted job", () => {
  it.effect("is run to its end, and each outcome is stored", () =>
    withRunner(
      Effect.gen(function* () {
        const { isNew, job } = yield* DurableJobs.submit(replicate("nyc3", "ams3", "sfo3"))
        assert.deepInclude(job, { state: "submitted", kind: "replicate", account: "production", epoch: 1 })
        assert.isTrue(isNew)
        const end = yield* finished(job.id)
        assert.deepInclude(end, { state: "done", attempts: 1, failovers: 0, problem: null })
        assert.isNotNull(end.finishedAt)
        assert.deepStrictEqual((yield* outcomes(job.id)).toSorted(), ["ams3 Done", "nyc3 Skipped", "sfo3 Done"])
        assert.deepStrictEqual(yield* regionsOf, ["ams3", "nyc3", "sfo3"])
      })
    )
  )

  it.effect("is joined by the same submission while it is not finished, whatever the order of keys", () =>
    withRunner(
      Effect.gen(function* () {
        const first = yield* DurableJobs.submit(replicate("ams3"))
        const second = yield* DurableJobs.submit({ ...replicate(), options: { regions: ["ams3"], images: [web] } })
        assert.deepStrictEqual([second.isNew, second.job.id], [false, first.job.id])
        const other = yield* DurableJobs.submit(replicate("sfo3"))
        assert.isTrue(other.isNew)
        yield* finished(first.job.id)
        const later = yield* DurableJobs.submit(replicate("ams3"))
        assert.isTrue(later.isNew)
      })
    )
  )

  it.effect("with invalid options or of an unknown kind is refused", () =>
    withRunner(
      Effect.gen(function* () {
        const invalid = yield* Effect.flip(DurableJobs.submit({ ...replicate(), options: { images: "all" } }))
        assert.strictEqual(invalid._tag, "Unreadable")
        const unknown = yield* Effect.flip(DurableJobs.submit({ ...replicate(), kind: "replicat" }))
        assert.include(unknown.message, 'no kind of job "replicat"')
      })
    )
  )

  it.effect("of an account that the runner does not know has failed, and says so", () =>
    withRunner(
      Effect.gen(function* () {
        const { job } = yield* DurableJobs.submit({ ...replicate("ams3"), account: "staging" })
        const end = yield* finished(job.id)
        assert.strictEqual(end.state, "failed")
        assert.deepStrictEqual(end.problem, {
          tag: "UnknownAccount",
          message: 'there is no token for the account "staging": it is not configured'
        })
      })
    )
  )

  it.effect("that fails is tried again after 1, 2, 4 and 8 minutes, and is incomplete then", () =>
    withRunner(
      Effect.gen(function* () {
        const { job } = yield* DurableJobs.submit(replicate("xyz9", "ams3"))
        const end = yield* finished(job.id)
        assert.deepInclude(end, { state: "incomplete", attempts: 5 })
        assert.include(end.problem?.message ?? "", "Region is not valid")
        assert.isAtLeast(Duration.toMinutes(DateTime.distance(end.submittedAt, end.finishedAt!)), 15)
        assert.deepStrictEqual((yield* outcomes(job.id)).toSorted(), ["ams3 Done", "xyz9 Failed"])
        assert.strictEqual((yield* Crash.changes).length, 1)
      })
    )
  )

  it.effect("whose items the plan refuses is not tried again", () =>
    withRunner(
      Effect.gen(function* () {
        const options = { images: [7], regions: ["ams3"] }
        const { job } = yield* DurableJobs.submit({ ...replicate(), options })
        assert.deepInclude(yield* finished(job.id), { state: "incomplete", attempts: 1 })
      })
    )
  )

  it.effect("is run again in a new epoch when that is requested, and only when it is finished", () =>
    withRunner(
      Effect.gen(function* () {
        const { job } = yield* DurableJobs.submit(replicate("ams3"))
        assert.strictEqual((yield* Effect.flip(DurableJobs.retry(job.id)))._tag, "NotFinished")
        assert.strictEqual((yield* Effect.flip(DurableJobs.retry("none")))._tag, "NoSuchJob")
        yield* finished(job.id)
        const again = yield* DurableJobs.retry(job.id)
        assert.deepInclude(again, { id: job.id, epoch: 2, state: "submitted", attempts: 0 })
        assert.deepInclude(yield* finished(job.id), { state: "done", epoch: 2 })
        assert.deepStrictEqual(yield* outcomes(job.id), ["ams3 Skipped"])
      })
    )
  )
})

describe("cancelling", () => {
  it.effect("stops a job within 2 seconds, and says what DigitalOcean continues", () =>
    withRunner(
      Effect.gen(function* () {
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        const { job } = yield* DurableJobs.submit(replicate("ams3"))
        yield* Effect.sleep("40 seconds")
        yield* DurableJobs.cancel(job.id)
        const end = yield* finished(job.id)
        assert.strictEqual(end.state, "cancelled")
        assert.match(end.left.join(), /^transfer web-2026-11-20 \(166404101\) to ams3: action \d+$/)
        const sent = (yield* requests).length
        yield* Effect.sleep("10 minutes")
        assert.strictEqual((yield* requests).length, sent)
      })
    )
  )

  it.effect("ends a job that no runner has started, and leaves a finished one as it is", () =>
    Effect.gen(function* () {
      const job = yield* stored()
      assert.strictEqual((yield* DurableJobs.cancel(job.id)).state, "cancelled")
      assert.strictEqual(yield* JobRunner.run(job), "Superseded")
      assert.strictEqual((yield* Effect.flip(DurableJobs.cancel("none")))._tag, "NoSuchJob")
      assert.isEmpty(yield* Crash.changes)
    }).pipe(Effect.provide(Layer.provideMerge(BuiltInKinds.layer, world()), { local: true }))
  )
})

describe("a runner", () => {
  const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
    Effect.provide(Crash.passing(program), Layer.provideMerge(BuiltInKinds.layer, world()), { local: true })

  for (const [what, behaviour] of [...behaviours, ...claims]) it.effect(what, () => on(behaviour))

  it.effect("starts what is due and was not started, and deletes what finished long ago", () =>
    Effect.provideService(
      withRunner(
        Effect.gen(function* () {
          const store = yield* JobStore.JobStore
          // its process was killed between storing and starting it
          const job = yield* stored()
          assert.strictEqual((yield* finished(job.id)).state, "done")
          yield* Effect.sleep("2 hours")
          assert.isTrue(Option.isSome(yield* store.get(job.id)))
          yield* Effect.sleep("2 hours")
          assert.isTrue(Option.isNone(yield* store.get(job.id)))
        })
      ),
      JobStore.Retention,
      Duration.hours(3)
    )
  )
})

describe("following", () => {
  it.effect("contains what happened before, each event and each state, and ends with the job", () =>
    withRunner(
      Effect.gen(function* () {
        const { job } = yield* DurableJobs.submit(replicate("ams3"))
        const changes = yield* Effect.flatMap(DurableJobs.follow(job.id), Stream.runCollect)
        const seen = changes.map((change) =>
          change._tag === "Job" ? change.job.state : (change.event as { readonly _tag: string })._tag
        )
        assert.includeMembers(seen as Array<string>, ["running", "Started", "Progressed", "Finished"])
        assert.strictEqual(seen.at(-1), "done")
        const afterwards = yield* Effect.flatMap(DurableJobs.follow(job.id), Stream.runCollect)
        assert.deepStrictEqual(
          afterwards.map(({ _tag }) => _tag),
          ["Event", "Job"]
        )
      })
    )
  )
})

describe("a stored job", () => {
  it("survives JSON", () => {
    const job: StoredJob.StoredJob = {
      ...{ id: "1", epoch: 1, account: "a", kind: "replicate", version: 1, intention: "i", options: { a: [1] } },
      ...{
        plan: null,
        state: "cancelled",
        attempts: 1,
        failovers: 0,
        problem: { tag: "T", message: "m" },
        left: ["x"]
      },
      ...{ isCancelled: true, submittedAt: DateTime.makeUnsafe(0), nextAttemptAt: null, startedAt: null },
      finishedAt: DateTime.makeUnsafe(1000)
    }
    const codec = Schema.toCodecJson(StoredJob.StoredJob)
    const text = JSON.stringify(Schema.encodeSync(codec)(job))
    assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(JSON.parse(text)), job)
  })
})
