import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../../src/Action.ts"
import * as Actions from "../../src/Actions.ts"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { action } from "../support/recorded.ts"

const decode = Schema.decodeUnknownSync(Action.Action)
const started = decode(action())

interface Poll {
  readonly path: string
  readonly at: number
}

/** An account whose polls are answered by the time they are made at, in seconds, and are remembered. */
const account = (answer: (seconds: number, path: string, poll: number) => RecordingClient.Answer) => {
  const polls: Array<Poll> = []
  const http = RecordingClient.layerWith(
    ({ url }) =>
      (request) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const path = new URL(url).pathname
          return answer(now / 1000, path, polls.push({ path, at: now / 1000 }))(request)
        })
  )
  const layer = DigitalOcean.layer({ token: Redacted.make("any"), retry: { times: 0 } }).pipe(Layer.provide(http))
  return { layer, polls, times: () => polls.map(({ at }) => at) }
}

const state = (status: string, fields: object = {}) => RecordingClient.json({ action: action({ status, ...fields }) })
const endsAt =
  (end: number, status = "completed") =>
  (seconds: number) =>
    state(seconds < end ? "in-progress" : status)
const after = <A, E, R>(duration: Duration.Input, program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    yield* TestClock.adjust(duration)
    return yield* Fiber.join(fiber)
  })
const wait = (ref: Action.Ref, options?: Actions.AwaitOptions) =>
  Actions.Actions.use((actions) => actions.await(ref, options))

describe("the default schedule", () => {
  it.effect("polls with an eighth of the rate limit, and from an age of 240 s on after every eightieth of it", () => {
    const { layer, times } = account(endsAt(1500))
    return Effect.gen(function* () {
      yield* after("1 hour", wait(started))
      const pauses = times().map((at, i, all) => at - (all[i - 1] ?? 0))
      const [first, ...others] = new Set(pauses)
      assert.strictEqual(first, 2)
      assert.deepStrictEqual(others, [3, 4, 5, 6, 7, 8, 9, 10])
      assert.isTrue(times().every((at, i, all) => at - (all[i - 1] ?? 0) <= Math.max(2, at / 80)))
    }).pipe(Effect.provide(layer))
  })

  it.effect("polls at whole seconds of the clock, so that waits that start apart poll together", () => {
    const { layer, times } = account(endsAt(20))
    return Effect.gen(function* () {
      yield* TestClock.adjust("1300 millis")
      const one = yield* Effect.forkChild(wait(started))
      yield* TestClock.adjust("400 millis")
      const two = yield* Effect.forkChild(wait(started))
      yield* TestClock.adjust("2 minutes")
      yield* Effect.all([Fiber.join(one), Fiber.join(two)])
      assert.deepStrictEqual(times(), [3, 5, 7, 9, 11, 13, 15, 17, 19, 21])
    }).pipe(Effect.provide(layer))
  })
})

