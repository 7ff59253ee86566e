import type { JobStore, StoredJob } from "@effect-digitalocean/jobs/durable"
import { assert } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

type Store = JobStore.JobStore["Service"]

const problem: StoredJob.Problem = { tag: "T", message: "a \0 and a \u{1F4A9}" }

const submission = (id: string, change: Partial<JobStore.Submission> = {}): JobStore.Submission => ({
  ...{
    id,
    account: "a",
    kind: "replicate",
    version: 1,
    intention: `of ${id}`,
    options: { images: [1], note: "\0'\"\\" }
  },
  ...change
})

const ending = (state: JobStore.Ending["state"]): JobStore.Ending => ({ state, problem: null, left: [] })

const event = (key: string, outcome: StoredJob.OutcomeTag | null, value: string = key): StoredJob.StoredEvent => ({
  key,
  outcome,
  event: { value }
})

/** Submits a job, and returns it. */
const submitted = (store: Store, id: string, change?: Partial<JobStore.Submission>) =>
  Effect.map(store.submit(submission(id, change)), ({ job }) => job)

/** Submits a job and claims it. */
const running = (store: Store, id: string) =>
  Effect.flatMap(submitted(store, id), (job) => Effect.flatMap(store.claim(job), Effect.fromOption))

const done = (store: Store, id: string) => Effect.tap(running(store, id), (job) => store.finish(job, ending("done")))

const got = (store: Store, id: string) => Effect.flatMap(store.get(id), Effect.fromOption)

/** The results of a job, each as `key outcome value`. */
const results = (store: Store, id: string) =>
  Effect.map(store.results(id), (all) =>
    all.map(({ event, key, outcome }) => `${key} ${outcome} ${(event as { readonly value: string }).value}`)
  )

const textOf = (change: JobStore.Change) =>
  change._tag === "Job" ? change.job.state : (change.event as { readonly value: string }).value

/** Collects what a follower of a job sees, which is there before the returned effect ends. */
const following = (store: Store, id: string) =>
  Effect.gen(function* () {
    const isFollowing = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkChild(
      Stream.runCollect(
        Stream.tap(store.changes(id), (change) =>
          change._tag === "Job" ? Deferred.succeed(isFollowing, undefined) : Effect.void
        )
      )
    )
    yield* Deferred.await(isFollowing)
    return Effect.map(Fiber.join(fiber), (changes) => changes.map(textOf))
  })

