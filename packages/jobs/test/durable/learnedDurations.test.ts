import { Actions } from "@effect-digitalocean/client"
import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import { JobStore } from "@effect-digitalocean/jobs/durable"
import { assert, describe, it } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as LearnedDurations from "../../src/internal/durable/learnedDurations.ts"

const sample = (id: number): Actions.DurationSample => ({
  ...{ id, type: "transfer", resource_type: "image", resource_id: 1, region_slug: "ams3" },
  ...{ size_gigabytes: 1, seconds: 60 }
})

/** The durations of an account, and what its client knows of them. */
const account = Effect.gen(function* () {
  const known: Array<Actions.DurationSample> = []
  const services = yield* Layer.build(
    Actions.layerTest({
      durations: Effect.sync(() => [...known]),
      addDurations: (samples) =>
        Effect.sync(() => {
          for (const one of samples) if (!known.some(({ id }) => id === one.id)) known.push(one)
        })
    })
  )
  // only this service is used
  const learned = LearnedDurations.make("a", services as Context.Context<Services>)
  return { known, learned }
})

const stored = Effect.map(
  JobStore.JobStore.use((store) => store.durations("a")),
  Option.map((value) =>
    (value as { readonly samples: ReadonlyArray<Actions.DurationSample> }).samples.map(({ id }) => id)
  )
)

describe("learned durations", () => {
  it.effect("are stored at most every 5 minutes, and only if there are new ones", () =>
    Effect.gen(function* () {
      let saves = 0
      const store = yield* JobStore.JobStore
      const counting = JobStore.JobStore.of({
        ...store,
        saveDurations: (account, durations) => {
          saves += 1
          return store.saveDurations(account, durations)
        }
      })
      const { known, learned } = yield* account
      const save = Effect.provideService(learned.save, JobStore.JobStore, counting)
      yield* save
      assert.isTrue(Option.isNone(yield* stored))
      known.push(sample(1))
      yield* save
      known.push(sample(2))
      yield* TestClock.adjust("299 seconds")
      yield* save
      assert.deepStrictEqual(yield* stored, Option.some([1]))
      yield* TestClock.adjust("1 second")
      yield* save
      assert.deepStrictEqual(yield* stored, Option.some([1, 2]))
      yield* TestClock.adjust("1 hour")
      yield* save
      assert.strictEqual(saves, 2)
    }).pipe(Effect.provide(JobStore.layerMemory, { local: true }))
  )

  it.effect("of two runners are merged, and the latest 1,000 are kept", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* account, yield* account]
      first.known.push(sample(1))
      second.known.push(sample(2))
      yield* first.learned.save
      yield* second.learned.save
      assert.deepStrictEqual(yield* stored, Option.some([2, 1]))
      second.known.push(...Array.from({ length: 1200 }, (_, index) => sample(10 + index)))
      yield* TestClock.adjust("1 hour")
      yield* second.learned.save
      const kept = Option.getOrThrow(yield* stored)
      assert.deepStrictEqual([kept.length, kept.at(-1)], [1000, 1209])
    }).pipe(Effect.provide(JobStore.layerMemory, { local: true }))
  )

  it.effect("are of no consequence when the store does not respond", () =>
    Effect.gen(function* () {
      const failure = new JobStore.JobStoreError({ operation: "durations", problem: "away" })
      const store = { ...(yield* JobStore.JobStore), durations: () => Effect.fail(failure) }
      const { known, learned } = yield* account
      known.push(sample(1))
      yield* Effect.provideService(Effect.andThen(learned.load, learned.save), JobStore.JobStore, store)
      yield* learned.save
      assert.deepStrictEqual(yield* stored, Option.some([1]))
    }).pipe(Effect.provide(JobStore.layerMemory, { local: true }))
  )
})