describe("await", () => {
  // R58: a name that was found a moment ago is not unknown for good
  for (const [what, code] of [
    ["no host", "ENOTFOUND"],
    ["what is not HTTP", "HPE_INVALID_CONSTANT"]
  ] as const)
    it.effect(`fails at once when its first poll finds ${what}, and survives it later`, () => {
      const unknown = RecordingClient.fail(code)
      const nowhere = account(() => unknown)
      const roaming = account((seconds) => (seconds > 3 && seconds < 60 ? unknown : endsAt(100)(seconds)))
      return Effect.gen(function* () {
        const error = yield* Effect.flip(wait(started.id)).pipe(Effect.provide(nowhere.layer))
        assert.strictEqual(error._tag, "DigitalOceanError")
        assert.strictEqual(nowhere.polls.length, 1)
        const ended = yield* after("1 hour", wait(started.id)).pipe(Effect.provide(roaming.layer))
        assert.strictEqual(ended.status, "completed")
      })
    })

  it.effect("polls when the user's schedule says so, and only then", () => {
    const { layer, times } = account(endsAt(20))
    return Effect.gen(function* () {
      const ended = yield* after("1 hour", wait(started, { schedule: Schedule.spaced("7 seconds") }))
      assert.isTrue(Action.isCompleted(ended))
      assert.deepStrictEqual(times(), [7, 14, 21])
    }).pipe(Effect.provide(layer))
  })

  it.effect("given an id asks for the first state at once", () => {
    const { layer, polls } = account(endsAt(10))
    return Effect.gen(function* () {
      yield* after("1 hour", wait(started.id, { schedule: Schedule.spaced("7 seconds") }))
      assert.deepStrictEqual(
        polls,
        [0, 7, 14].map((at) => ({ path: "/v2/actions/36805527", at }))
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("of an action that has ended sends nothing", () => {
    const { layer, polls } = account(endsAt(0))
    return Effect.gen(function* () {
      yield* wait(decode(action({ status: "completed" })))
      assert.deepStrictEqual(polls, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails at once when the action errored, with the action", () => {
    const { layer, times } = account(endsAt(3, "errored"))
    return Effect.gen(function* () {
      const error = yield* after("1 hour", Effect.flip(wait(started)))
      assert.instanceOf(error, Actions.ActionErrored)
      assert.strictEqual(error.action.status, "errored")
      assert.deepStrictEqual(times(), [2, 4])
    }).pipe(Effect.provide(layer))
  })

  it.effect("of an action that had errored sends nothing", () => {
    const { layer, polls } = account(endsAt(0))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(wait(decode(action({ status: "errored" }))))
      assert.strictEqual(error._tag, "ActionErrored")
      assert.deepStrictEqual(polls, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes a status nobody knows for unfinished", () => {
    const { layer } = account((seconds) => state(seconds < 5 ? "contemplating" : "completed"))
    return Effect.gen(function* () {
      assert.isTrue(Action.isCompleted(yield* after("1 hour", wait(started))))
    }).pipe(Effect.provide(layer))
  })

  it.effect("past its deadline fails with the last state and what resumes it", () => {
    const { layer } = account(endsAt(1e9))
    return Effect.gen(function* () {
      const error = yield* after("1 hour", Effect.flip(wait(started, { timeout: "2 minutes" })))
      assert.instanceOf(error, Actions.ActionTimedOut)
      assert.strictEqual(error.id, started.id)
      assert.strictEqual(error.action?.status, "in-progress")
      assert.strictEqual(Duration.toSeconds(error.elapsed), 120)
      assert.include(error.message, "await 36805527 to continue")
    }).pipe(Effect.provide(layer))
  })

  it.effect("past its deadline ends a poll that hangs", () => {
    const { layer } = account(() => RecordingClient.hang)
    return Effect.gen(function* () {
      const error = yield* after("5 seconds", Effect.flip(wait(started, { timeout: "5 seconds" })))
      assert.strictEqual(error._tag, "ActionTimedOut")
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails as at a deadline when its schedule ends first", () => {
    const { layer, times } = account(endsAt(1e9))
    return Effect.gen(function* () {
      const schedule = Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 3 }))
      const error = yield* after("1 hour", Effect.flip(wait(started, { schedule })))
      assert.strictEqual(error._tag, "ActionTimedOut")
      assert.deepStrictEqual(times(), [1, 2, 3])
    }).pipe(Effect.provide(layer))
  })

  it.effect("waits 24 hours by default", () => {
    const { layer } = account(endsAt(1e9))
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.flip(wait(started, { schedule: Schedule.spaced("1 hour") })))
      yield* TestClock.adjust("23 hours")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "ActionTimedOut")
    }).pipe(Effect.provide(layer))
  })

  it.effect("sends nothing more when it is interrupted, and is no success", () => {
    const { layer, polls } = account(endsAt(60))
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(wait(started))
      yield* TestClock.adjust("5 seconds")
      const before = polls.length
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      assert.strictEqual(polls.length, before)
    }).pipe(Effect.provide(layer))
  })

  for (const [name, failing] of [
    ["503", RecordingClient.json({}, 503)],
    ["HTML as a success", RecordingClient.answer(200, "<html>")],
    ["a lost connection", RecordingClient.fail("ECONNRESET")]
  ] as const) {
    it.effect(`survives ten minutes of polls that end in ${name}, not more`, () => {
      const flaky = account((seconds) => (seconds % 600 < 10 ? state("in-progress") : failing))
      const dead = account(() => failing)
      return Effect.gen(function* () {
        const schedule = Schedule.spaced("10 seconds")
        const survivor = yield* Effect.forkChild(wait(started, { schedule })).pipe(Effect.provide(flaky.layer))
        const victim = yield* Effect.forkChild(Effect.flip(wait(started, { schedule }))).pipe(
          Effect.provide(dead.layer)
        )
        yield* TestClock.adjust("599 seconds")
        assert.isUndefined(victim.pollUnsafe())
        yield* TestClock.adjust("2 hours")
        assert.isUndefined(survivor.pollUnsafe())
        assert.strictEqual((yield* Fiber.join(victim))._tag, "DigitalOceanError")
        assert.strictEqual(dead.times().at(-1), 610)
      })
    })
  }

  it.effect("waits for a budget of the hour, and asks no more often than the answer says", () => {
    const spent = { "ratelimit-limit": "5000", "ratelimit-remaining": "0", "ratelimit-reset": "1800" }
    const { layer, times } = account((seconds) =>
      seconds < 1800 ? RecordingClient.json({}, 429, spent) : state("completed")
    )
    return Effect.gen(function* () {
      assert.isTrue(Action.isCompleted(yield* after("1 hour", wait(started))))
      assert.isAtMost(times().length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("asks again after an hour, whatever a 429 says", () => {
    const { layer } = account((seconds) =>
      seconds < 1800 ? RecordingClient.json({}, 429, { "retry-after": "31536000" }) : state("completed")
    )
    return Effect.gen(function* () {
      assert.isTrue(Action.isCompleted(yield* after("2 hours", wait(started))))
    }).pipe(Effect.provide(layer))
  })

  it.effect("survives a 403 that passes, not one that stays", () => {
    const forbidden = RecordingClient.json({ id: "forbidden", message: "m" }, 403)
    const passing = account((seconds) => (seconds <= 3 ? forbidden : state("completed")))
    const staying = account(() => forbidden)
    return Effect.gen(function* () {
      const schedule = Schedule.spaced("1 second")
      yield* after("1 hour", wait(started, { schedule })).pipe(Effect.provide(passing.layer))
      const error = yield* after("1 hour", Effect.flip(wait(started, { schedule }))).pipe(Effect.provide(staying.layer))
      assert.propertyVal(error, "_tag", "DigitalOceanError")
    })
  })

  it.effect("asks the image where the account's actions are forbidden, and goes on asking there", () => {
    const { layer, polls } = account((seconds, path) =>
      path.startsWith("/v2/actions") ? RecordingClient.json({}, 403) : endsAt(3)(seconds)
    )
    return Effect.gen(function* () {
      yield* after("1 hour", wait(started))
      assert.deepStrictEqual(
        polls.map(({ path }) => path),
        ["/v2/actions/36805527", "/v2/images/7938291/actions/36805527", "/v2/images/7938291/actions/36805527"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails at once when the token is refused", () => {
    const { layer, polls } = account(() => RecordingClient.json({ id: "unauthorized", message: "m" }, 401))
    return Effect.gen(function* () {
      const error = yield* after("1 hour", Effect.flip(wait(started)))
      assert.propertyVal(error, "_tag", "DigitalOceanError")
      assert.strictEqual(polls.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes a 404 for 'not visible yet' for 30 seconds", () => {
    const { layer } = account((seconds) => (seconds < 25 ? RecordingClient.json({}, 404) : endsAt(40)(seconds)))
    return Effect.gen(function* () {
      assert.isTrue(Action.isCompleted(yield* after("1 hour", wait(started))))
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes an action for deleted whose polls are 404 for 30 seconds", () => {
    const { layer, times } = account(() => RecordingClient.json({}, 404))
    return Effect.gen(function* () {
      const error = yield* after("1 hour", Effect.flip(wait(started)))
      assert.instanceOf(error, Actions.ActionNotFound)
      const polls = times()
      assert.isAtLeast(polls.at(-1)! - polls[0]!, 30)
      assert.isBelow(polls.at(-2)! - polls[0]!, 30)
    }).pipe(Effect.provide(layer))
  })

  it.effect("waits on after a poll that is 404 for a moment, also after minutes of other failures", () => {
    const failing = (seconds: number) => (seconds < 480 ? 200 : seconds < 600 ? 503 : seconds < 610 ? 404 : 200)
    const { layer } = account((seconds) =>
      failing(seconds) === 200 ? endsAt(700)(seconds) : RecordingClient.json({}, failing(seconds))
    )
    return Effect.gen(function* () {
      const schedule = Schedule.spaced("8 seconds")
      assert.isTrue(Action.isCompleted(yield* after("1 hour", wait(started, { schedule }))))
    }).pipe(Effect.provide(layer))
  })
})

describe("an invalid duration", () => {
  for (const [field, duration] of [
    ["timeout", "soon"],
    ["timeout", -1],
    ["notFoundGracePeriod", Number.NaN],
    ["transientErrorTimeout", "-2 seconds"]
  ] as const) {
    it.effect(`is refused as ${field} before anything is asked: ${duration}`, () => {
      const { layer, polls } = account(() => state("completed"))
      return Effect.gen(function* () {
        const error = yield* Effect.flip(wait(started, { [field]: duration as Duration.Input }))
        assert.propertyVal(error, "operation", "Actions.await")
        assert.deepInclude((error as { reason: object }).reason, { _tag: "InvalidInput", field })
        assert.deepStrictEqual(polls, [])
      }).pipe(Effect.provide(layer))
    })
  }
})

describe("watch", () => {
  const watch = (ref: Action.Ref) => Stream.unwrap(Actions.Actions.use((actions) => Effect.succeed(actions.watch(ref))))

  it.effect("tells each state once, the one handed in first, and ends after the last", () => {
    const { layer } = account((seconds) =>
      seconds < 20
        ? state("in-progress")
        : seconds < 40
          ? state("in-progress", { region_slug: "x" })
          : state("completed")
    )
    return Effect.gen(function* () {
      const states = yield* after("1 hour", Stream.runCollect(watch(started)))
      assert.deepStrictEqual(
        states.map(({ region_slug, status }) => [status, region_slug]),
        [
          ["in-progress", "sfo3"],
          ["in-progress", "x"],
          ["completed", "sfo3"]
        ]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("ends with 'errored' as a state, not as a failure", () => {
    const { layer } = account(endsAt(3, "errored"))
    return Effect.gen(function* () {
      const states = yield* after("1 hour", Stream.runCollect(watch(started.id)))
      assert.deepStrictEqual(
        states.map(({ status }) => status),
        ["in-progress", "errored"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("can be run twice", () => {
    const { layer } = account(endsAt(3))
    return Effect.gen(function* () {
      const stream = watch(started)
      const first = yield* after("1 hour", Stream.runCount(stream))
      assert.deepStrictEqual([first, yield* after("1 hour", Stream.runCount(stream))], [2, 2])
    }).pipe(Effect.provide(layer))
  })
})

describe("awaitAll", () => {
  it.effect("tells how each ended as it ends; one failure loses no other", () => {
    const { layer } = account((seconds, path) => {
      const id = Number(path.split("/").at(-1))
      const status = id === 2 ? "errored" : "completed"
      return seconds < 30 - 8 * id
        ? state("in-progress", { id })
        : id === 4
          ? RecordingClient.json({ id: "unauthorized", message: "m" }, 401)
          : state(status, { id })
    })
    return Effect.gen(function* () {
      const refs = [1, 2, 3, 4].map((id) => decode(action({ id })))
      const outcomes = yield* after(
        "1 hour",
        Stream.runCollect(Stream.unwrap(Actions.Actions.use((actions) => Effect.succeed(actions.awaitAll(refs)))))
      )
      assert.deepStrictEqual(
        outcomes.map(({ id, result }) => [id, Result.isSuccess(result) ? result.success.status : result.failure._tag]),
        [
          [4, "DigitalOceanError"],
          [3, "completed"],
          [2, "ActionErrored"],
          [1, "completed"]
        ]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("durations", () => {
  const sample = (
    id: number,
    seconds: number,
    fields: Partial<Actions.DurationSample> = {}
  ): Actions.DurationSample => ({
    id,
    type: "transfer",
    resource_type: "image",
    resource_id: 1_000_000 + id,
    region_slug: null,
    size_gigabytes: null,
    seconds,
    ...fields
  })
  const add = (...samples: ReadonlyArray<Actions.DurationSample>) =>
    Actions.Actions.use((actions) => actions.addDurations(samples))

  it.effect("that are added determine when a wait polls", () => {
    const { layer, times } = account(endsAt(100))
    return Effect.gen(function* () {
      yield* add(sample(1, 100), sample(2, 102), sample(3, 104))
      yield* after("1 hour", wait(started))
      assert.deepStrictEqual(times().slice(0, 8), [10, 20, 30, 40, 50, 63, 79, 80])
    }).pipe(Effect.provide(layer))
  })

  it.effect("of actions that a wait saw completed can be kept as JSON, and added to another client", () => {
    const { layer } = account((seconds) =>
      state(seconds < 100 ? "in-progress" : "completed", {
        started_at: "1970-01-01T00:00:00Z",
        completed_at: seconds < 100 ? null : "1970-01-01T00:01:40Z"
      })
    )
    const one = decode(action({ started_at: "1970-01-01T00:00:00Z" }))
    const codec = Schema.toCodecJson(Schema.Array(Actions.DurationSample))
    return Effect.gen(function* () {
      yield* after("1 hour", wait(one, { sizeGigabytes: 2.5 }))
      const learned = yield* Actions.Actions.use((actions) => actions.durations)
      assert.deepStrictEqual(learned, [
        sample(one.id, 100, { resource_id: one.resource_id, region_slug: one.region_slug, size_gigabytes: 2.5 })
      ])
      const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(learned)))
      yield* add(...Schema.decodeUnknownSync(codec)(json)).pipe(Effect.provide(Layer.fresh(layer)))
    }).pipe(Effect.provide(layer))
  })

  for (const seconds of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    it.effect(`are refused if they are ${seconds} seconds`, () => {
      const { layer } = account(endsAt(0))
      return Effect.gen(function* () {
        const error = yield* Effect.flip(add(sample(1, seconds)))
        assert.deepInclude(error.reason, { _tag: "InvalidInput", field: "seconds" })
      }).pipe(Effect.provide(layer))
    })
  }
})

describe("the errors of a wait", () => {
  for (const error of [
    new Actions.ActionErrored({ action: started }),
    new Actions.ActionTimedOut({ id: started.id, action: started, elapsed: Duration.seconds(7), polls: 3 }),
    new Actions.ActionTimedOut({ id: started.id, action: null, elapsed: Duration.zero, polls: 0 }),
    new Actions.ActionNotFound({ id: started.id, action: null })
  ]) {
    it(`${error._tag} comes back from JSON as the same class`, () => {
      const schema = error.constructor as unknown as Schema.Codec<typeof error, unknown>
      const back = Schema.decodeUnknownSync(schema)(JSON.parse(JSON.stringify(Schema.encodeSync(schema)(error))))
      assert.instanceOf(back, error.constructor as new () => unknown)
      assert.strictEqual(back.message, error.message)
    })
  }
})

describe("Actions", () => {
  diesUnimplemented("get", Actions.Actions.use((actions) => actions.get(7)).pipe(Effect.provide(Actions.layerTest({}))))
})
