import { JobStore, type StoredJob } from "@effect-digitalocean/jobs/durable"
import * as PgJobStore from "@effect-digitalocean/jobs/durable/PgJobStore"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Database from "./database.ts"
import { password, Server } from "./server.ts"

const submission: JobStore.Submission = {
  ...{ id: "1", account: "a", kind: "replicate", version: 1, intention: "1", options: {} }
}

const running = (store: JobStore.JobStore["Service"]) =>
  Effect.flatMap(store.submit(submission), ({ job }) => Effect.flatMap(store.claim(job), Effect.fromOption))

const withStore = Layer.provideMerge(PgJobStore.layer, Database.layer())

describe("the tables", () => {
  it.effect("are created once by 8 runners that start at once", () =>
    Effect.gen(function* () {
      const settings = Database.settings(yield* Database.create())
      const start = Effect.provide(
        JobStore.JobStore.use((store) => store.list()),
        Layer.provide(PgJobStore.layer, PgClient.layer(settings)),
        { local: true }
      )
      const lists = yield* Effect.all(
        Array.from({ length: 8 }, () => start),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(lists, Array(8).fill([]))
    })
  )

  it.effect("of the first version are brought up to date, with their jobs", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const start = <A, E>(use: (store: JobStore.JobStore["Service"]) => Effect.Effect<A, E>) =>
        Effect.provide(JobStore.JobStore.use(use), PgJobStore.layer, { local: true })
      const job = yield* start(running)
      yield* sql`DROP TABLE digitalocean_job_occurrences, digitalocean_job_schedules, digitalocean_job_durations`
      yield* sql`DELETE FROM digitalocean_job_migrations WHERE id > 1`
      yield* start((store) => store.saveDurations("a", 1))
      assert.deepStrictEqual(yield* start((store) => store.list()), [job])
      assert.isEmpty(yield* sql`SELECT * FROM digitalocean_job_schedules`)
    }).pipe(Effect.provide(Database.layer(), { local: true }))
  )

  it.effect("are used by a user who may not create tables", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const settings = Database.settings(yield* Database.create())
      const start = (username: string) =>
        Effect.provide(
          JobStore.JobStore.use(running),
          Layer.provide(PgJobStore.layer, PgClient.layer({ ...settings, username })),
          { local: true }
        )
      const role = `runner_${process.pid}`
      yield* sql`CREATE ROLE ${sql(role)} LOGIN PASSWORD ${sql.literal(`'${password}'`)}`
      const refused = yield* Effect.flip(start(role))
      assert.include(
        String(refused),
        "the user of the database lacks a permission (AuthorizationError, SQLSTATE 42501)"
      )
      yield* Effect.gen(function* () {
        yield* JobStore.JobStore
        const sql = yield* PgClient.PgClient
        yield* sql`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${sql(role)}`
        yield* sql`GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${sql(role)}`
      }).pipe(Effect.provide(Layer.provideMerge(PgJobStore.layer, PgClient.layer(settings)), { local: true }))
      assert.strictEqual((yield* start(role)).state, "running")
    }).pipe(Effect.provide(Database.layer(), { local: true }))
  )
})

