import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Actions from "../../../src/Actions.ts"
import * as DigitalOcean from "../../../src/DigitalOcean.ts"
import { type Options, withRetry } from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { closedFor } from "../../../src/internal/rateLimit/requestQueue.ts"
import * as Volumes from "../../../src/Volumes.ts"
import { action, image, snapshot } from "../../support/recorded.ts"

type Headers = Readonly<Record<string, string>>

const refused = (headers: Headers, status = 429, message = "m") =>
  RecordingClient.json({ id: "too_many_requests", message }, status, headers)
const budget = (remaining: number, reset: number): Headers => ({
  "ratelimit-limit": "5000",
  "ratelimit-remaining": String(remaining),
  "ratelimit-reset": String(reset)
})

/** A client whose first requests are answered so, and the others well; and when each was sent, in seconds. */
const refusing = (first: ReadonlyArray<RecordingClient.Answer>, options?: Omit<Options, "token">) => {
  const sent: Array<readonly [path: string, at: number]> = []
  const http = RecordingClient.layerWith(({ method, url }, before) => (request) => {
    const { pathname } = new URL(url)
    const id = Number(pathname.split("/")[3])
    const found = method === "POST" ? { action: action() } : { image: image({ id }) }
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      sent.push([`${method} ${pathname}`, now / 1000])
      return (first[before] ?? RecordingClient.json(found))(request)
    })
  })
  return { sent, layer: DigitalOcean.layer({ token: Redacted.make("any"), ...options }).pipe(Layer.provide(http)) }
}

const get = (id: number) => Images.Images.use((images) => images.get(id))
const transfer = Images.Images.use((images) => images.transfer(7, "sfo3"))

/** Who waits after a 429, and for how many seconds; `fails` for a call that is not repeated. */
interface Row {
  readonly what: string
  readonly answers: ReadonlyArray<RecordingClient.Answer>
  /** when the refused call is sent, and sent again */
  readonly refused: ReadonlyArray<number>
  readonly fails: boolean
  /** when another call of the token is sent that starts 100 ms after the refusal */
  readonly other: number
}

const row = (what: string, headers: Headers, wait: number | "fails", other: number, status?: number): Row => ({
  what,
  answers: [refused(headers, status)],
  refused: wait === "fails" ? [0] : [0, wait],
  fails: wait === "fails",
  other
})

const left = budget(4000, 600)
const spent = budget(0, 600)

