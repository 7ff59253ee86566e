import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../../../src/Action.ts"
import * as Actions from "../../../src/Actions.ts"
import * as DigitalOceanClient from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { action, image } from "../../support/recorded.ts"
import {
  account,
  answering,
  decode,
  during,
  fleet,
  forbidden,
  images,
  isList,
  many,
  page,
  paths,
  polls,
  regions,
  single,
  ticks,
  transfer,
  until,
  wait,
  waitAll
} from "../../support/polling.ts"

describe("waits for one image's actions", () => {
  it.effect("cost one request a tick, however many there are", () =>
    Effect.gen(function* () {
      const started = yield* Effect.forEach(regions, (region) => transfer(1, region))
      const ended = yield* during("1 hours", waitAll(started))
      assert.isTrue(ended.every(Action.isCompleted))
      assert.deepStrictEqual(yield* paths, ["/v2/images/1/actions"])
      assert.strictEqual((yield* polls).length, yield* ticks)
    }).pipe(Effect.provide(fleet(1)))
  )

  it.effect("share them with waits for the image, whichever service they are of", () =>
    Effect.gen(function* () {
      const started = yield* Effect.forEach(regions, (region) => transfer(1, region))
      const settled = Images.Images.use((images) => images.awaitIdle(1))
      yield* during("1 hours", Effect.all([waitAll(started), settled, settled], { concurrency: "unbounded" }))
      const sent = (yield* polls).filter(({ path }) => path !== "/v2/images/1")
      assert.strictEqual(sent.filter(({ path }) => path === "/v2/images/1/actions").length, sent.length)
      // the look when the last has ended comes on top
      assert.isAtMost(sent.length, (yield* ticks) + 1)
    }).pipe(Effect.provide(fleet(1)))
  )

  it.effect("share them when services are made apart, of one client", () => {
    const test = TestDigitalOcean.layer()
    const client = DigitalOceanClient.layer({ token: Redacted.make("any") }).pipe(Layer.provideMerge(test))
    const apart = Layer.mergeAll(Images.layer, Layer.fresh(Actions.layer)).pipe(Layer.provideMerge(client))
    return Effect.gen(function* () {
      const images = yield* Images.Images
      const action = yield* images.transfer(166404101, "sfo3")
      yield* during("1 hours", Effect.all([wait(action), images.awaitIdle(166404101)], { concurrency: 2 }))
      const times = (yield* polls).filter(({ path }) => path.endsWith(`/${action.id}`)).map(({ at }) => at)
      assert.strictEqual(new Set(times).size, times.length)
    }).pipe(Effect.provide(apart))
  })
})

