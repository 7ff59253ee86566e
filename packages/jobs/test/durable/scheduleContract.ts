import { BuiltInKinds, type JobSchedule, JobSchedules, JobStore } from "@effect-digitalocean/jobs/durable"
import { assert } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { makeStarter } from "../../src/internal/durable/occurrences.ts"

type Services = JobSchedules.JobSchedules | JobStore.JobStore

const definition = (change: Partial<JobSchedule.Definition> = {}): JobSchedule.Definition => ({
  ...{ name: "nightly", account: "a", kind: "replicate", version: 1, intention: "of nightly" },
  ...{ options: { images: [1], note: "\0'\"\\" }, cron: "0 3 * * *", timeZone: "Europe/Berlin" },
  ...change
})

const utc = (text: string) => DateTime.makeUnsafe(text)

const put = (change?: Partial<JobSchedule.Definition>) =>
  JobSchedules.JobSchedules.use((schedules) => schedules.put(definition(change)))

const start = (schedule: JobSchedule.JobSchedule, occurrence: string, id: string) =>
  JobSchedules.JobSchedules.use((schedules) => schedules.start(schedule, utc(occurrence), id))

const listed = JobSchedules.JobSchedules.use((schedules) => schedules.list)

/** What each schedule has started last. */
const lasts = Effect.map(listed, (all) =>
  all.map(({ last, name }) =>
    last === null ? name : `${name} ${DateTime.formatIso(last.occurrence)}${last.isJoined ? " joined" : ""}`
  )
)

const jobs = Effect.map(
  JobStore.JobStore.use((store) => store.list()),
  (all) => all.map(({ id }) => id).toSorted()
)

const finish = (id: string) =>
  JobStore.JobStore.use((store) =>
    Effect.gen(function* () {
      const job = yield* Effect.flatMap(store.get(id), Effect.fromOption)
      const claimed = yield* Effect.flatMap(store.claim(job), Effect.fromOption)
      yield* store.finish(claimed, { state: "done", problem: null, left: [] })
    })
  )

/** Finishes all jobs that are submitted. */
const finishAll = JobStore.JobStore.use((store) =>
  Effect.flatMap(store.list({ states: ["submitted"] }), (all) => Effect.forEach(all, ({ id }) => finish(id)))
)

const everyTenMinutes = (from: string) =>
  Array.from({ length: 180 }, (_, index) => new Date(Date.parse(from) + index * 600_000).toISOString())

/** The occurrences that a runner starts which looks at these times. */
const startedAt = Effect.fnUntraced(function* (times: ReadonlyArray<string>) {
  const starter = makeStarter()
  const started: Array<string> = []
  for (const time of times) {
    yield* TestClock.setTime(Date.parse(time))
    if ((yield* starter).length > 0) started.push(...(yield* lasts))
    yield* finishAll
  }
  return started.map((text) => text.replace(/^\S+ /, ""))
})