const rows: ReadonlyArray<Row> = [
  // the minute and the hour are the token's: everybody waits
  row("retry-after of 29 s", { "retry-after": "29" }, 29, 29),
  row("retry-after of 29 s, requests left", { ...left, "retry-after": "29" }, 29, 29),
  row("retry-after of 29 s, none left", { ...spent, "retry-after": "29" }, 29, 29),
  row("none left until the reset", spent, 600, 600),
  row("none left, retry-after of ten minutes", { ...spent, "retry-after": "600" }, 600, 600),
  row("none left, a reset in a year", budget(0, 31_536_000), 3600, 3600),
  // R23: zero, and a time that has passed, are no reason to retry at once
  row("retry-after: 0", { "retry-after": "0" }, 1, 1),
  row("retry-after: 0, none left", { ...spent, "retry-after": "0" }, 1, 1),
  row("none left, a reset in this second", budget(0, 0), 1, 1),
  row(
    "a date in the past",
    { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT", date: "Thu, 01 Jan 1970 00:01:00 GMT" },
    1,
    1
  ),
  // R24: an operation's own limit holds nobody else
  row("requests left", left, "fails", 0.1),
  row("requests left, retry-after of ten minutes", { ...left, "retry-after": "600" }, "fails", 0.1),
  row("retry-after of ten minutes alone", { "retry-after": "600" }, "fails", 0.1),
  row("a retry-after of 20 digits", { "retry-after": "9".repeat(20) }, "fails", 0.1),
  // R25: a server that says when it is back
  row("503, retry-after of 30 s", { "retry-after": "30" }, 30, 0.1, 503),
  row("502, retry-after of 30 s", { "retry-after": "30" }, 30, 0.1, 502),
  row("503, a date in 30 s", { "retry-after": "Thu, 01 Jan 1970 00:00:30 GMT" }, 30, 0.1, 503),
  row("503, retry-after of a day", { "retry-after": "86400" }, "fails", 0.1, 503),
  row("503, none of the hour's requests left", spent, 0.25, 0.1, 503)
]

describe("after", () => {
  for (const { answers, fails, other, refused, what } of rows) {
    it.effect(
      `${what}: sent at ${refused.join(" and ")} s${fails ? ", then failed" : ""}, another at ${other} s`,
      () => {
        const { layer, sent } = refusing(answers)
        return Effect.gen(function* () {
          const first = yield* Effect.forkChild(Effect.result(get(7)))
          yield* TestClock.adjust("100 millis")
          const second = yield* Effect.forkChild(Effect.result(get(8)))
          yield* TestClock.adjust("2 hours")
          assert.strictEqual((yield* Fiber.join(first))._tag, fails ? "Failure" : "Success")
          assert.strictEqual((yield* Fiber.join(second))._tag, "Success")
          const times = (id: number) => sent.filter(([path]) => path.endsWith(`/${id}`)).map(([, at]) => at)
          assert.strictEqual(times(7).length, refused.length)
          // without a hint the schedule decides, give or take a fifth
          for (const [i, at] of times(7).entries()) assert.closeTo(at, refused[i]!, refused[i]! < 1 ? 0.05 : 0)
          assert.deepStrictEqual(times(8), [other])
        }).pipe(Effect.provide(layer))
      }
    )
  }

  it.effect("429s of the minute that do not end the pauses grow, and nothing is sent once maxWait is over", () => {
    const { layer, sent } = refusing(Array(100).fill(refused({ "retry-after": "0" })), {
      retry: { maxWait: "5 minutes" }
    })
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.flip(get(7)))
      for (let i = 0; i < 400; i++) yield* TestClock.adjust("1 second")
      const { message, reason } = yield* Fiber.join(fiber)
      assert.deepInclude(reason, { _tag: "RateLimited", window: "minute" })
      assert.notInclude(message, "Try again in 0")
      assert.deepStrictEqual(
        sent.map(([, at]) => at),
        [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
      )
    }).pipe(Effect.provide(layer))
  })

  // R27: a job that may wait longer outlasts others of its token that are quicker several times in a row
  it.effect(
    "eight 429s of the minute in a row a call with a longer maxWait than the client's gets its response",
    () => {
      const { layer, sent } = refusing(Array(8).fill(refused({ "retry-after": "30" })), {
        retry: { maxWait: "1 minute" }
      })
      return Effect.gen(function* () {
        const read = yield* Effect.forkChild(Effect.flip(get(7)))
        const job = yield* Effect.forkChild(withRetry(get(8), { maxWait: "30 minutes" }))
        for (let i = 0; i < 600; i++) yield* TestClock.adjust("1 second")
        assert.deepInclude((yield* Fiber.join(read)).reason, { _tag: "RateLimited", window: "minute" })
        assert.strictEqual((yield* Fiber.join(job)).id, 8)
        assert.strictEqual(sent.length, 9)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect(
    "429s without a hint only the call itself pauses, at least 1, 2, 4 and 8 s, then it fails; a POST too",
    () => {
      const { layer, sent } = refusing([
        ...Array(5).fill(refused({})),
        RecordingClient.json({ image: image({ id: 8 }) }),
        ...Array(5).fill(refused({}))
      ])
      return Effect.gen(function* () {
        const run = (call: Effect.Effect<unknown, unknown, Images.Images>) =>
          Effect.gen(function* () {
            const fiber = yield* Effect.forkChild(Effect.flip(call))
            yield* TestClock.adjust("1 hour")
            assert.deepInclude(((yield* Fiber.join(fiber)) as { reason: object }).reason, { window: "unknown" })
          })
        yield* run(get(7))
        yield* get(8)
        yield* run(transfer)
        const times = sent.map(([, at]) => at)
        assert.deepStrictEqual(times, [0, 1, 3, 7, 15, 3600, ...[0, 1, 3, 7, 15].map((at) => 3600 + at)])
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("429s of several requests that were in progress together the pause is that of one", () => {
    const { layer, sent } = refusing(Array(8).fill(refused({ "retry-after": "0" })))
    return Effect.gen(function* () {
      const all = yield* Effect.forkChild(
        Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8], get, { concurrency: "unbounded", discard: true })
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(all)
      assert.strictEqual(sent.length, 16)
    }).pipe(Effect.provide(layer))
  })
})

it.effect("a snapshot of a volume that is rate limited fails at once, and delays no other request", () => {
  const detail = "failed to create snapshot: this operation is rate-limited - one request per 10m0s"
  const { layer, sent } = refusing([refused({}, 429, detail)])
  return Effect.gen(function* () {
    const error = yield* Effect.flip(
      Volumes.Volumes.use((volumes) => volumes.takeSnapshot("v", { name: snapshot().name }))
    )
    assert.strictEqual(error._tag, "SnapshotRateLimited")
    yield* get(7)
    assert.deepStrictEqual(
      sent.map(([, at]) => at),
      [0, 0]
    )
  }).pipe(Effect.provide(layer))
})

describe("a wait for an action", () => {
  for (const [what, headers] of [
    ["the minute's", { "retry-after": "29" }],
    ["the hour's", spent],
    ["the operation's", { ...left, "retry-after": "600" }],
    ["one operation's without a hint", left],
    ["nobody's", {}]
  ] as const) {
    it.effect(`survives a 429 that is ${what}`, () => {
      const http = RecordingClient.layerWith((_, before) =>
        before === 0 ? refused(headers) : RecordingClient.json({ action: action({ status: "completed" }) })
      )
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Actions.Actions.use((actions) => actions.await(action().id)))
        yield* TestClock.adjust("2 hours")
        assert.strictEqual((yield* Fiber.join(fiber)).status, "completed")
      }).pipe(Effect.provide(DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(http))))
    })
  }
})

// R27: several processes share a token
describe("a minute that other processes have exhausted for two minutes", () => {
  /** A clock of its own is what a process has, and with it a rate limiter of its own. */
  const elsewhere = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.clockWith((clock) => Effect.provideService(self, Clock.Clock, Object.create(clock)))
  const client = DigitalOcean.layer({ token: Redacted.make("any"), retry: { maxWait: "30 seconds" } })
  const found = get(166404101)
  const spend = Effect.forEach(Array(250), () => found, { concurrency: 16, discard: true })
  const isDone = (fiber: Fiber.Fiber<unknown, unknown>) => fiber.pollUnsafe()?._tag

  it.effect("fails a read with a short maxWait, and not a job with a long one", () =>
    Effect.gen(function* () {
      const others = yield* Effect.forkChild(
        Effect.forEach([1, 2], () => Effect.delay(spend, "1 minute"), { discard: true }).pipe(
          Effect.provide(DigitalOcean.layer({ token: Redacted.make("any"), rateLimits: { perMinute: 250 } }), {
            local: true
          }),
          elsewhere
        )
      )
      yield* TestClock.adjust("61 seconds")
      const read = yield* Effect.forkChild(elsewhere(Effect.provide(found, client, { local: true })))
      const job = yield* Effect.forkChild(
        elsewhere(Effect.provide(withRetry(found, { maxWait: Duration.hours(1) }), client, { local: true }))
      )
      yield* TestClock.adjust("1 second")
      assert.strictEqual(isDone(read), "Failure")
      for (let i = 0; i < 40; i++) yield* TestClock.adjust("1 second")
      assert.strictEqual(isDone(job), undefined)
      for (let i = 0; i < 120; i++) yield* TestClock.adjust("1 second")
      assert.strictEqual(isDone(job), "Success")
      yield* Fiber.interrupt(others)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("the requests of a token are delayed", () => {
  for (const [retryAfter, count, seconds] of [
    [undefined, 1, 1],
    [0, 1, 1],
    [0, 2, 2],
    [0, 3, 4],
    [0, 7, 60],
    [0, 1000, 60],
    [29, 1, 29],
    [29, 7, 60],
    [86_400, 1, 3600]
  ] as const) {
    it(`for ${seconds} s after 429 number ${count} in a row with a retry-after of ${retryAfter ?? "nothing"}`, () => {
      const hint = retryAfter === undefined ? undefined : Duration.seconds(retryAfter)
      assert.strictEqual(closedFor(hint, count), seconds * 1000)
    })
  }
})