/** What every store does, by a name that completes "a store ...". */
export const behaviours: Readonly<Record<string, (store: Store) => Effect.Effect<void, unknown>>> = {
  "returns a job as it was submitted": Effect.fnUntraced(function* (store) {
    yield* TestClock.adjust(1234)
    const { isNew, job } = yield* store.submit(submission("1"))
    assert.isTrue(isNew)
    assert.deepStrictEqual(job, {
      ...submission("1"),
      ...{ epoch: 1, plan: null, state: "submitted", attempts: 0, failovers: 0, problem: null, left: [] },
      ...{ isCancelled: false, submittedAt: DateTime.makeUnsafe(1234), nextAttemptAt: null },
      ...{ startedAt: null, finishedAt: null }
    })
    assert.deepStrictEqual(yield* got(store, "1"), job)
    assert.isTrue(Option.isNone(yield* store.get("2")))
    assert.isEmpty(yield* store.results("2"))
  }),

  "joins a submission to an unfinished job of the same intention, however long": Effect.fnUntraced(function* (store) {
    const intention = Array.from({ length: 2000 }, (_, index) => `${index * 7919}`).join()
    yield* submitted(store, "1", { intention })
    const joined = yield* store.submit(submission("2", { intention }))
    assert.deepStrictEqual([joined.isNew, joined.job.id], [false, "1"])
    const claimed = yield* Effect.flatMap(store.claim(joined.job), Effect.fromOption)
    assert.isFalse((yield* store.submit(submission("3", { intention }))).isNew)
    yield* store.finish(claimed, ending("incomplete"))
    const later = yield* store.submit(submission("4", { intention }))
    assert.deepStrictEqual([later.isNew, later.job.id], [true, "4"])
  }),

  "makes one job of 20 submissions at once": Effect.fnUntraced(function* (store) {
    const all = yield* Effect.all(
      Array.from({ length: 20 }, (_, index) => store.submit(submission(`${index}`, { intention: "same" }))),
      { concurrency: "unbounded" }
    )
    assert.strictEqual(new Set(all.map(({ job }) => job.id)).size, 1)
    assert.strictEqual(all.filter(({ isNew }) => isNew).length, 1)
    assert.strictEqual((yield* store.list()).length, 1)
  }),

  "counts attempts and failovers, and claims no finished job and no other epoch": Effect.fnUntraced(function* (store) {
    const job = yield* submitted(store, "1")
    yield* TestClock.adjust("1 minute")
    const first = yield* Effect.flatMap(store.claim(job), Effect.fromOption)
    assert.deepInclude(first, { state: "running", attempts: 1, failovers: 0, startedAt: DateTime.makeUnsafe(60_000) })
    yield* TestClock.adjust("1 minute")
    const second = yield* Effect.flatMap(store.claim(job), Effect.fromOption)
    assert.deepInclude(second, { attempts: 1, failovers: 1, startedAt: DateTime.makeUnsafe(60_000) })
    assert.isTrue(Option.isNone(yield* store.claim({ id: "1", epoch: 2 })))
    assert.isTrue(Option.isNone(yield* store.claim({ id: "2", epoch: 1 })))
    yield* store.finish(second, ending("done"))
    assert.isTrue(Option.isNone(yield* store.claim(job)))
  }),

  "keeps a plan for later attempts": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    yield* store.savePlan(job, { items: ["\0"] })
    assert.deepStrictEqual((yield* Effect.flatMap(store.claim(job), Effect.fromOption)).plan, { items: ["\0"] })
  }),

  "puts a job back for another attempt": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    const at = DateTime.makeUnsafe(90_001)
    yield* store.postpone(job, at, problem)
    assert.deepInclude(yield* got(store, "1"), { state: "submitted", attempts: 1, nextAttemptAt: at, problem })
    const again = yield* Effect.flatMap(store.claim(job), Effect.fromOption)
    assert.deepInclude(again, { attempts: 2, failovers: 0, nextAttemptAt: null, problem })
  }),

  "releases a job in a new epoch, without counting the attempt, and keeps its results": Effect.fnUntraced(
    function* (store) {
      const job = yield* running(store, "1")
      yield* store.saveEvent(job, event("x", "Done"))
      yield* store.release(job)
      assert.deepInclude(yield* got(store, "1"), { state: "submitted", attempts: 0, epoch: 2 })
      assert.deepStrictEqual(yield* results(store, "1"), ["x Done x"])
      assert.isTrue(Option.isNone(yield* store.claim(job)))
      assert.isTrue(Option.isSome(yield* store.claim({ id: "1", epoch: 2 })))
    }
  ),

  "ignores what an older claim saves, of another epoch and of the same": Effect.fnUntraced(function* (store) {
    const first = yield* running(store, "1")
    yield* store.release(first)
    const second = yield* Effect.flatMap(store.claim({ id: "1", epoch: 2 }), Effect.fromOption)
    yield* Effect.flatMap(store.claim(second), Effect.fromOption)
    const before = yield* got(store, "1")
    for (const claim of [first, second]) {
      yield* store.savePlan(claim, 1)
      yield* store.saveEvent(claim, event("x", "Done"))
      assert.isFalse(yield* store.postpone(claim, DateTime.makeUnsafe(0), problem))
      assert.isFalse(yield* store.release(claim))
      assert.isFalse(yield* store.finish(claim, ending("done")))
      assert.deepStrictEqual(yield* got(store, "1"), before)
      assert.isEmpty(yield* store.results("1"))
    }
    assert.isTrue(yield* store.finish(before, ending("done")))
  }),

  "returns results in the order in which they finished, the latest of each item": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    yield* store.saveEvent(job, event("b", "Failed"))
    yield* store.saveEvent(job, event("a", null, "progress"))
    yield* store.saveEvent(job, event("a", "Done"))
    yield* store.saveEvent(job, event("b", "TimedOut", "again"))
    yield* store.saveEvent(job, event("c\0", "Skipped", "\0"))
    const [, , last] = yield* store.results("1")
    assert.deepInclude(last, { outcome: "Skipped", event: { value: "\0" } })
    assert.deepStrictEqual((yield* results(store, "1")).slice(0, 2), ["a Done a", "b TimedOut again"])
  }),

  "does not replace Done by Skipped, but by any other outcome": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    yield* store.saveEvent(job, event("a", "Done", "value"))
    yield* store.saveEvent(job, event("b", "Failed"))
    yield* store.saveEvent(job, event("a", "Skipped"))
    yield* store.saveEvent(job, event("b", "Skipped", "later"))
    assert.deepStrictEqual(yield* results(store, "1"), ["a Done value", "b Skipped later"])
    yield* store.saveEvent(job, event("a", "Failed", "f"))
    assert.deepStrictEqual(yield* results(store, "1"), ["b Skipped later", "a Failed f"])
  }),

  "finishes a job with its problem and what is left": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    yield* TestClock.adjust("1 hour")
    yield* store.finish(job, { state: "cancelled", problem, left: ["x\0"] })
    const finishedAt = DateTime.makeUnsafe(3_600_000)
    assert.deepInclude(yield* got(store, "1"), { state: "cancelled", problem, left: ["x\0"], finishedAt })
  }),

  "runs only a finished job again, in a new epoch without the results of the last": Effect.fnUntraced(
    function* (store) {
      const job = yield* running(store, "1")
      assert.isTrue(Option.isNone(yield* store.resubmit("1")))
      assert.isTrue(Option.isNone(yield* store.resubmit("2")))
      yield* store.savePlan(job, 1)
      yield* store.saveEvent(job, event("x", "Done"))
      yield* store.finish(job, { state: "failed", problem, left: ["x"] })
      yield* TestClock.adjust("1 hour")
      const again = yield* Effect.flatMap(store.resubmit("1"), Effect.fromOption)
      const submittedAt = DateTime.makeUnsafe(3_600_000)
      assert.deepStrictEqual(again, { ...(yield* got(store, "1")), state: "submitted", epoch: 2, submittedAt })
      assert.deepInclude(again, { plan: null, attempts: 0, problem: null, left: [], finishedAt: null })
      assert.isEmpty(yield* store.results("1"))
    }
  ),

  "joins a job that is run again to an unfinished one of the same intention": Effect.fnUntraced(function* (store) {
    yield* submitted(store, "1", { intention: "same" })
    const first = yield* Effect.flatMap(store.claim({ id: "1", epoch: 1 }), Effect.fromOption)
    yield* store.finish(first, ending("failed"))
    yield* submitted(store, "2", { intention: "same" })
    assert.strictEqual((yield* Effect.flatMap(store.resubmit("1"), Effect.fromOption)).id, "2")
    assert.deepInclude(yield* got(store, "1"), { state: "failed", epoch: 1 })
  }),

  "cancels a submitted job at once, marks a running one, and leaves a finished one": Effect.fnUntraced(
    function* (store) {
      yield* submitted(store, "1")
      const job = yield* running(store, "2")
      yield* done(store, "3")
      yield* TestClock.adjust("1 second")
      const cancel = (id: string) => Effect.flatMap(store.cancel(id), Effect.fromOption)
      const finishedAt = DateTime.makeUnsafe(1000)
      assert.deepInclude(yield* cancel("1"), { state: "cancelled", isCancelled: true, finishedAt })
      assert.deepInclude(yield* cancel("2"), { state: "running", isCancelled: true, finishedAt: null })
      assert.deepInclude(yield* cancel("3"), { state: "done", isCancelled: false })
      assert.isTrue(Option.isNone(yield* store.cancel("4")))
      assert.isTrue((yield* Effect.flatMap(store.claim(job), Effect.fromOption)).isCancelled)
    }
  ),

  "streams what is there, and each change until the end": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    yield* store.saveEvent(job, event("before", "Failed"))
    const all = yield* following(store, "1")
    yield* store.saveEvent(job, event("a", null, "started"))
    yield* store.saveEvent(job, event("a", null, "\0 progress"))
    yield* store.saveEvent(job, event("a", "Done"))
    yield* store.finish(job, ending("done"))
    assert.deepStrictEqual(yield* all, ["before", "running", "started", "\0 progress", "a", "done"])
    assert.deepStrictEqual((yield* Stream.runCollect(store.changes("1"))).map(textOf), ["before", "a", "done"])
    assert.isEmpty(yield* Stream.runCollect(store.changes("2")))
  }),

  "streams only the changes of its own job, to each of 30 followers": Effect.fnUntraced(function* (store) {
    const [job, other] = [yield* running(store, "1"), yield* running(store, "2")]
    const followers = yield* Effect.all(Array.from({ length: 30 }, () => following(store, "1")))
    for (let index = 0; index < 50; index++) {
      yield* store.saveEvent(other, event(`other ${index}`, "Done"))
      yield* store.saveEvent(job, event(`own ${index}`, "Done"))
    }
    yield* store.finish(job, ending("done"))
    const expected = ["running", ...Array.from({ length: 50 }, (_, index) => `own ${index}`), "done"]
    for (const follower of followers) assert.deepStrictEqual(yield* follower, expected)
  }),

  "streams an outcome of 100 KB": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    const all = yield* following(store, "1")
    const large = "ü".repeat(50_000)
    yield* store.saveEvent(job, event("a", null, "x".repeat(7000)))
    yield* store.saveEvent(job, event("a", "Done", large))
    yield* store.finish(job, ending("done"))
    assert.deepStrictEqual(
      (yield* all).map(({ length }) => length),
      [7, 7000, 50_000, 4]
    )
  }),

  "deletes what finished before a time, with its results": Effect.fnUntraced(function* (store) {
    const job = yield* running(store, "1")
    yield* store.saveEvent(job, event("x", "Done"))
    yield* store.finish(job, ending("done"))
    yield* TestClock.adjust("1 hour")
    yield* done(store, "2")
    yield* submitted(store, "3")
    assert.strictEqual(yield* store.purge(DateTime.makeUnsafe(3_600_000)), 1)
    assert.deepStrictEqual((yield* store.list()).map(({ id }) => id).toSorted(), ["2", "3"])
    assert.isEmpty(yield* store.results("1"))
    assert.strictEqual(yield* store.purge(DateTime.makeUnsafe(3_600_000)), 0)
  }),

  "returns what is due, the oldest first": Effect.fnUntraced(function* (store) {
    yield* submitted(store, "1")
    yield* TestClock.adjust("1 second")
    yield* submitted(store, "2", { kind: "release" })
    const job = yield* running(store, "3")
    yield* done(store, "4")
    const due = (at: number, limit = 10) =>
      Effect.map(store.due(DateTime.makeUnsafe(at), limit), (jobs) => jobs.map(({ id }) => id).join(""))
    assert.deepStrictEqual((yield* store.due(DateTime.makeUnsafe(0), 10))[1], {
      ...{ id: "2", epoch: 1, kind: "release", version: 1 }
    })
    assert.strictEqual(yield* due(0), "12")
    assert.strictEqual(yield* due(0, 1), "1")
    yield* store.postpone(job, DateTime.makeUnsafe(3_600_000), { tag: "T", message: "m" })
    assert.strictEqual(yield* due(3_599_999), "12")
    assert.strictEqual(yield* due(3_600_000), "123")
  }),

  "confirms a claim until the job is cancelled, and says when it is lost": Effect.fnUntraced(function* (store) {
    const first = yield* running(store, "1")
    assert.strictEqual(yield* store.confirm(first), "held")
    assert.strictEqual(yield* store.confirm({ ...first, epoch: 2 }), "lost")
    assert.strictEqual(yield* store.confirm({ ...first, id: "none" }), "lost")
    const second = yield* Effect.flatMap(store.claim(first), Effect.fromOption)
    assert.strictEqual(yield* store.confirm(first), "lost")
    yield* store.cancel("1")
    assert.strictEqual(yield* store.confirm(second), "cancelled")
    yield* store.postpone(second, DateTime.makeUnsafe(0), problem)
    assert.strictEqual(yield* store.confirm(second), "lost")
  }),

  "counts what is not finished": Effect.fnUntraced(function* (store) {
    assert.deepStrictEqual(yield* store.unfinished, { submitted: 0, running: 0 })
    yield* submitted(store, "1")
    yield* submitted(store, "2")
    yield* running(store, "3")
    yield* done(store, "4")
    assert.deepStrictEqual(yield* store.unfinished, { submitted: 2, running: 1 })
  }),

  "keeps the latest durations of each account": Effect.fnUntraced(function* (store) {
    assert.isTrue(Option.isNone(yield* store.durations("a")))
    yield* store.saveDurations("a", 1)
    yield* store.saveDurations("a", { version: 1, samples: ["\0'"] })
    yield* store.saveDurations("b", null)
    assert.deepStrictEqual(yield* store.durations("a"), Option.some({ version: 1, samples: ["\0'"] }))
    assert.deepStrictEqual(yield* store.durations("b"), Option.some(null))
  }),

  "lists the newest first, by account, kind and state": Effect.fnUntraced(function* (store) {
    yield* submitted(store, "1")
    yield* TestClock.adjust("1 second")
    yield* submitted(store, "2", { account: "b" })
    yield* TestClock.adjust("1 second")
    yield* submitted(store, "3", { kind: "release" })
    yield* TestClock.adjust("1 second")
    yield* done(store, "4")
    const list = (filter?: JobStore.Filter) =>
      Effect.map(store.list(filter), (jobs) => jobs.map(({ id }) => id).join(""))
    assert.strictEqual(yield* list(), "4321")
    assert.strictEqual(yield* list({ account: "a" }), "431")
    assert.strictEqual(yield* list({ kind: "release" }), "3")
    assert.strictEqual(yield* list({ states: ["submitted"] }), "321")
    assert.strictEqual(yield* list({ states: ["submitted", "done"], kind: "replicate", account: "a" }), "41")
    assert.strictEqual(yield* list({ states: [] }), "")
    assert.strictEqual(yield* list({ limit: 2 }), "43")
  })
}
