import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as DigitalOcean from "../../../src/DigitalOcean.ts"
import { DigitalOceanClient, type Options, withRetry } from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { Priority } from "../../../src/internal/rateLimit/priority.ts"
import * as Metrics from "../../../src/Metrics.ts"
import { account } from "../../support/inMemory.ts"
import { action, image, lines, recorded, requests, token } from "../../support/recorded.ts"
import { recordSpans } from "../../support/spans.ts"

const get = Images.Images.use((images) => images.get(166404101))
const transfer = Images.Images.use((images) => images.transfer(7, "sfo3"))
const poll = Effect.provideService(get, Priority, "poll")
const times = <A, E, R>(n: number, self: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array(n), () => self, { discard: true, concurrency: "unbounded" })
const statuses = Effect.gen(function* () {
  const { requests } = yield* TestDigitalOcean.TestDigitalOcean
  return (yield* requests).map(({ status }) => status)
})
const count = Effect.map(requests, (all) => all.length)

const ok = RecordingClient.json({ image: image({ id: 166404101 }) })
const tooMany = (headers: Record<string, string>) =>
  RecordingClient.json({ id: "too_many_requests", message: "m" }, 429, headers)

/** Answers each request after a second; the first `refused` with 429s. */
const slow = (options?: Omit<Options, "token"> & { readonly refused?: number }) => {
  const { refused = 0, ...rest } = options ?? {}
  const answers = RecordingClient.layerWith(({ method }, before) => (request) => {
    const success = method === "POST" ? RecordingClient.json({ action: action() }, 201) : ok
    return Effect.delay((before < refused ? tooMany({ "retry-after": "29" }) : success)(request), "1 second")
  })
  return Effect.provide(DigitalOcean.layer({ token: Redacted.make(token), ...rest }).pipe(Layer.provideMerge(answers)))
}

/** N requests, which take a second each. */
const spend = (n: number) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(times(n, get))
    yield* TestClock.adjust("1 second")
    yield* Fiber.join(fiber)
  })