/** What schedules do over any store. */
export const behaviours: Readonly<Record<string, Effect.Effect<void, unknown, Services>>> = {
  "are listed by name as they were stored": Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-01-01T00:00:00.123Z"))
    const at = { createdAt: utc("2026-01-01T00:00:00.123Z"), changedAt: utc("2026-01-01T00:00:00.123Z"), last: null }
    const b = yield* put({ name: "b" })
    assert.deepStrictEqual(b, { ...definition({ name: "b" }), ...at })
    const a = yield* put({ name: "a", account: "x", kind: "release", version: 3, cron: "*/5 * * * *", timeZone: "UTC" })
    assert.deepStrictEqual(yield* listed, [a, b])
  }),

  "stay as they are when they are stored again, and start anew when they are changed": Effect.gen(function* () {
    const first = yield* put()
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(yield* put(), first)
    const changedAt = utc("1970-01-01T01:00:00.000Z")
    const changes = [{ cron: "0 4 * * *" }, { timeZone: "UTC" }, { version: 2 }, { intention: "other", options: 7 }]
    for (const change of changes) {
      yield* put()
      assert.deepStrictEqual(yield* put(change), { ...first, ...change, changedAt })
    }
  }),

  "are removed": Effect.gen(function* () {
    yield* put()
    const remove = JobSchedules.JobSchedules.use((schedules) => schedules.remove("nightly"))
    assert.isTrue(yield* remove)
    assert.isFalse(yield* remove)
    assert.isEmpty(yield* listed)
  }),

  "submit the job of an occurrence, and record it": Effect.gen(function* () {
    const schedule = yield* put()
    yield* TestClock.adjust("3 hours")
    assert.deepStrictEqual(
      yield* start(schedule, "1970-01-01T02:00:00Z", "1"),
      Option.some({ id: "1", epoch: 1, isNew: true })
    )
    const job = yield* Effect.flatMap(
      JobStore.JobStore.use((store) => store.get("1")),
      Effect.fromOption
    )
    const { account, intention, kind, options, version } = schedule
    const submittedAt = utc("1970-01-01T03:00:00Z")
    assert.deepInclude(job, { account, intention, kind, options, version, submittedAt, state: "submitted", epoch: 1 })
    const last = { occurrence: utc("1970-01-01T02:00:00.000Z"), job: "1", isJoined: false }
    assert.deepStrictEqual(yield* listed, [{ ...schedule, last }])
  }),

  "start an occurrence once, of 20 runners at once": Effect.gen(function* () {
    const schedule = yield* put()
    const started = yield* Effect.forEach(
      Array.from({ length: 20 }, (_, index) => `${index}`),
      (id) => start(schedule, "1970-01-01T02:00:00Z", id),
      { concurrency: "unbounded" }
    )
    assert.strictEqual(started.filter(Option.isSome).length, 1)
    assert.strictEqual((yield* jobs).length, 1)
    yield* finishAll
    assert.isTrue(Option.isNone(yield* start(schedule, "1970-01-01T02:00:00Z", "late")))
    assert.isTrue(Option.isNone(yield* start(schedule, "1970-01-01T01:00:00Z", "older")))
    assert.strictEqual((yield* jobs).length, 1)
  }),

  "join a job that is not finished, record that, and submit the next one": Effect.gen(function* () {
    const schedule = yield* put()
    yield* start(schedule, "1970-01-01T02:00:00Z", "1")
    assert.deepStrictEqual(
      yield* start(schedule, "1970-01-02T02:00:00Z", "2"),
      Option.some({ id: "1", epoch: 1, isNew: false })
    )
    assert.deepStrictEqual(yield* lasts, ["nightly 1970-01-02T02:00:00.000Z joined"])
    yield* finish("1")
    yield* start(schedule, "1970-01-03T02:00:00Z", "3")
    assert.deepStrictEqual(yield* lasts, ["nightly 1970-01-03T02:00:00.000Z"])
    assert.deepStrictEqual(yield* jobs, ["1", "3"])
  }),

  "start nothing after they were changed or removed, and nothing from before a change": Effect.gen(function* () {
    const schedule = yield* put()
    yield* TestClock.adjust("3 hours")
    const changed = yield* put({ cron: "30 3 * * *" })
    assert.isTrue(Option.isNone(yield* start(schedule, "1970-01-02T02:00:00Z", "1")))
    assert.isTrue(Option.isNone(yield* start(changed, "1970-01-01T02:30:00Z", "2")))
    assert.isTrue(Option.isNone(yield* start(changed, "1970-01-01T03:00:00Z", "3")))
    yield* JobSchedules.JobSchedules.use((schedules) => schedules.remove("nightly"))
    assert.isTrue(Option.isNone(yield* start(changed, "1970-01-02T02:30:00Z", "4")))
    assert.isEmpty(yield* jobs)
  }),

  "start no occurrence again whose job was purged": Effect.gen(function* () {
    const schedule = yield* put()
    yield* start(schedule, "1970-01-01T02:00:00Z", "1")
    yield* finish("1")
    yield* TestClock.adjust("1 hour")
    assert.strictEqual(yield* JobStore.JobStore.use((store) => store.purge(utc("1970-01-01T00:30:00Z"))), 1)
    assert.isTrue(Option.isNone(yield* start(schedule, "1970-01-01T02:00:00Z", "2")))
    assert.deepStrictEqual(yield* lasts, ["nightly 1970-01-01T02:00:00.000Z"])
  }),

  "start the newest occurrence when it is due, and after an outage only the newest one": Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-01-10T08:00:00Z"))
    yield* put()
    assert.deepStrictEqual(
      yield* startedAt([
        ...["2026-01-10T08:00:01Z", "2026-01-11T01:59:59.999Z", "2026-01-11T02:00:00Z", "2026-01-11T02:00:01Z"],
        "2026-01-20T12:00:00Z"
      ]),
      ["2026-01-11T02:00:00.000Z", "2026-01-20T02:00:00.000Z"]
    )
  }),

  "start rules with seconds in time": Effect.gen(function* () {
    yield* put({ cron: "20 * * * * *" })
    const seconds = Array.from({ length: 100 }, (_, index) => new Date(index * 1000).toISOString())
    assert.deepStrictEqual(yield* startedAt(seconds), ["1970-01-01T00:00:20.000Z", "1970-01-01T00:01:20.000Z"])
  }),

  "start once a day when the clock is set forward, later if there is no such time": Effect.gen(function* () {
    const times = everyTenMinutes("2026-03-28T23:00:00Z")
    yield* TestClock.setTime(Date.parse("2026-03-28T12:00:00Z"))
    yield* put()
    assert.deepStrictEqual(yield* startedAt(times), ["2026-03-29T01:00:00.000Z", "2026-03-30T01:00:00.000Z"])
    yield* JobSchedules.JobSchedules.use((schedules) => schedules.remove("nightly"))
    yield* TestClock.setTime(Date.parse("2026-03-28T12:00:00Z"))
    yield* put({ cron: "30 2 * * *" })
    // 02:30 does not exist on March 29: it is 03:30 in Berlin
    assert.deepStrictEqual(yield* startedAt(times), ["2026-03-29T01:30:00.000Z", "2026-03-30T00:30:00.000Z"])
  }),

  "start once a day when the clock is set back, at the first of two equal times": Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-10-24T12:00:00Z"))
    yield* put({ cron: "30 2 * * *" })
    const times = everyTenMinutes("2026-10-24T23:00:00Z")
    assert.deepStrictEqual(yield* startedAt(times), ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"])
  }),

  "start the others though one of them cannot be read": Effect.gen(function* () {
    yield* put({ name: "a", cron: "never" })
    yield* put({ name: "b", timeZone: "Europe/Berln" })
    yield* put({ name: "c" })
    assert.deepStrictEqual(yield* startedAt(["1970-01-01T02:00:00Z"]), ["a", "b", "1970-01-01T02:00:00.000Z"])
  })
}

/** A schedule of a built-in kind. */
export const schedule = (change: Partial<JobSchedules.Request> = {}) =>
  Effect.provide(
    JobSchedules.schedule({
      ...{ name: "nightly", account: "production", kind: "replicate", cron: "0 3 * * *", timeZone: "Europe/Berlin" },
      options: { regions: ["ams3"], images: [166404101] },
      ...change
    }),
    BuiltInKinds.layer
  )
