import { BuiltInKinds, DurableJobs, JobAccounts, JobSchedules, JobStore } from "@effect-digitalocean/jobs/durable"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import { finished } from "./runnerContract.ts"
import { behaviours, schedule } from "./scheduleContract.ts"

const stores = Layer.provideMerge(JobSchedules.layerMemory, JobStore.layerMemory)

describe("schedules in memory", () => {
  for (const [what, behaviour] of Object.entries(behaviours)) {
    it.effect(what, () => Effect.provide(behaviour, stores, { local: true }))
  }
})

describe("a schedule", () => {
  const refused = (change: Partial<JobSchedules.Request>) =>
    Effect.map(Effect.flip(schedule(change)), ({ message }) => message)

  it.effect("is stored with the options of its kind", () =>
    Effect.gen(function* () {
      const stored = yield* schedule()
      assert.deepInclude(stored, { kind: "replicate", version: 1, cron: "0 3 * * *", last: null })
      // the order of keys is no change
      assert.deepStrictEqual(yield* schedule({ options: { images: [166404101], regions: ["ams3"] } }), stored)
    }).pipe(Effect.provide(stores, { local: true }))
  )

  const invalid: ReadonlyArray<readonly [Partial<JobSchedules.Request>, string]> = [
    [{ cron: "0 3 * *" }, 'the cron expression "0 3 * *" of the schedule is invalid: Invalid number of segments'],
    [{ cron: "61 3 * * *" }, 'Expected a value between 0 and 59: "61"'],
    [{ cron: "0 3 30 2 *" }, "there is no such time"],
    [{ timeZone: "Europe/Berln" }, 'the time zone "Europe/Berln" of the schedule is invalid: it is not a name such as'],
    [{ timeZone: "" }, 'the time zone "" of the schedule is invalid'],
    [{ name: "" }, 'the name "" of the schedule is invalid: it has 1 to 100 letters'],
    [{ name: "a b\0" }, "it has 1 to 100 letters"],
    [{ kind: "replicat" }, 'there is no kind of job "replicat"'],
    [{ options: { images: "all" } }, "the stored options cannot be read"]
  ]
  for (const [change, message] of invalid) {
    it.effect(`is refused with ${JSON.stringify(change)}`, () =>
      Effect.gen(function* () {
        assert.include(yield* refused(change), message)
        assert.isEmpty(yield* JobSchedules.JobSchedules.use(({ list }) => list))
      }).pipe(Effect.provide(stores, { local: true }))
    )
  }
})

describe("a runner", () => {
  const accounts = JobAccounts.layer(() => Effect.succeed(Redacted.make("any"))).pipe(
    Layer.provideMerge(TestDigitalOcean.layer())
  )
  const world = Layer.mergeAll(accounts, stores, WorkflowEngine.layerMemory, BuiltInKinds.layer)

  it.effect("runs the job of a schedule within 2 seconds, and follows each change of the schedule", () =>
    Effect.gen(function* () {
      const { list, remove } = yield* JobSchedules.JobSchedules
      const options = { images: [166404101], regions: ["nyc3"] }
      yield* TestClock.setTime(Date.parse("2026-01-10T08:00:30Z"))
      yield* Layer.build(DurableJobs.layerRunner)
      yield* schedule({ cron: "* * * * *", options })
      yield* TestClock.adjust("29 seconds")
      assert.isNull((yield* list)[0]!.last)
      yield* TestClock.adjust("3 seconds")
      const { last } = (yield* list)[0]!
      assert.strictEqual(DateTime.formatIso(last!.occurrence), "2026-01-10T08:01:00.000Z")
      const time = Effect.forever(TestClock.adjust("1 second"))
      const job = yield* Effect.raceFirst(finished(last!.job), time)
      assert.deepInclude(job, { state: "done", account: "production" })
      yield* schedule({ cron: "10 * * * * *", options })
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual(DateTime.getPartUtc((yield* list)[0]!.last!.occurrence, "second"), 10)
      const count = JobStore.JobStore.use((store) => Effect.map(store.list(), ({ length }) => length))
      yield* remove("nightly")
      const before = yield* count
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* count, before)
    }).pipe(Effect.provide(world, { local: true }))
  )
})