describe("a rate limit that DigitalOcean finds exhausted", () => {
  it.effect("of the minute is waited for, as long as the response says", () =>
    Effect.gen(function* () {
      yield* Effect.forEach([1, 2, 3], () => get, { discard: true })
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).id, 166404101)
      assert.deepStrictEqual(yield* statuses, [200, 200, 200, 429, 200])
    }).pipe(Effect.provide(account({ limits: { minute: 3 } })))
  )

  it.effect("of the hour is a typed failure at once, with limit, remaining and reset", () =>
    Effect.gen(function* () {
      yield* Effect.forEach([1, 2, 3], () => get, { discard: true })
      const error = yield* Effect.flip(withRetry(get, { maxWait: "2 minutes" }))
      assert.deepInclude(error.reason, { _tag: "RateLimited", window: "hour", limit: 3, remaining: 0 })
      assert.strictEqual(error.status, 429)
      assert.include(error.message, "Try again in 1h")
    }).pipe(Effect.provide(account({ limits: { hour: 3 } })))
  )

  it.effect("delays the other requests of the token too: none of them gets a 429", () =>
    Effect.gen(function* () {
      const first = yield* Effect.forkChild(get)
      yield* TestClock.adjust("1 second")
      const others = yield* Effect.forkChild(times(10, get))
      yield* TestClock.adjust("28 seconds")
      assert.strictEqual(yield* count, 1)
      const sent: Array<number> = []
      for (let i = 0; i < 5; i++) {
        yield* TestClock.adjust("1 second")
        sent.push((yield* count) - 1)
      }
      // one goes ahead, and each good answer lets two follow
      assert.deepStrictEqual(sent, [1, 3, 7, 11, 11])
      yield* Fiber.join(first)
      yield* Fiber.join(others)
    }).pipe(slow({ refused: 1 }))
  )

  it.effect("admits only one again when the wait was not long enough", () =>
    Effect.gen(function* () {
      const all = yield* Effect.forkChild(times(8, get))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* count, 8)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* count, 9)
      yield* TestClock.adjust("40 seconds")
      yield* Fiber.join(all)
      assert.strictEqual(yield* count, 17)
    }).pipe(slow({ refused: 9 }))
  )

  it.effect("fails all requests at once whose maxWait is shorter", () =>
    Effect.gen(function* () {
      const first = yield* Effect.forkChild(Effect.exit(get))
      yield* TestClock.adjust("1 second")
      const error = yield* Effect.flip(withRetry(get, { maxWait: "10 seconds" }))
      assert.deepInclude(error.reason, { _tag: "RateLimited", window: "minute", sent: false })
      assert.strictEqual(error.status, undefined)
      assert.strictEqual(error.outcome, "not-executed")
      assert.strictEqual(yield* count, 1)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(first))._tag, "Success")
    }).pipe(slow({ refused: 1 }))
  )

  it.effect("lets only one of many find that no request is left", () =>
    Effect.gen(function* () {
      yield* get
      const errors = yield* Effect.flip(times(20, get))
      assert.strictEqual(errors.reason._tag, "RateLimited")
      assert.strictEqual(yield* count, 2)
    }).pipe(
      recorded(
        [
          RecordingClient.json({ image: image({ id: 166404101 }) }, 200, {
            "ratelimit-limit": "5000",
            "ratelimit-remaining": "0",
            "ratelimit-reset": "3000"
          }),
          tooMany({ "ratelimit-limit": "5000", "ratelimit-remaining": "0", "ratelimit-reset": "3000" })
        ],
        { retry: { maxWait: "2 minutes" } }
      )
    )
  )

  it.effect("rejects requests that wait for its last ones with the hour's own limit, remaining and reset", () =>
    Effect.gen(function* () {
      const first = yield* Effect.forkChild(get)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(first)
      yield* times(2, get)
      const hanging = yield* Effect.forkChild(get)
      const late = yield* Effect.forkChild(Effect.flip(withRetry(get, { maxWait: "5 seconds" })))
      yield* TestClock.adjust("6 seconds")
      const { reason } = yield* Fiber.join(late)
      assert.deepInclude(reason, { _tag: "RateLimited", window: "hour", limit: 5000, remaining: 1, sent: false })
      assert.strictEqual(
        reason._tag === "RateLimited" && String(reason.reset),
        "DateTime.Utc(1970-01-01T00:50:00.000Z)"
      )
      assert.include(reason.message, "nearly exhausted, and others are in progress")
      yield* Fiber.interrupt(hanging)
    }).pipe(
      recorded([
        tooMany({ "retry-after": "1" }),
        ok,
        ok,
        RecordingClient.json({ image: image({ id: 166404101 }) }, 200, {
          "ratelimit-limit": "5000",
          "ratelimit-remaining": "1",
          "ratelimit-reset": "3000"
        }),
        RecordingClient.hang
      ])
    )
  )

  it.effect("until a reset in a year is requested again after an hour", () =>
    Effect.gen(function* () {
      yield* Effect.flip(withRetry(get, { maxWait: 0 }))
      yield* TestClock.adjust("59 minutes")
      assert.deepInclude((yield* Effect.flip(withRetry(get, { maxWait: 0 }))).reason, { sent: false })
      yield* TestClock.adjust("1 minute")
      yield* get
      assert.strictEqual(yield* count, 2)
    }).pipe(
      recorded([tooMany({ "ratelimit-limit": "5000", "ratelimit-remaining": "0", "ratelimit-reset": "31536000" }), ok])
    )
  )

  it.effect("of one operation delays no other", () =>
    Effect.gen(function* () {
      yield* Effect.flip(transfer)
      yield* get
      assert.strictEqual(yield* count, 2)
    }).pipe(recorded([tooMany({ "ratelimit-limit": "5000", "ratelimit-remaining": "9", "ratelimit-reset": "9" }), ok]))
  )
})

