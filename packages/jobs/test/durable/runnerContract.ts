import { Replicate } from "@effect-digitalocean/jobs"
import { Actions } from "@effect-digitalocean/client"
import { DurableJobs, JobAccounts, JobKind, JobRunner, JobStore } from "@effect-digitalocean/jobs/durable"
import type { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"

export const web = 166404101

/** A request to replicate the image `web` to regions. */
export const replicate = (...regions: ReadonlyArray<string>): DurableJobs.Request => ({
  account: "production",
  kind: "replicate",
  options: { images: [web], regions }
})

/** A job that is stored, and not started. */
export const stored = ({
  images = [web],
  regions = ["ams3"],
  version = 1
}: Readonly<Record<string, Schema.Json>> = {}) =>
  Effect.map(
    JobStore.JobStore.use((store) =>
      store.submit({
        ...{ id: "1", account: "production", kind: "replicate", version: Number(version), intention: "1" },
        options: { images, regions }
      })
    ),
    ({ job }) => job
  )

/** Waits until a job is finished. */
export const finished = (id: string) =>
  Effect.gen(function* () {
    const changes = yield* DurableJobs.follow(id)
    yield* Stream.runDrain(changes)
    return yield* DurableJobs.get(id)
  })

/** Runs a replication in a process with services of its own, and returns what it knows of durations at its end. */
const durationsAfter = (region: string) =>
  Effect.gen(function* () {
    const submitted = yield* JobStore.JobStore.use((store) =>
      store.submit({
        ...{ id: region, account: "production", kind: "replicate", version: 1, intention: region },
        options: { images: [web], regions: [region] }
      })
    )
    yield* JobRunner.run(submitted.job)
    const services = yield* Effect.flatMap(JobAccounts.JobAccounts, ({ services }) => services("production"))
    return yield* Effect.provide(
      Actions.Actions.use(({ durations }) => durations),
      services
    )
  }).pipe(
    Effect.provide(
      JobAccounts.layer(() => Effect.succeed(Redacted.make("any"))),
      { local: true }
    )
  )

const storedDurations = Effect.flatMap(
  JobStore.JobStore.use((store) => store.durations("production")),
  Effect.fromOption
)

type World = JobStore.JobStore | JobAccounts.JobAccounts | JobKind.JobKinds | TestDigitalOcean.TestDigitalOcean

/** How a runner behaves over any store, while time passes. */
export const behaviours: ReadonlyArray<readonly [string, Effect.Effect<void, unknown, World | HttpClient.HttpClient>]> =
  [
    [
      "that is killed leaves its job to another, which continues it and counts no attempt",
      Effect.gen(function* () {
        const job = yield* stored({ regions: ["ams3", "sfo3"] })
        const first = yield* Effect.forkChild(JobRunner.run(job))
        yield* Effect.sleep("30 seconds")
        yield* Fiber.interrupt(first)
        assert.strictEqual((yield* DurableJobs.get(job.id)).state, "running")
        assert.strictEqual(yield* JobRunner.run(job), "Finished")
        assert.deepInclude(yield* DurableJobs.get(job.id), { state: "done", attempts: 1, failovers: 1 })
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    ],
    [
      "leaves a version that it does not know to another runner, in a new epoch",
      Effect.gen(function* () {
        const job = yield* stored({ version: 2 })
        assert.strictEqual(yield* JobRunner.run(job), "Unknown")
        const left = yield* DurableJobs.get("1")
        assert.deepInclude(left, { state: "submitted", attempts: 0, epoch: 2 })
        const newer = JobKind.layer([JobKind.make(Replicate.job, { version: 2 })])
        assert.strictEqual(yield* Effect.provide(JobRunner.run(left), newer), "Finished")
        assert.strictEqual((yield* DurableJobs.get("1")).state, "done")
      })
    ],
    [
      "marks what it cannot read",
      Effect.gen(function* () {
        yield* JobRunner.run(yield* stored({ images: 7 }))
        const end = yield* DurableJobs.get("1")
        assert.strictEqual(end.state, "unreadable")
        assert.include(end.problem?.message ?? "", "the stored options cannot be read")
      })
    ],
    [
      "keeps how long actions took for other processes",
      Effect.gen(function* () {
        const first = yield* durationsAfter("ams3")
        assert.strictEqual(first.length, 1)
        assert.deepStrictEqual(yield* storedDurations, { version: 1, samples: first })
        const second = yield* durationsAfter("sfo3")
        assert.deepStrictEqual(second.slice(0, 1), first)
        assert.strictEqual(second.length, 2)
        assert.deepStrictEqual(yield* storedDurations, { version: 1, samples: second })
      })
    ],
    [
      "ignores durations that it cannot read, and leaves those of a newer version",
      Effect.gen(function* () {
        const store = yield* JobStore.JobStore
        const newer = { version: 2, samples: "other" }
        yield* store.saveDurations("production", newer)
        assert.strictEqual((yield* durationsAfter("ams3")).length, 1)
        assert.deepStrictEqual(yield* storedDurations, newer)
        const negative = { id: 1, type: "transfer", resource_type: "image", resource_id: 1, region_slug: null }
        const damaged = [7, { version: 1, samples: [{ ...negative, size_gigabytes: null, seconds: -1 }] }]
        for (const [index, value] of damaged.entries()) {
          yield* store.saveDurations("production", value)
          const known = yield* durationsAfter(["sfo3", "lon1"][index]!)
          assert.strictEqual(known.length, 1)
          assert.deepStrictEqual(yield* storedDurations, { version: 1, samples: known })
        }
      })
    ]
  ]
