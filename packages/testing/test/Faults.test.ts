import { Actions, DigitalOcean, Images } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Faults from "../src/Faults.ts"
import * as Seed from "../src/Seed.ts"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"
import { send } from "./support/requests.ts"

const snapshot = 166404101

const account = (faults: Faults.Script, options?: TestDigitalOcean.Options) =>
  DigitalOcean.layer({ token: Redacted.make("any"), retry: { times: 0 } }).pipe(
    Layer.provideMerge(TestDigitalOcean.layer({ ...options, faults }))
  )

const test = TestDigitalOcean.TestDigitalOcean

const get = Images.Images.use((images) => images.get(snapshot))
const transfer = Images.Images.use((images) => images.transfer(snapshot, "sfo3"))

/** What a program came to, an hour later. */
const anHourLater = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.result(program))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("a request that is hit", () => {
  const cases: ReadonlyArray<readonly [fault: Faults.Fault, reason: object, started: number]> = [
    [{ fault: "refuse" }, { _tag: "TransportError", sent: false, phase: "connect", code: "ECONNREFUSED" }, 0],
    [{ fault: "refuse", code: "ENOTFOUND" }, { _tag: "TransportError", sent: false, code: "ENOTFOUND" }, 0],
    [{ fault: "reset", when: "before" }, { _tag: "TransportError", sent: true, code: "ECONNRESET" }, 0],
    [{ fault: "reset", when: "after" }, { _tag: "TransportError", sent: true, code: "ECONNRESET" }, 1],
    [{ fault: "reset", when: "body" }, { _tag: "TransportError", sent: true, phase: "body" }, 1],
    [{ fault: "silence" }, { _tag: "TransportError", sent: true, phase: "headers", code: "ETIMEDOUT" }, 0],
    [{ fault: "silence", executed: true }, { _tag: "TransportError", phase: "headers", code: "ETIMEDOUT" }, 1],
    [{ fault: "late", seconds: 3599 }, { _tag: "TransportError", phase: "headers", code: "ETIMEDOUT" }, 1],
    [{ fault: "slow", seconds: 3599 }, { _tag: "TransportError", phase: "body", code: "ETIMEDOUT" }, 1],
    [{ fault: "truncate" }, { _tag: "TransportError", phase: "body", description: "the body is truncated" }, 1],
    [{ fault: "truncate", bytes: 0 }, { _tag: "DecodeError", issue: "expected JSON, got an empty body" }, 1],
    [{ fault: "rate-limit", window: "minute" }, { _tag: "RateLimited", window: "minute" }, 0],
    [{ fault: "rate-limit", window: "hour" }, { _tag: "RateLimited", window: "hour", remaining: 0 }, 0],
    [{ fault: "rate-limit", window: "operation" }, { _tag: "RateLimited", window: "operation", remaining: 5000 }, 0],
    [{ fault: "status", status: 500 }, { _tag: "ServerError", status: 500, id: "server_error" }, 0],
    [{ fault: "status", status: 502, body: "html" }, { _tag: "ServerError", status: 502, id: "" }, 0],
    [{ fault: "status", status: 503, body: "text" }, { _tag: "ServerError", detail: "Service Unavailable" }, 0],
    [{ fault: "status", status: 504, body: "none", executed: true }, { _tag: "ServerError", detail: "" }, 1],
    [{ fault: "status", status: 403 }, { _tag: "Forbidden", id: "forbidden" }, 0],
    [
      { fault: "answer", status: 201, body: "<html>" },
      { _tag: "DecodeError", issue: "expected JSON, got HTML: a page without visible text" },
      0
    ],
    [{ fault: "remove", field: "action.id" }, { _tag: "DecodeError", path: "action.id" }, 1],
    [
      { fault: "set", field: "action.started_at", value: "soon" },
      { _tag: "DecodeError", path: "action.started_at" },
      1
    ],
    [{ fault: "duplicate", field: "action.id", value: null }, { _tag: "DecodeError", path: "action.id" }, 1]
  ]
  for (const [fault, reason, started] of cases) {
    const what = JSON.stringify(fault)
    it.effect(`by ${what} is returned as it is, and the request has ${started === 0 ? "not " : ""}been done`, () =>
      Effect.gen(function* () {
        const result = yield* anHourLater(transfer)
        assert.isTrue(Result.isFailure(result))
        if (Result.isFailure(result)) assert.deepInclude({ ...result.failure.reason }, reason)
        assert.strictEqual((yield* (yield* test).actions()).length, started)
        assert.deepStrictEqual(yield* (yield* test).unusedFaults, [])
      }).pipe(Effect.provide(account([fault])))
    )
  }

  for (const fault of [
    { fault: "content-type", value: "text/html" },
    { fault: "late", seconds: 5 },
    { fault: "slow", seconds: 5 },
    { fault: "duplicate", field: "action.id" }
  ] as const) {
    it.effect(`by ${JSON.stringify(fault)} is answered all the same`, () =>
      Effect.gen(function* () {
        const result = yield* anHourLater(transfer)
        assert.isTrue(Result.isSuccess(result) && result.success.type === "transfer")
      }).pipe(Effect.provide(account([fault])))
    )
  }

  it.effect("is in the list of requests, with status 0 without a response", () =>
    Effect.gen(function* () {
      yield* Effect.ignore(transfer)
      yield* Effect.ignore(get)
      yield* Effect.ignore(get)
      yield* get
      assert.deepStrictEqual(
        (yield* (yield* test).requests).map(({ fault, status }) => [status, fault]),
        [
          [0, "reset after"],
          [503, "status 503"],
          [504, "status 504 executed"],
          [200, undefined]
        ]
      )
    }).pipe(
      Effect.provide(
        account([
          { fault: "reset", when: "after" },
          { fault: "status", status: 503, nth: 2 },
          { fault: "status", status: 504, nth: 3, executed: true }
        ])
      )
    )
  )

  it.effect("has its bytes as the fault says", () =>
    Effect.gen(function* () {
      const limited = yield* send("GET", "/v2/images")
      assert.deepStrictEqual(
        [limited.status, limited.headers["retry-after"], limited.headers["ratelimit-remaining"], limited.text],
        [429, "29", "5000", '{"id":"too_many_requests","message":"API Rate limit exceeded."}']
      )
      const spent = yield* send("GET", "/v2/images")
      assert.deepStrictEqual(
        ["retry-after", "ratelimit-remaining", "ratelimit-reset"].map((name) => spent.headers[name]),
        [undefined, "0", "600"]
      )
      const twice = yield* send("GET", "/v2/images/7")
      assert.match(twice.text, /^\{"image":\{.*"name":"a","name":"b",/)
      assert.strictEqual(twice.headers["content-length"], String(twice.text.length))
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          seed: { images: [{ id: 7, name: "a" }] },
          faults: [
            { fault: "rate-limit", window: "minute" },
            { fault: "rate-limit", window: "hour", nth: 2 },
            { fault: "duplicate", field: "image.name", value: "b", on: "images.get" }
          ]
        })
      )
    )
  )

  it.effect("never spends the budget, unless it is done", () =>
    Effect.gen(function* () {
      yield* Effect.ignore(transfer)
      assert.strictEqual((yield* send("GET", "/v2/images")).headers["ratelimit-remaining"], "4999")
    }).pipe(Effect.provide(account([{ fault: "status", status: 503 }])))
  )
})

