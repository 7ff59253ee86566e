import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../../../src/Action.ts"
import * as Actions from "../../../src/Actions.ts"
import { answering, decode, wait } from "../../support/polling.ts"
import { action } from "../../support/recorded.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** An action: of which image it is, when its wait starts, and how long it takes, in seconds. */
const Work = Schema.Struct({ image: between(1, 4), startsAt: between(0, 30), seconds: between(1, 400) })
type Work = typeof Work.Type
const Works = Schema.Array(Work).check(Schema.isMinLength(1), Schema.isMaxLength(6))

const firstId = 1000
const timestamp = (seconds: number) => new Date(1000 * seconds).toISOString()

/** An action as it is at a time, in seconds; it has an end between two polls. */
const stateOf = ({ image, seconds, startsAt }: Work, id: number, now: number) => {
  const isDone = now >= startsAt + seconds + 0.5
  return action({
    id,
    resource_id: image,
    status: isDone ? "completed" : "in-progress",
    started_at: timestamp(startsAt),
    completed_at: isDone ? timestamp(startsAt + seconds) : null
  })
}

type Row = ReturnType<typeof action>

/** An account with these actions, whose lists show what `shown` makes of their rows. */
const account = (works: ReadonlyArray<Work>, shown: (rows: ReadonlyArray<Row>, now: number) => ReadonlyArray<Row>) =>
  answering((now, url) => {
    const started = works.map((work, i) => [work, firstId + i] as const).filter(([work]) => work.startsAt <= now)
    const [, , collection, id, , actionId] = url.pathname.split("/")
    const one = collection === "actions" ? id : actionId
    const found = started.find(([, id]) => id === Number(one))
    if (found !== undefined) return RecordingClient.json({ action: stateOf(...found, now) })
    const listed = started.filter(([work]) => collection === "actions" || work.image === Number(id)).toReversed()
    const rows = shown(
      listed.map(([work, id]) => stateOf(work, id, now)),
      now
    )
    return RecordingClient.json({ actions: rows, links: {}, meta: { total: rows.length } })
  })

/** Waits for an action, and returns how many seconds after its end the wait ended. */
const lagOf = (work: Work, id: number, options?: Actions.AwaitOptions) =>
  Effect.gen(function* () {
    yield* Effect.sleep(Duration.seconds(work.startsAt))
    const done = yield* wait(decode(stateOf(work, id, work.startsAt)), options)
    assert.isTrue(Action.isCompleted(done))
    return (yield* Clock.currentTimeMillis) / 1000 - (work.startsAt + work.seconds + 0.5)
  })

/** Runs a program for a quarter of an hour, in steps of a second. */
const inSteps = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    for (let i = 0; i < 900 && fiber.pollUnsafe() === undefined; i++) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

const lags = (
  works: ReadonlyArray<Work>,
  options: (work: Work) => Actions.AwaitOptions | undefined,
  history: ReadonlyArray<Actions.DurationSample> = [],
  shown: (rows: ReadonlyArray<Row>, now: number) => ReadonlyArray<Row> = (rows) => rows
) =>
  Effect.gen(function* () {
    yield* Actions.Actions.use((actions) => actions.addDurations(history))
    const all = works.map((work, i) => lagOf(work, firstId + i, options(work)))
    return yield* inSteps(Effect.all(all, { concurrency: "unbounded" }))
  }).pipe(Effect.provide(Layer.provideMerge(account(works, shown).layer, TestClock.layer())))

const settings = { arbitrary: { runs: 12 }, timeout: 60_000 }

describe("a wait", () => {
  it.effect.prop(
    "notices an end by the next tick of its own schedule, whatever others poll",
    { works: Works, every: between(1, 40) },
    ({ every, works }) =>
      Effect.gen(function* () {
        const schedule = Schedule.spaced(Duration.seconds(every))
        const noticed = yield* lags(works, ({ image }) => (image < 3 ? { schedule } : undefined))
        for (const [i, lag] of noticed.entries()) {
          assert.isAtLeast(lag, 0)
          assert.isAtMost(lag, works[i]!.image < 3 ? every + 0.1 : 10.1)
        }
      }),
    settings
  )

  it.effect.prop(
    "notices an end 10 s or a quarter of the age late at most, however wrong the known durations are",
    { works: Works, wrong: Schema.Array(between(0, 100_000)).check(Schema.isMaxLength(6)) },
    ({ works, wrong }) =>
      Effect.gen(function* () {
        const history = wrong.map((seconds, i) => ({
          id: i + 1,
          type: "transfer",
          resource_type: "image",
          resource_id: 1 + (i % 4),
          region_slug: null,
          size_gigabytes: null,
          seconds
        }))
        const noticed = yield* lags(works, () => undefined, history)
        // delays are rounded up to whole seconds
        for (const [i, lag] of noticed.entries()) assert.isAtMost(lag, Math.max(10, works[i]!.seconds / 4) + 1.1)
      }),
    settings
  )

  it.effect.prop(
    "is not ended by rows that contradict what is known of the action",
    { works: Works, lies: Schema.Array(between(0, 3)).check(Schema.isMinLength(1), Schema.isMaxLength(8)) },
    ({ lies, works }) =>
      Effect.gen(function* () {
        const completed = { status: "completed", completed_at: timestamp(1) }
        const shown = (rows: ReadonlyArray<Row>, now: number): ReadonlyArray<Row> => {
          const lie = lies[Math.floor(now) % lies.length]
          if (lie === 1) return rows.map((row) => ({ ...row, ...completed, resource_id: 77 }))
          if (lie === 2) return rows.flatMap((row) => [row, { ...row, ...completed }])
          return lie === 3 ? rows.map((row) => ({ ...row, ...completed, type: "snapshot" })) : rows
        }
        for (const lag of yield* lags(works, () => undefined, [], shown)) {
          assert.isAtLeast(lag, 0)
          assert.isAtMost(lag, 10.1)
        }
      }),
    settings
  )

  it.effect.prop(
    "that is interrupted sends nothing more",
    { works: Works, interruptedAt: between(0, 400) },
    ({ interruptedAt, works }) => {
      const { layer, sent } = account(works, (rows) => rows)
      return Effect.gen(function* () {
        const all = works.map((work, i) => lagOf(work, firstId + i))
        const fiber = yield* Effect.forkChild(Effect.all(all, { concurrency: "unbounded" }))
        for (let i = 0; i < interruptedAt; i++) yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
        const before = sent.length
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(sent.length, before)
      }).pipe(Effect.provide(Layer.provideMerge(layer, TestClock.layer())))
    },
    settings
  )
})