describe("the client's own limits", () => {
  it.effect("are kept before DigitalOcean's: more requests are queued, and there is no 429", () =>
    Effect.gen(function* () {
      yield* times(245, get)
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual((yield* statuses).length, 245)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.isTrue((yield* statuses).every((status) => status === 200))
    }).pipe(Effect.provide(account()))
  )

  it.effect("fail a request at once when the wait is longer than maxWait, and report that it was not sent", () =>
    Effect.gen(function* () {
      yield* times(3, get)
      yield* TestClock.adjust("10 minutes")
      const error = yield* Effect.flip(withRetry(get, { maxWait: "2 minutes" }))
      assert.deepInclude(error.reason, { _tag: "RateLimited", window: "hour", limit: 3, remaining: 0, sent: false })
      assert.strictEqual(error.status, undefined)
      assert.include(error.message, "not sent: the 3 requests of this hour are exhausted")
      assert.include(error.message, "Try again in 50m")
      assert.strictEqual((yield* statuses).length, 3)
    }).pipe(Effect.provide(limited({ perHour: 3 })))
  )

  it.effect("are waited for by default, even for an hour, with one warning", () =>
    Effect.gen(function* () {
      const messages: Array<unknown> = []
      const logger = Logger.make(({ message }) => void messages.push(message))
      yield* times(3, get)
      const fiber = yield* Effect.forkChild(Effect.provide(times(2, get), Logger.layer([logger])))
      yield* TestClock.adjust("1800 seconds")
      const third = yield* Effect.forkChild(get)
      yield* TestClock.adjust("1800 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      yield* Fiber.join(third)
      assert.strictEqual(messages.length, 1)
      assert.match(
        String(messages[0]),
        /requests of this hour are exhausted: \d are queued, the first until 1970-01-01T01:00:01/
      )
    }).pipe(Effect.provide(limited({ perHour: 3 })))
  )

  it.effect("send 1,000 transfers that start at one instant, and none of them fails", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(times(1000, transfer))
      for (let minute = 0; minute < 6; minute++) yield* TestClock.adjust("61 seconds")
      yield* Fiber.join(fiber)
      assert.strictEqual(yield* count, 1000)
    }).pipe(slow())
  )

  it.effect("count retries too", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(yield* count, 2)
      yield* TestClock.adjust("50 seconds")
      yield* Fiber.join(fiber)
      assert.strictEqual(yield* count, 3)
    }).pipe(
      recorded([RecordingClient.json({}, 503), RecordingClient.json({}, 503), ok], {
        rateLimits: { perMinute: 2, perHour: 100 }
      })
    )
  )

  it.effect("are one rate limit for all clients of a token, and another for each other token and base URL", () =>
    Effect.gen(function* () {
      const client = (token: string, baseUrl?: string) =>
        Effect.provide(get, DigitalOcean.layer({ token: Redacted.make(token), baseUrl, rateLimits: { perMinute: 2 } }))
      yield* client("a")
      yield* client("a")
      const third = yield* Effect.forkChild(client("a"))
      yield* client("b")
      yield* client("a", "http://127.0.0.1:9")
      assert.strictEqual(yield* count, 4)
      yield* TestClock.adjust("61 seconds")
      yield* Fiber.join(third)
    }).pipe(Effect.provide(RecordingClient.layer(Array(5).fill(ok))))
  )

  it.live("are one rate limit for the whole process, on its real clock", () =>
    Effect.gen(function* () {
      const client = Effect.provide(
        withRetry(get, { maxWait: 0 }),
        DigitalOcean.layer({ token: Redacted.make("whole-process"), rateLimits: { perMinute: 2 } }),
        { local: true }
      )
      yield* client
      yield* client
      const error = yield* Effect.flip(client)
      assert.deepInclude(error.reason, { window: "minute", limit: 2, sent: false })
    }).pipe(Effect.provide(RecordingClient.layer(Array(2).fill(ok))))
  )

  it.effect("admit writes before reads, and reads before polls, but every fourth is the oldest", () =>
    Effect.gen(function* () {
      yield* spend(6)
      const queued = yield* Effect.forkChild(
        Effect.all(
          [times(3, poll), Effect.delay(times(2, get), "1 second"), Effect.delay(times(4, transfer), "2 seconds")],
          {
            concurrency: "unbounded"
          }
        )
      )
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* count, 6)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(
        (yield* lines).slice(6).map((line) => line.split(" ")[0]),
        ["POST", "POST", "POST", "GET", "POST", "GET"]
      )
      yield* TestClock.adjust("2 minutes")
      yield* Fiber.join(queued)
    }).pipe(slow({ rateLimits: { perMinute: 6 }, retry: { maxWait: "5 minutes" } }))
  )

  it.effect("do not starve polls, however many writes there are", () =>
    Effect.gen(function* () {
      yield* spend(4)
      const polling = yield* Effect.forkChild(poll)
      const writing = yield* Effect.forkChild(Effect.exit(times(100, transfer)))
      yield* TestClock.adjust("61 seconds")
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(polling)
      yield* Fiber.interrupt(writing)
    }).pipe(slow({ rateLimits: { perMinute: 4 } }))
  )

  it.effect("give the permit of an interrupted request to the next", () =>
    Effect.gen(function* () {
      yield* spend(2)
      const first = yield* Effect.forkChild(get)
      const second = yield* Effect.forkChild(get)
      const third = yield* Effect.forkChild(get)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("52 seconds")
      yield* Fiber.join(second)
      yield* Fiber.join(third)
      assert.strictEqual(yield* count, 4)
    }).pipe(slow({ rateLimits: { perMinute: 2 } }))
  )

  it.effect("serve 1,200 requests of 40 workers without a 429, in no more time than the limits take", () =>
    Effect.gen(function* () {
      const start = yield* Clock.monotonicTimeNanos
      const fiber = yield* Effect.forkChild(Effect.forEach(Array(1200), () => get, { concurrency: 40, discard: true }))
      while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 minute")
      const minutes = Number((yield* Clock.monotonicTimeNanos) - start) / 60e9
      assert.isTrue((yield* statuses).every((status) => status === 200))
      assert.strictEqual((yield* statuses).length, 1200)
      // 490 in each of two hours, and the last 220 at 24 a minute
      assert.isAtMost(minutes, 132)
    }).pipe(
      Effect.provide(
        account(
          { limits: { minute: 25, hour: 500 } },
          { rateLimits: { perMinute: 24, perHour: 490 }, retry: { maxWait: "2 hours" } }
        )
      )
    )
  )
})

