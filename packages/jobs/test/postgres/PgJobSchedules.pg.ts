import * as PgJobSchedules from "@effect-digitalocean/jobs/durable/PgJobSchedules"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import { JobSchedules, JobStore } from "@effect-digitalocean/jobs/durable"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { behaviours, schedule } from "../durable/scheduleContract.ts"
import * as Database from "./database.ts"

const stores = Layer.provideMerge(Layer.merge(PgJobSchedules.layer, PgJobStore.layer), Database.layer())

describe("schedules in Postgres", () => {
  for (const [what, behaviour] of Object.entries(behaviours)) {
    it.effect(what, () => Effect.provide(behaviour, stores, { local: true }))
  }

  it.effect("record each occurrence until its job is purged, and neither job nor record if one of them fails", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const { start } = yield* JobSchedules.JobSchedules
      const store = yield* JobStore.JobStore
      const stored = yield* schedule()
      const records = Effect.map(
        sql<{ readonly job: string }>`SELECT job FROM digitalocean_job_occurrences ORDER BY occurrence`,
        (rows) => rows.map(({ job }) => job)
      )
      yield* start(stored, DateTime.makeUnsafe("1970-01-01T02:00:00Z"), "1")
      yield* start(stored, DateTime.makeUnsafe("1970-01-02T02:00:00Z"), "2")
      assert.deepStrictEqual(yield* records, ["1", "1"])
      yield* store.cancel("1")
      yield* sql`ALTER TABLE digitalocean_job_occurrences ADD CONSTRAINT broken CHECK (job <> '3')`
      const third = start(stored, DateTime.makeUnsafe("1970-01-03T02:00:00Z"), "3")
      assert.strictEqual((yield* Effect.flip(third))._tag, "JobStoreError")
      assert.strictEqual((yield* store.list()).length, 1)
      yield* sql`ALTER TABLE digitalocean_job_occurrences DROP CONSTRAINT broken`
      yield* third
      assert.deepStrictEqual(yield* records, ["1", "1", "3"])
      yield* TestClock.adjust("1 hour")
      yield* store.purge(DateTime.makeUnsafe("1970-01-01T00:30:00Z"))
      assert.deepStrictEqual(yield* records, ["3"])
    }).pipe(Effect.provide(stores, { local: true }))
  )
})