describe("a listing that lies", () => {
  const list = Images.Images.use((images) => Stream.runCount(images.list({ private: true, per_page: 2 })))
  for (const [fault, why] of [
    [{ fault: "total", total: 99, times: "always" }, "of its total"],
    [{ fault: "next", next: "same", nth: 2 }, "that its next page is the same"],
    [{ fault: "next", next: "endless", times: "always" }, "that there is always a next page"],
    [{ fault: "next", next: "elsewhere", times: "always" }, "of the host of its next page"]
  ] as const) {
    it.effect(`${why} is caught by the client`, () =>
      Effect.gen(function* () {
        const result = yield* anHourLater(list)
        assert.isTrue(Result.isFailure(result) && result.failure.reason._tag === "PaginationError")
      }).pipe(Effect.provide(account([fault])))
    )
  }
})

describe("a page that shifts", () => {
  const names = Images.Images.use((images) => Stream.runCollect(images.list({ private: true, per_page: 2 })))

  it.effect("because images arrive repeats a row, which the client tells once", () =>
    Effect.gen(function* () {
      const first = yield* send("GET", "/v2/images?private=true&per_page=2")
      const second = yield* send("GET", "/v2/images?private=true&per_page=2&page=2")
      assert.deepStrictEqual(second.body.images[0], first.body.images[1])
      assert.strictEqual(second.body.meta.total, Seed.demo.images.length + 1)
      const all = Result.getOrThrow(yield* anHourLater(names))
      assert.strictEqual(new Set(all.map(({ id }) => id)).size, all.length)
    }).pipe(Effect.provide(account([{ fault: "shift", on: "images.list", nth: [1, 3] }])))
  )

  it.effect("because images go loses a row, which the client does not pass over in silence", () =>
    Effect.gen(function* () {
      const result = yield* anHourLater(names)
      assert.isTrue(Result.isFailure(result) && result.failure.reason._tag === "PaginationError")
    }).pipe(Effect.provide(account([{ fault: "shift", rows: -1, on: "images.list" }])))
  )
})