describe("a wait for the rate limit", () => {
  it.effect("is in the metric and on the span of the operation", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordSpans()
      yield* spend(2)
      const fiber = yield* Effect.forkChild(Effect.withTracer(get, tracer))
      yield* TestClock.adjust("62 seconds")
      yield* Fiber.join(fiber)
      const operation = spans.find(({ name }) => name === "Images.get")
      assert.strictEqual(operation?.attributes.get("digitalocean.queue_time_ms"), 60_000)
      const state = yield* Metric.value(Metric.withAttributes(Metrics.queueTime, { priority: "read" }))
      assert.deepInclude(state, { count: 1, sum: 60_000 })
    }).pipe(
      slow({ rateLimits: { perMinute: 2 } }),
      Effect.provide(Metrics.layer),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  )
})

describe("a store in the context", () => {
  /** Effect's own, counting in memory, and the keys it was asked for. */
  const observed = Effect.gen(function* () {
    const keys = new Set<string>()
    const memory = yield* Effect.provide(RateLimiter.RateLimiterStore, RateLimiter.layerStoreMemory)
    const store = RateLimiter.RateLimiterStore.of({
      ...memory,
      fixedWindow: (options) => {
        keys.add(options.key)
        return memory.fixedWindow(options)
      }
    })
    return { keys, store }
  })
  /** A clock of its own is what a process has, and with it gates of its own. */
  const elsewhere = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.clockWith((clock) => Effect.provideService(self, Clock.Clock, Object.create(clock)))

  it.effect("is the rate limit of several processes", () =>
    Effect.gen(function* () {
      const { keys, store } = yield* observed
      const client = Effect.provide(
        get,
        DigitalOcean.layer({ token: Redacted.make(token), rateLimits: { perMinute: 3 } }),
        {
          local: true
        }
      ).pipe(Effect.provideService(RateLimiter.RateLimiterStore, store))
      yield* client
      yield* elsewhere(client)
      yield* elsewhere(client)
      const fourth = yield* Effect.forkChild(elsewhere(client))
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* count, 3)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fourth)
      assert.strictEqual(keys.size, 2)
      for (const key of keys) {
        assert.match(key, /^digitalocean:[0-9a-f]{32}:(minute|hour)$/)
        assert.notInclude(key, token)
      }
    }).pipe(Effect.provide(RecordingClient.layer(Array(4).fill(ok))))
  )

  it.effect("is used again ten seconds after it failed, although the wall clock was set back", () =>
    Effect.gen(function* () {
      const { keys, store } = yield* observed
      let broken = true
      const failing = RateLimiter.RateLimiterStore.of({
        ...store,
        fixedWindow: (options) => (broken ? Effect.die(new Error("m")) : store.fixedWindow(options))
      })
      const setBack = <A, E, R>(self: Effect.Effect<A, E, R>) =>
        Effect.clockWith((clock) => {
          const late: Clock.Clock = Object.assign(Object.create(clock), { currentTimeMillisUnsafe: () => 0 })
          return Effect.provideService(self, Clock.Clock, late)
        })
      yield* TestClock.adjust("1 hour")
      yield* Effect.gen(function* () {
        yield* get
        broken = false
        yield* TestClock.adjust("10 seconds")
        yield* setBack(get)
      }).pipe(
        Effect.provide(DigitalOcean.layer({ token: Redacted.make(token) })),
        Effect.provideService(RateLimiter.RateLimiterStore, failing)
      )
      assert.strictEqual(keys.size, 2)
    }).pipe(Effect.provide(RecordingClient.layer(Array(2).fill(ok))))
  )

  const failures: ReadonlyArray<[string, Effect.Effect<never, RateLimiter.RateLimiterError>]> = [
    [
      "fails",
      Effect.fail(new RateLimiter.RateLimiterError({ reason: new RateLimiter.RateLimitStoreError({ message: "m" }) }))
    ],
    ["dies", Effect.die(new Error("m"))],
    ["never responds", Effect.never]
  ]
  for (const [what, failure] of failures) {
    it.effect(`that ${what} leaves each process its own limits`, () =>
      Effect.gen(function* () {
        const { store } = yield* observed
        const broken = { ...store, fixedWindow: () => failure }
        const options = { token: Redacted.make(token), rateLimits: { perMinute: 3 } }
        const services = yield* Effect.provideService(DigitalOcean.make(options), RateLimiter.RateLimiterStore, broken)
        const fiber = yield* Effect.forkChild(Effect.provide(times(4, get), services))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* count, 3)
        yield* TestClock.adjust("62 seconds")
        yield* Fiber.join(fiber)
      }).pipe(Effect.provide(RecordingClient.layer(Array(4).fill(ok))))
    )
  }
})