describe("a follower", () => {
  it.live("misses no change and sees none twice while its connections are cut", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const store = yield* JobStore.JobStore
      const job = yield* running(store)
      const fiber = yield* Effect.forkChild(Stream.runCollect(store.changes("1")))
      const cut = Effect.ignore(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`)
      const persistently = <A>(operation: Effect.Effect<A, JobStore.JobStoreError>) =>
        Effect.retry(operation, { times: 100 })
      for (let index = 0; index < 40; index++) {
        if (index % 10 === 5) yield* cut
        yield* persistently(store.saveEvent(job, { key: `${index}`, event: index, outcome: "Done" }))
        yield* Effect.sleep("50 millis")
      }
      yield* cut
      yield* persistently(store.finish(job, { state: "done", problem: null, left: [] }))
      const changes = yield* Fiber.join(fiber)
      const events = changes.flatMap((change) => (change._tag === "Event" ? [change.event] : []))
      assert.deepStrictEqual(
        events,
        Array.from({ length: 40 }, (_, index) => index)
      )
      const last = changes.at(-1)
      assert.strictEqual(last?._tag === "Job" ? last.job.state : undefined, "done")
    }).pipe(Effect.provide(withStore, { local: true }))
  )

  it.live("reads the rows although nothing was notified", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const store = yield* JobStore.JobStore
      yield* running(store)
      const fiber = yield* Effect.forkChild(Stream.runCollect(store.changes("1")))
      yield* Effect.sleep("200 millis")
      yield* sql`UPDATE digitalocean_jobs SET state = 'done', revision = revision + 1`
      assert.strictEqual((yield* Fiber.join(fiber)).length, 2)
    }).pipe(Effect.provide(withStore, { local: true }))
  )
})

describe("a row", () => {
  it.effect("with a state of a newer version is unreadable, and neither claimed nor run again by this version", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const store = yield* JobStore.JobStore
      const { job } = yield* store.submit(submission)
      yield* sql`UPDATE digitalocean_jobs SET state = 'paused'`
      const state: StoredJob.State = (yield* Effect.flatMap(store.get("1"), Effect.fromOption)).state
      assert.strictEqual(state, "unreadable")
      assert.isTrue(Option.isNone(yield* store.claim(job)))
      assert.isTrue(Option.isNone(yield* store.resubmit("1")))
    }).pipe(Effect.provide(withStore, { local: true }))
  )

  it.effect("that cannot be read hides no other, and is logged", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make(({ message }) => {
        logged.push(String(message))
      })
      const sql = yield* PgClient.PgClient
      const store = yield* JobStore.JobStore
      yield* store.submit(submission)
      yield* store.submit({ ...submission, id: "2", intention: "2" })
      yield* sql`UPDATE digitalocean_jobs SET problem = '7' WHERE id = '1'`
      const jobs = yield* Effect.provide(store.list(), Logger.layer([logger]), { local: true })
      assert.deepStrictEqual(
        jobs.map(({ id }) => id),
        ["2"]
      )
      assert.deepStrictEqual(logged, ["list: a row cannot be read by this version"])
      assert.strictEqual((yield* Effect.flip(store.get("1"))).operation, "get")
    }).pipe(Effect.provide(withStore, { local: true }))
  )
})

describe("an error", () => {
  it.live("contains no address, user or password of the database, and the store recovers", () =>
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.promise(() => Server.start()),
        (server) => Effect.promise(() => server.delete())
      )
      const settings = Database.settings(yield* Database.create(server.port), server.port)
      const texts = yield* Effect.gen(function* () {
        const store = yield* JobStore.JobStore
        const job = yield* running(store)
        yield* Effect.promise(() => server.stop("SIGQUIT"))
        const errors = [
          yield* Effect.flip(store.get("1")),
          yield* Effect.flip(store.finish(job, { state: "done", problem: null, left: [] })),
          yield* Effect.flip(Stream.runDrain(store.changes("1")))
        ]
        yield* Effect.promise(() => server.resume())
        yield* Effect.retry(store.finish(job, { state: "done", problem: null, left: [] }), { times: 100 })
        assert.strictEqual((yield* Effect.flatMap(store.get("1"), Effect.fromOption)).state, "done")
        return errors
      }).pipe(Effect.provide(Layer.provide(PgJobStore.layer, PgClient.layer(settings)), { local: true }))
      const wrong = PgClient.layer({ ...settings, password: Redacted.make("wrong-horse") })
      const all = [
        ...texts,
        yield* Effect.flip(Effect.provide(JobStore.JobStore, Layer.provide(PgJobStore.layer, wrong), { local: true }))
      ].map((error) => (error._tag === "JobStoreError" ? `${error.message} ${JSON.stringify(error)}` : ""))
      for (const text of all.slice(0, 3)) assert.include(text, "the database cannot be reached (ConnectionError")
      assert.notMatch(all.join(), new RegExp(`${password}|wrong-horse|${server.port}|127\\.0\\.0\\.1|test_`))
    })
  )
})