describe("an action", () => {
  const wait = Effect.gen(function* () {
    const actions = yield* Actions.Actions
    return yield* actions.await(yield* transfer, { timeout: "30 minutes" })
  })

  it.effect("that is stuck never ends, until the test ends it", () =>
    Effect.gen(function* () {
      const result = yield* anHourLater(wait)
      assert.isTrue(Result.isFailure(result) && result.failure._tag === "ActionTimedOut")
      const { actions, endAction, images } = yield* test
      const [action] = yield* actions()
      assert.strictEqual(action?.status, "in-progress")
      assert.deepStrictEqual((yield* images()).find(({ id }) => id === snapshot)?.regions, ["nyc3"])
      yield* endAction(action!.id, "errored")
      assert.strictEqual((yield* actions())[0]?.status, "errored")
    }).pipe(Effect.provide(account([{ fault: "stuck", on: "images.act" }])))
  )

  for (const seconds of [undefined, 30]) {
    it.effect(`that vanishes ${seconds === undefined ? "at once" : "later"} is 404, and its work is done`, () =>
      Effect.gen(function* () {
        const result = yield* anHourLater(wait)
        assert.isTrue(Result.isFailure(result))
        assert.strictEqual((yield* send("GET", "/v2/actions?page=1")).body.actions.length, 0)
        assert.deepStrictEqual((yield* get).regions, ["nyc3", "sfo3"])
      }).pipe(
        Effect.provide(account([{ fault: "vanish", on: "images.act", ...(seconds === undefined ? {} : { seconds }) }]))
      )
    )
  }
})

describe("aim", () => {
  const statuses = (script: Faults.Script, paths: ReadonlyArray<string>, wait = 0) =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      for (const path of paths) {
        seen.push((yield* send("GET", path)).status)
        yield* TestClock.adjust(wait)
      }
      return seen
    }).pipe(Effect.provide(TestDigitalOcean.layer({ faults: script })))
  const fault = { fault: "status", status: 503 } as const
  const list = "/v2/images"
  const one = `/v2/images/${snapshot}`
  const cases: ReadonlyArray<readonly [aim: object, paths: ReadonlyArray<string>, statuses: ReadonlyArray<number>]> = [
    [{}, [list, one], [503, 200]],
    [{ on: "images.get" }, [list, one, one], [200, 503, 200]],
    [{ on: "GET /v2/images/*" }, [list, one], [200, 503]],
    [{ on: "* /v2/**", times: "always" }, [list, one], [503, 503]],
    [{ on: "POST /v2/images/:image_id" }, [one], [200]],
    [{ on: "images.list", nth: 2 }, [list, one, list, list], [200, 200, 503, 200]],
    [{ on: "images.list", nth: [1, 3] }, [list, list, list, list], [503, 200, 503, 200]],
    [{ nth: 2, times: 2 }, [list, list, list, list], [200, 503, 503, 200]],
    [{ nth: 3, times: "always" }, [list, list, list, list], [200, 200, 503, 503]],
    [{ where: { tag_name: "web" } }, [list, `${list}?tag_name=web`], [200, 503]],
    [{ where: { private: true }, nth: 2 }, [`${list}?private=true`, list, `${list}?private=true`], [200, 200, 503]],
    [{ after: 2, times: "always" }, [list, list, list, list], [200, 200, 503, 503]],
    [{ until: 2, times: "always" }, [list, list, list, list], [503, 503, 200, 200]],
    [{ after: 1, until: 3, nth: 2 }, [list, list, list, list], [200, 200, 503, 200]],
    [{ on: "droplets.backupPolicies" }, ["/v2/droplets/backups/policies"], [503]],
    [{ on: "droplets.get" }, ["/v2/droplets/413118204"], [503]]
  ]
  for (const [aim, paths, expected] of cases) {
    it.effect(`${JSON.stringify(aim)} hits ${expected.join(" ")}`, () =>
      Effect.map(statuses([{ ...fault, ...aim }], paths, 1000), (seen) => assert.deepStrictEqual(seen, expected))
    )
  }

  it.effect("at one account of several", () =>
    Effect.gen(function* () {
      const status = (token: string) => Effect.map(send("GET", list, { token }), ({ status }) => status)
      assert.deepStrictEqual([yield* status("a"), yield* status("b"), yield* status("")], [200, 503, 401])
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          accounts: [
            { name: "sender", token: "a" },
            { name: "recipient", token: "b" }
          ],
          faults: [{ ...fault, account: "recipient", times: "always" }]
        })
      )
    )
  )

  it.effect("at fields of the body", () =>
    Effect.gen(function* () {
      const act = (json: object) =>
        Effect.map(send("POST", `/v2/images/${snapshot}/actions`, { json }), ({ status }) => status)
      assert.strictEqual(yield* act({ type: "transfer", region: "ams3" }), 201)
      assert.strictEqual(yield* act({ type: "transfer", region: "sfo3" }), 503)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ faults: [{ ...fault, where: { region: "sfo3" } }] })))
  )
})