it.effect("a slow store in the context delays no request for longer than maxWait and 3 seconds", () =>
  Effect.gen(function* () {
    const store: RateLimiter.RateLimiterStore["Service"] = {
      ...(yield* Effect.provide(RateLimiter.RateLimiterStore, RateLimiter.layerStoreMemory)),
      fixedWindow: () => Effect.delay(Effect.succeed([1, 1000] as const), "900 millis")
    }
    const services = yield* Effect.provideService(
      DigitalOcean.make({ token: Redacted.make(token), retry: { maxWait: "5 seconds" } }),
      RateLimiter.RateLimiterStore,
      store
    )
    const fiber = yield* Effect.forkChild(
      Effect.forEach(Array(20), () => Effect.result(Effect.provide(get, services)), { concurrency: "unbounded" })
    )
    for (let i = 0; i < 80; i++) yield* TestClock.adjust("100 millis")
    const results = yield* Fiber.join(fiber)
    const failures = results.filter((result) => result._tag === "Failure")
    // each takes the store 1.8 s
    assert.strictEqual(failures.length, 16)
    assert.deepInclude(failures[0]?.failure.reason, { _tag: "RateLimited", sent: false })
    assert.strictEqual(yield* count, 4)
  }).pipe(Effect.provide(RecordingClient.layer(Array(20).fill(ok))))
)

describe("the rate limit of the latest response", () => {
  it.effect("is that of the token, whichever of its clients received it", () =>
    Effect.gen(function* () {
      const client = (token: string) => DigitalOcean.make({ token: Redacted.make(token) })
      const [first, second, other] = [yield* client("a"), yield* client("a"), yield* client("b")]
      yield* Effect.provide(get, first)
      const seen = DigitalOceanClient.use(({ rateLimit }) => rateLimit)
      assert.strictEqual((yield* Effect.fromOption(yield* Effect.provide(seen, second))).remaining, 4321)
      assert.isTrue(Option.isNone(yield* Effect.provide(seen, other)))
    }).pipe(
      Effect.provide(
        RecordingClient.layer([RecordingClient.json({ image: image({ id: 166404101 }) }, 200, budgetHeaders)])
      )
    )
  )
})

const budgetHeaders = { "ratelimit-limit": "5000", "ratelimit-remaining": "4321", "ratelimit-reset": "3600" }

const limited = (limits: Options["rateLimits"]) => account(undefined, { rateLimits: limits })
