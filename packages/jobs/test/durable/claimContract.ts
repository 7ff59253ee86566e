import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import { DigitalOceanClient, Tags } from "@effect-digitalocean/client"
import { DurableJobs, JobAccounts, JobRunner, JobStore, type StoredJob } from "@effect-digitalocean/jobs/durable"
import type { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"
import { createTag, type Failure, inTwoParts, jobOf, stored } from "./work.ts"

type World = JobStore.JobStore | JobAccounts.JobAccounts | TestDigitalOcean.TestDigitalOcean

type Run = Effect.Effect<JobRunner.Ended, never, JobStore.JobStore | JobAccounts.JobAccounts>

/** Runs a stored job that does some work, in the background. */
const start = (
  job: StoredJob.StoredJob,
  work: Effect.Effect<unknown, Failure, Services>,
  around: (run: Run) => Run = (run) => run
) =>
  Effect.forkChild(
    around(
      Effect.provide(
        JobRunner.run(job),
        jobOf(() => work)
      )
    )
  )

const created = Effect.map(Crash.changes, ({ length }) => length)

const claim = (job: StoredJob.StoredJob) =>
  JobStore.JobStore.use((store) => Effect.flatMap(store.claim(job), Effect.fromOption))

/** A process that can be stopped: then its clock goes on, but not its timers, and the store does not respond to it. */
const process = Effect.gen(function* () {
  const clock = yield* Clock.Clock
  const responding = yield* Latch.make(true)
  let missed = 0
  const millis = () => clock.currentTimeMillisUnsafe() + missed
  const own: Clock.Clock = {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: () => BigInt(millis()) * 1_000_000n,
    currentTimeNanos: Effect.sync(() => BigInt(millis()) * 1_000_000n),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
  return {
    around: (run: Run): Run =>
      run.pipe(
        Effect.provideService(Clock.Clock, own),
        Effect.updateService(JobStore.JobStore, (store) => ({
          ...store,
          confirm: (claim: StoredJob.Claim) => Effect.tap(store.confirm(claim), responding.await)
        }))
      ),
    /** Stops it for an hour, in which something else happens. */
    stop: <A, E, R>(meanwhile: Effect.Effect<A, E, R>) =>
      Effect.andThen(responding.close, meanwhile).pipe(
        Effect.tap(() =>
          Effect.sync(() => {
            missed += 3_600_000
          })
        )
      ),
    resume: responding.open
  }
})

/** How a runner treats a claim that it may have lost, over any store and while time passes. */
export const behaviours: ReadonlyArray<readonly [string, Effect.Effect<void, unknown, World>]> = [
  [
    "ends its work when another one takes the job over, stores nothing more, and waits for the end of the run",
    Effect.gen(function* () {
      const store = yield* JobStore.JobStore
      const job = yield* stored()
      const first = yield* start(job, Effect.forever(Effect.andThen(createTag("x"), Effect.sleep("1 minute"))))
      yield* Effect.sleep("10 minutes")
      const second = yield* claim(job)
      yield* Effect.sleep("2 minutes")
      const before = yield* created
      assert.isAbove(before, 1)
      yield* Effect.sleep("10 minutes")
      assert.strictEqual(yield* created, before)
      assert.deepStrictEqual(yield* DurableJobs.get("1"), second)
      assert.isUndefined(first.pollUnsafe())
      yield* store.finish(second, { state: "done", problem: null, left: [] })
      assert.strictEqual(yield* Fiber.join(first), "Superseded")
      assert.isEmpty(yield* store.results("1"))
    })
  ],
  [
    "that was stopped changes nothing at DigitalOcean until its claim is confirmed",
    Effect.gen(function* () {
      const { go, reached, work } = yield* inTwoParts(createTag("x"))
      const { around, resume, stop } = yield* process
      const run = yield* start(yield* stored(), work, around)
      yield* reached
      yield* stop(Effect.void)
      yield* go
      yield* Effect.sleep("10 seconds")
      assert.strictEqual(yield* created, 0)
      yield* resume
      assert.strictEqual(yield* Fiber.join(run), "Finished")
      assert.deepInclude(yield* DurableJobs.get("1"), { state: "done", attempts: 1 })
      assert.strictEqual(yield* created, 1)
    })
  ],
  [
    "that was stopped changes nothing at DigitalOcean if another one took the job over meanwhile",
    Effect.gen(function* () {
      const store = yield* JobStore.JobStore
      const { go, reached, work } = yield* inTwoParts(createTag("x"))
      const { around, resume, stop } = yield* process
      const job = yield* stored()
      const first = yield* start(job, work, around)
      yield* reached
      const second = yield* stop(claim(job))
      yield* go
      yield* Effect.sleep("10 seconds")
      yield* resume
      yield* Effect.sleep("10 minutes")
      assert.strictEqual(yield* created, 0)
      assert.deepStrictEqual(yield* DurableJobs.get("1"), second)
      yield* store.finish(second, { state: "done", problem: null, left: [] })
      assert.strictEqual(yield* Fiber.join(first), "Superseded")
    })
  ],
  [
    "whose store does not respond reads from DigitalOcean, and fails a request that changes something as not sent",
    Effect.gen(function* () {
      let outcome: unknown
      let hasRead = false
      const { go, reached, work } = yield* inTwoParts(
        Effect.gen(function* () {
          yield* Tags.Tags.use(({ list }) => Stream.runDrain(list()))
          hasRead = true
          const error = yield* Effect.flip(DigitalOceanClient.withRetry(createTag("x"), { times: 0 }))
          outcome = [error.outcome, error.message.includes("it is not certain that this runner still works on the job")]
        }).pipe(Effect.orDie)
      )
      const { around, stop } = yield* process
      const run = yield* start(yield* stored(), work, around)
      yield* reached
      yield* stop(Effect.void)
      yield* go
      yield* Fiber.join(run)
      assert.isTrue(hasRead)
      assert.deepStrictEqual(outcome, ["not-executed", true])
      assert.strictEqual(yield* created, 0)
    })
  ],
  [
    "runs two jobs of an account one after the other",
    Effect.gen(function* () {
      yield* Fiber.join(yield* start(yield* stored("1"), createTag("x")))
      yield* Effect.sleep("1 hour")
      yield* Fiber.join(yield* start(yield* stored("2"), createTag("y")))
      assert.strictEqual(yield* created, 2)
    })
  ],
  [
    "undoes what it has to after a job was cancelled, however long that takes",
    Effect.gen(function* () {
      const { reached, work } = yield* inTwoParts(Effect.void)
      const undo = Effect.andThen(Effect.sleep("15 minutes"), Effect.orDie(createTag("undone")))
      const services = yield* Effect.flatMap(JobAccounts.JobAccounts, ({ services }) => services("production"))
      const run = yield* start(
        yield* stored(),
        Effect.onInterrupt(work, () => Effect.provide(undo, services))
      )
      yield* reached
      yield* DurableJobs.cancel("1")
      assert.strictEqual(yield* Fiber.join(run), "Finished")
      assert.strictEqual((yield* DurableJobs.get("1")).state, "cancelled")
      assert.strictEqual(yield* created, 1)
    })
  ]
]