describe("faults by chance, of every kind", () => {
  const every: ReadonlyArray<Faults.Fault> = [
    ...Faults.transient,
    { fault: "silence", executed: true },
    { fault: "rate-limit", window: "operation", seconds: 5 },
    { fault: "status", status: 403 },
    { fault: "status", status: 404 },
    { fault: "answer", status: 200, body: "<html>" },
    { fault: "content-type", value: "text/html" },
    { fault: "remove", field: "links" },
    { fault: "set", field: "action.status", value: "unheard-of" },
    { fault: "duplicate", field: "meta.total", value: -1 },
    { fault: "total", total: 7 },
    { fault: "next", next: "endless" },
    { fault: "shift" },
    { fault: "shift", rows: -1 },
    { fault: "stuck" },
    { fault: "vanish" }
  ]
  const job = Effect.gen(function* () {
    const images = yield* Images.Images
    const actions = yield* Actions.Actions
    yield* Effect.exit(Stream.runDrain(images.list({ private: true, per_page: 2 })))
    yield* Effect.exit(images.create({ name: "x", url: "https://example.com/x.img", region: "nyc3" }))
    const options = { timeout: "30 minutes", schedule: Schedule.spaced("1 minute") } as const
    return yield* actions.await(yield* images.transfer(snapshot, "sfo3"), options)
  })

  for (let seed = 0; seed < 30; seed++) {
    it.effect(`end in a value or a typed error, and nothing is asked twice (seed ${seed})`, () =>
      Effect.gen(function* () {
        yield* (yield* test).addFaults(yield* Faults.random({ requests: 20, probability: 0.4, faults: every }))
        const fiber = yield* Effect.forkChild(Effect.exit(job))
        yield* TestClock.adjust("2 hours")
        const exit = yield* Fiber.join(fiber)
        assert.isFalse(Exit.isFailure(exit) && Cause.hasDies(exit.cause), String(exit))
        yield* (yield* test).check
      }).pipe(
        TestDigitalOcean.withTimeline,
        Effect.provide(
          DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provideMerge(TestDigitalOcean.layer()))
        ),
        Random.withSeed(seed)
      )
    )
  }
})

describe("a test", () => {
  it.effect("adds faults, which count from then on, and clears them", () =>
    Effect.gen(function* () {
      const { addFaults, clearFaults, reset, unusedFaults } = yield* test
      yield* get
      yield* addFaults([{ fault: "status", status: 503, nth: 2 }])
      yield* get
      assert.strictEqual((yield* Effect.flip(get)).status, 503)
      yield* addFaults([{ fault: "status", status: 500 }])
      assert.deepStrictEqual(yield* unusedFaults, [{ fault: "status", status: 500 }])
      yield* clearFaults
      yield* get
      assert.deepStrictEqual(yield* unusedFaults, [])
      yield* reset
      yield* get
    }).pipe(Effect.provide(account([])))
  )
})
