import { Replicate } from "@effect-digitalocean/jobs"
import { DurableJobs, JobKind, JobRunner, JobStore } from "@effect-digitalocean/jobs/durable"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
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

/** How a runner behaves over any store, while time passes. */
export const behaviours = [
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
  ]
] as const