describe("equal waits", () => {
  it.effect("share one answer", () =>
    Effect.gen(function* () {
      const started = yield* transfer(1)
      const ended = yield* during("1 hours", waitAll(Array.from({ length: 50 }, () => started)))
      assert.strictEqual(ended.length, 50)
      assert.deepStrictEqual(yield* paths, [`/v2/actions/${started.id}`])
      assert.strictEqual((yield* polls).length, yield* ticks)
    }).pipe(Effect.provide(fleet(1)))
  )

  it.effect("know together what one of them knows", () => {
    const { layer, sent } = answering((seconds, url) =>
      url.pathname.startsWith("/v2/actions") ? forbidden : single(url, until(3)(seconds))
    )
    const [one] = many(1)
    return Effect.gen(function* () {
      // who has only the id is the first in line when both ask
      yield* during("1 hours", Effect.all([wait(one!.id), Effect.delay(wait(one!), "1 second")], { concurrency: 2 }))
      assert.deepStrictEqual(
        sent.filter(({ at }) => at === 2).map(({ path }) => path),
        ["/v2/actions/1", "/v2/images/100/actions/1"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("of two clients share nothing", () => {
    const { layer, sent } = answering((seconds) =>
      RecordingClient.json({ action: action({ status: seconds < 5 ? "in-progress" : "completed" }) })
    )
    const one = wait(decode(action())).pipe(Effect.provide(Layer.fresh(layer)))
    return Effect.gen(function* () {
      yield* during("1 hours", Effect.all([one, one], { concurrency: 2 }))
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [2, 2, 4, 4, 6, 6]
      )
    })
  })
})

describe("polls", () => {
  it.effect("of any schedule share a request when they are due within 100 ms, and are not delayed by others", () => {
    const { layer, sent } = answering((seconds, url) =>
      isList(url) ? page(3, until(3)(seconds)) : single(url, until(3)(seconds))
    )
    const [a, b, c] = many(3)
    return Effect.gen(function* () {
      const every = (duration: `${number} millis`) => ({ schedule: Schedule.spaced(duration) })
      yield* during(
        "1 hours",
        Effect.all([wait(a!, every("1000 millis")), wait(b!, every("1060 millis")), wait(c!, every("1700 millis"))], {
          concurrency: 3
        })
      )
      assert.deepStrictEqual(sent[0], { path: "/v2/actions", at: 1.06 })
      assert.deepStrictEqual(sent[1], { path: "/v2/actions", at: 1.7 })
    }).pipe(Effect.provide(layer))
  })

  it.effect("of many ids started at once share requests", () =>
    Effect.gen(function* () {
      const started = yield* Effect.forEach([1, 2, 3, 4, 5], (image) => transfer(image))
      yield* during("1 hours", waitAll(started.map(({ id }) => id)))
      // the last one is polled alone
      assert.deepStrictEqual(yield* paths, ["/v2/actions", `/v2/actions/${started.at(-1)!.id}`])
      assert.strictEqual((yield* polls).filter(({ at }) => at < 1000).length, 1)
    }).pipe(Effect.provide(fleet(5)))
  )

  it.effect("go on when one of those who wait is interrupted", () =>
    Effect.gen(function* () {
      const [one, ...others] = yield* Effect.forEach([1, 2, 3], (image) => transfer(image))
      const fiber = yield* Effect.forkChild(wait(one!))
      yield* Effect.delay(Fiber.interrupt(fiber), "5 seconds").pipe(Effect.forkChild)
      const ended = yield* during("1 hours", waitAll(others))
      assert.strictEqual(ended.length, 2)
    }).pipe(Effect.provide(fleet(3)))
  )

  it.effect("end with the last who waits for them", () => {
    let interrupted = 0
    const hanging: RecordingClient.Answer = () =>
      Effect.onInterrupt(Effect.never, () =>
        Effect.sync(() => {
          interrupted += 1
        })
      )
    const { layer, sent } = answering(() => hanging)
    return Effect.gen(function* () {
      const [first, ...others] = yield* Effect.forEach(many(3), (one) => Effect.forkChild(wait(one)))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(sent.length, 1)
      yield* Fiber.interruptAll(others)
      assert.strictEqual(interrupted, 0)
      yield* Fiber.interrupt(first!)
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(interrupted, 1)
      assert.strictEqual(sent.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("that hang keep nobody past his deadline", () => {
    const { layer } = answering(() => RecordingClient.hang)
    return Effect.gen(function* () {
      const [one, two] = many(2)
      const late = yield* Effect.forkChild(wait(two!))
      const error = yield* during("5 seconds", Effect.flip(wait(one!, { timeout: "5 seconds" })))
      assert.strictEqual(error._tag, "ActionTimedOut")
      assert.isUndefined(late.pollUnsafe())
      yield* Fiber.interrupt(late)
    }).pipe(Effect.provide(layer))
  })
})

describe("a response to another wait's poll", () => {
  const [a, b] = many(2)
  const every = (duration: `${number} seconds`) => ({ schedule: Schedule.spaced(duration) })
  const account = (end: number) =>
    answering((seconds, url) => (isList(url) ? page(2, until(end)(seconds)) : single(url, until(end)(seconds))))

  it.effect("does not change when a user's schedule polls", () => {
    const { layer, sent } = account(20)
    return Effect.gen(function* () {
      yield* during(
        "1 hours",
        Effect.all([wait(a!, every("7 seconds")), wait(b!, every("3 seconds"))], { concurrency: 2 })
      )
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [3, 6, 7, 9, 12, 14, 15, 18, 21]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("ends a wait before its own schedule would poll", () => {
    const { layer, sent } = account(20)
    return Effect.gen(function* () {
      yield* during(
        "1 minutes",
        Effect.all([wait(a!, every("50 seconds")), wait(b!, every("9 seconds"))], { concurrency: 2 })
      )
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [9, 18, 27]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("is a poll of the default schedule", () => {
    const { layer, sent } = account(20)
    return Effect.gen(function* () {
      yield* during("1 minutes", Effect.all([wait(a!), wait(b!, every("1 seconds"))], { concurrency: 2 }))
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        Array.from({ length: 20 }, (_, i) => i + 1)
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("is an element of the progress of every wait on it", () => {
    const { layer } = account(20)
    return Effect.gen(function* () {
      const progress = Stream.unwrap(
        Actions.Actions.use((actions) => Effect.succeed(actions.progress(a!, every("50 seconds"))))
      )
      const [events] = yield* during(
        "1 minutes",
        Effect.all([Stream.runCollect(progress), wait(b!, every("9 seconds"))], { concurrency: 2 })
      )
      assert.deepStrictEqual(
        events.map(({ action, elapsed, polls }) => [Duration.toSeconds(elapsed), polls, action?.status]),
        [
          [0, 0, "in-progress"],
          [9, 1, "in-progress"],
          [18, 2, "in-progress"],
          [27, 3, "completed"]
        ]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("a schedule that throws", () => {
  const throwsAt = (call: number) => {
    let calls = 0
    return Actions.adaptive(() => {
      calls += 1
      if (calls >= call) throw new Error("a bug of the schedule")
      return "5 seconds"
    })
  }

  for (const call of [1, 2, 3]) {
    it.effect(`at its evaluation ${call} ends its own wait with the defect, and no other`, () => {
      const { layer } = answering((seconds, url) =>
        isList(url) ? page(2, until(60)(seconds)) : single(url, until(60)(seconds))
      )
      const [one, other] = many(2)
      return Effect.gen(function* () {
        const broken = yield* Effect.forkChild(Effect.exit(wait(one!, { schedule: throwsAt(call) })))
        const healthy = yield* Effect.forkChild(wait(other!))
        for (let i = 0; i < 90; i++) yield* TestClock.adjust("1 second")
        const exit = yield* Fiber.join(broken)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
        assert.strictEqual((yield* Fiber.join(healthy)).status, "completed")
      }).pipe(Effect.provide(layer))
    })
  }
})

describe("one response that lacks rows", () => {
  for (const [what, lacking] of [
    ["all of them", () => []],
    ["every other one", (rows: ReadonlyArray<object>) => rows.filter((_, i) => i % 2 === 0)]
  ] as const) {
    it.effect(`delays the waits by a poll, and is no reason to fetch them individually: ${what}`, () => {
      const rows = (status: string) =>
        many(100)
          .map(({ id }) => action({ id, resource_id: 99 + id, status }))
          .reverse()
      const { layer, sent } = answering((seconds, url) => {
        const status = until(60)(seconds)
        if (!isList(url)) return single(url, status)
        const shown = seconds > 20 && seconds < 23 ? lacking(rows(status)) : rows(status)
        return RecordingClient.json({ actions: shown, links: {}, meta: { total: 100 } })
      })
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(waitAll(many(100)))
        for (let i = 0; i < 70; i++) yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* Fiber.join(fiber)).length, 100)
        assert.deepStrictEqual([...new Set(sent.map(({ path }) => path))], ["/v2/actions"])
        assert.isAtMost(sent.at(-1)!.at, 63)
      }).pipe(Effect.provide(layer))
    })
  }
})

describe("waits that no list serves", () => {
  it.effect("poll as seldom as their requests require", () => {
    const { layer, sent } = answering((seconds, url) =>
      url.pathname.startsWith("/v2/images") ? single(url, until(600)(seconds)) : forbidden
    )
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(waitAll(many(100)))
      for (let i = 0; i < 700 && fiber.pollUnsafe() === undefined; i++) yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      // 100 requests a minute at most, once the list is known to be forbidden
      assert.isAtMost(sent.filter(({ at }) => at > 60).length, 100 * 11)
    }).pipe(Effect.provide(layer))
  })

  it.effect("send nothing for a page whose waits were interrupted", () => {
    const ids = Array.from({ length: 1200 }, (_, i) => i + 1)
    const slow: RecordingClient.Answer = (request) => Effect.delay(page(0, "in-progress")(request), "2 seconds")
    const { layer, sent } = answering(() => slow)
    return Effect.gen(function* () {
      const fibers = yield* Effect.forEach(many(ids.length), (one) => Effect.forkChild(wait(one)))
      for (let i = 0; i < 13; i++) yield* TestClock.adjust("1 second")
      const before = sent.length
      assert.isAtLeast(before, 1)
      yield* Fiber.interruptAll(fibers.slice(1))
      yield* TestClock.adjust("5 seconds")
      assert.isAtMost(sent.length - before, 2)
      yield* Fiber.interruptAll(fibers)
    }).pipe(Effect.provide(layer))
  })
})

describe("a list that fails", () => {
  it.effect("costs a few waits only the shortcut", () => {
    const { layer, sent } = answering((seconds, url) =>
      isList(url) ? RecordingClient.json({}, 500) : single(url, until(3)(seconds))
    )
    return Effect.gen(function* () {
      yield* during("1 hours", waitAll(many(3)))
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [2, 2, 2, 2, 4, 4, 4, 4]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("costs many a tick, and the shortcut when it fails three times", () => {
    const { layer, sent } = answering((seconds, url) => {
      if (!isList(url)) return single(url, "in-progress")
      return seconds < 7 ? RecordingClient.json({}, 503) : page(100, "completed")
    })
    return Effect.gen(function* () {
      yield* during("1 hours", waitAll(many(100)))
      const at = (seconds: number) => sent.filter(({ at }) => at === seconds).length
      // what takes 100 requests is repeated after a minute
      assert.deepStrictEqual([at(2), at(4), at(6), at(66)], [1, 1, 101, 1])
      assert.strictEqual(sent.length, 104)
    }).pipe(Effect.provide(layer))
  })

  it.effect("together with everything else sends a few requests a tick, not one for each wait", () => {
    const { layer, sent } = answering((seconds) =>
      seconds < 9 ? RecordingClient.json({}, 503) : page(100, "completed")
    )
    return Effect.gen(function* () {
      const ended = yield* during("1 hours", waitAll(many(100)))
      assert.strictEqual(ended.length, 100)
      assert.isAtMost(sent.length, 1 + 3 * (1 + 16) + 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("with a spent budget is asked again when the answer says", () => {
    const spent = RecordingClient.json({}, 429, {
      "ratelimit-limit": "5000",
      "ratelimit-remaining": "0",
      "ratelimit-reset": "1800"
    })
    const { layer, sent } = answering((seconds) => (seconds < 1800 ? spent : page(100, "completed")))
    return Effect.gen(function* () {
      yield* during("1 hours", waitAll(many(100)))
      assert.isAtMost(sent.length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("of the client's own hour that is spent come together when it is back", () =>
    Effect.gen(function* () {
      const started = yield* Effect.forEach(images, (image) => transfer(image))
      const apart = started.map((action, i) =>
        Effect.delay(wait(action, { schedule: Schedule.spaced("61 seconds") }), Duration.seconds(3 * i))
      )
      yield* during("2 hours", Effect.all(apart, { concurrency: "unbounded" }))
      // two were left when the hour's were spent
      assert.strictEqual((yield* polls).length, 3)
    }).pipe(
      Effect.provide(
        account(
          { seed: { images: images.map((id) => ({ id, name: `image ${id}` })) } },
          { rateLimits: { perHour: images.length + 2 } }
        )
      )
    )
  )

  it.effect("because its image is gone leaves each of many actions to tell how it ended", () =>
    Effect.gen(function* () {
      const { removeImage } = yield* TestDigitalOcean.TestDigitalOcean
      const started = yield* Effect.forEach(regions, (region) => transfer(1, region))
      const fiber = yield* Effect.forkChild(
        Effect.forEach(started, (one) => Effect.flip(wait(one)), { concurrency: 9 })
      )
      yield* TestClock.adjust("45 seconds")
      yield* removeImage(1)
      yield* TestClock.adjust("2 minutes")
      const errors = yield* Fiber.join(fiber)
      assert.deepStrictEqual([...new Set(errors.map(({ _tag }) => _tag))], ["ActionErrored"])
      // each alone once, and from then on in one list of the account
      const late = (yield* polls).filter(({ at }) => at > 45_000)
      assert.strictEqual(late.length, new Set(late.map(({ at }) => at)).size + started.length)
    }).pipe(Effect.provide(fleet(1)))
  )

  it.effect("for good ends each wait as its own tolerance says, with its own action", () => {
    const { layer } = answering(() => RecordingClient.json({}, 503))
    return Effect.gen(function* () {
      const [one, two] = many(2)
      const short = yield* Effect.forkChild(Effect.flip(wait(one!, { transientErrorTimeout: "1 minute" })))
      const long = yield* Effect.forkChild(Effect.flip(wait(two!, { timeout: "5 minutes" })))
      yield* TestClock.adjust("2 minutes")
      assert.propertyVal(yield* Fiber.join(short), "_tag", "DigitalOceanError")
      assert.isUndefined(long.pollUnsafe())
      yield* TestClock.adjust("3 minutes")
      const error = yield* Fiber.join(long)
      assert.instanceOf(error, Actions.ActionTimedOut)
      assert.strictEqual(error.id, two!.id)
    }).pipe(Effect.provide(layer))
  })

  it.effect("leaves an action that is not there to end as gone, and no other", () => {
    const { layer } = answering((seconds, { pathname }) =>
      pathname === "/v2/actions" ? page(2, seconds < 60 ? "in-progress" : "completed") : RecordingClient.json({}, 404)
    )
    return Effect.gen(function* () {
      const outcomes = yield* during(
        "1 hours",
        Effect.all(
          many(3).map((one) => Effect.result(wait(one))),
          { concurrency: 3 }
        )
      )
      assert.deepStrictEqual(
        outcomes.map((one) => (one._tag === "Success" ? "ended" : one.failure._tag)),
        ["ended", "ended", "ActionNotFound"]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("waits for custom images", () => {
  const create = (name: string) =>
    Images.Images.use((images) => images.create({ name, url: "https://images.example/a.qcow2", region: "nyc3" }))

  it.effect("cost one private listing a tick", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const made = yield* Effect.forEach(["a", "b", "c"], create)
      const ended = yield* during(
        "1 hours",
        Effect.forEach(made, (image) => images.awaitAvailable(image), { concurrency: 3 })
      )
      assert.deepStrictEqual(
        ended.map(({ status }) => status),
        ["available", "available", "available"]
      )
      assert.deepStrictEqual(yield* paths, ["/v2/images"])
      assert.isTrue((yield* polls).every(({ query }) => query["private"] === "true"))
      assert.strictEqual((yield* polls).length, yield* ticks)
    }).pipe(Effect.provide(account()))
  )

  it.effect("are not ended by a page that shows one of them with two states", () => {
    const rows = [
      { ...image({ id: 1, status: "NEW" }) },
      { ...image({ id: 2, status: "NEW" }) },
      { ...image({ id: 1, status: "deleted" }) }
    ]
    const { layer } = answering((_, { pathname }) =>
      RecordingClient.json(
        pathname === "/v2/images"
          ? { images: rows, links: {}, meta: { total: 2 } }
          : { image: image({ id: Number(pathname.split("/").at(-1)), status: "NEW" }) }
      )
    )
    return Effect.gen(function* () {
      const images = yield* Images.Images
      const waits = Effect.forEach([1, 2], (id) => images.awaitAvailable(id), { concurrency: 2 })
      const fiber = yield* Effect.forkChild(waits)
      for (let i = 0; i < 60; i++) yield* TestClock.adjust("1 second")
      assert.isUndefined(fiber.pollUnsafe())
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(layer))
  })

  it.effect("cost one GET a tick when there is one", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const made = yield* create("a")
      yield* during("1 hours", images.awaitAvailable(made))
      assert.deepStrictEqual(yield* paths, [`/v2/images/${made.id}`])
    }).pipe(Effect.provide(account()))
  )
})

describe("progress", () => {
  const progress = (ref: Action.Ref) =>
    Stream.unwrap(Actions.Actions.use((actions) => Effect.succeed(actions.progress(ref))))

  it.effect("tells how a wait stands after each poll", () =>
    Effect.gen(function* () {
      const started = yield* transfer(1)
      const events = yield* during("1 hours", Stream.runCollect(progress(started)))
      assert.deepStrictEqual(
        events.slice(0, 3).map(({ elapsed, polls }) => [String(elapsed), polls]),
        [
          ["0 millis", 0],
          ["1000 millis", 1],
          ["2000 millis", 2]
        ]
      )
      assert.strictEqual(events.at(-1)?.action?.status, "completed")
      assert.isTrue(events.every(({ estimate }) => estimate === null))
    }).pipe(Effect.provide(fleet(1)))
  )

  it.effect("estimates from what the same image took before", () =>
    Effect.gen(function* () {
      yield* during(
        "10 minutes",
        Effect.flatMap(transfer(1, "fra1"), (action) => wait(action))
      )
      const events = yield* during("10 minutes", Stream.runCollect(Stream.unwrap(Effect.map(transfer(1), progress))))
      assert.deepStrictEqual(
        [String(events[0]?.estimate?.total), String(events[0]?.estimate?.remaining), events[0]?.estimate?.samples],
        ["115000 millis", "115000 millis", 1]
      )
      assert.strictEqual(String(events[1]?.estimate?.remaining), "105000 millis")
      assert.isNull(events.at(-1)?.estimate)
    }).pipe(Effect.provide(fleet(2)))
  )

  it.effect("estimates from the wait itself where the clock here is behind DigitalOcean's", () => {
    const began = { resource_id: 7, started_at: "2026-01-01T00:00:00Z" }
    const { layer } = answering((_, { pathname }) =>
      RecordingClient.json({
        action: pathname.endsWith("/1")
          ? action({ ...began, id: 1, status: "completed", completed_at: "2026-01-01T00:01:40Z" })
          : action({ ...began, id: 2, status: "in-progress", completed_at: null })
      })
    )
    return Effect.gen(function* () {
      yield* wait(Action.Id.make(1))
      const ten = Stream.take(progress(Action.Id.make(2)), 10)
      const events = yield* during("1 hours", Stream.runCollect(ten))
      assert.deepStrictEqual(
        events.map(({ elapsed, estimate }) => [Duration.toSeconds(elapsed), Duration.toSeconds(estimate!.remaining)]),
        [0.1, 10, 20, 30, 40, 50, 60, 67, 68, 69].map((elapsed) => [elapsed, 100 - elapsed])
      )
    }).pipe(Effect.provide(layer))
  })
})
