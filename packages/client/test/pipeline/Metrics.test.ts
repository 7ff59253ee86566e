import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Actions from "../../src/Actions.ts"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as DigitalOceanClient from "../../src/DigitalOceanClient.ts"
import * as Images from "../../src/Images.ts"
import * as Metrics from "../../src/Metrics.ts"
import { image, recorded, token } from "../support/recorded.ts"

const { hang, json } = RecordingClient
const ok = json({ image: image({ id: 7 }) })
const get = Images.Images.use((images) => images.get(7))
const headers = { "ratelimit-limit": "5000", "ratelimit-remaining": "4321", "ratelimit-reset": "3600" }

/** Runs a program with a metric registry of its own. */
const registered = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.provideService(program, Metric.MetricRegistry, new Map())

/** Runs a program with the metrics switched on, and a registry of its own. */
const measured =
  (answers: ReadonlyArray<RecordingClient.Answer>, options?: Omit<DigitalOceanClient.Options, "token">) =>
  <A, E>(program: Effect.Effect<A, E, DigitalOcean.Services | RecordingClient.RecordingClient>) =>
    program.pipe(recorded(answers, options), Effect.provide(Metrics.layer), registered)

/** Runs a program while ten minutes pass. */
const hurry = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.exit(program))
    for (let i = 0; i < 200; i++) yield* TestClock.adjust("3 seconds")
    return yield* Fiber.join(fiber)
  })

const countOf = (metric: Metric.Counter<number>, attributes: Record<string, string>) =>
  Effect.map(Metric.value(Metric.withAttributes(metric, attributes)), ({ count }) => count)

const succeeded = countOf(Metrics.requests, { operation: "Images.get", outcome: "success" })

describe("the layer of metrics", () => {
  const client = DigitalOcean.layer({ token: Redacted.make(token) })
  const transport = RecordingClient.layer([ok])
  const count = Effect.andThen(get, succeeded)

  it.effect("records the calls of a program when it is provided beside the client", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* count, 1)
    }).pipe(Effect.provide([Metrics.layer, Layer.provide(client, transport)]), registered)
  )

  it.effect("records the calls of a program when it is provided to the client", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* count, 1)
    }).pipe(Effect.provide(Layer.provide(client, [transport, Metrics.layer])), registered)
  )

  it.effect("records the calls of a single service when it is provided to its client", () =>
    Effect.gen(function* () {
      const client = DigitalOceanClient.layer({ token: Redacted.make(token) })
      const images = Images.layer.pipe(Layer.provide(Actions.layer), Layer.provideMerge(client))
      assert.strictEqual(yield* Effect.provide(count, Layer.provide(images, [transport, Metrics.layer])), 1)
    }).pipe(registered)
  )

  it.effect("records the calls of one of several accounts when it is provided to that one", () =>
    Effect.gen(function* () {
      const make = Effect.provide(DigitalOcean.make({ token: Redacted.make(token) }), transport)
      const measured = yield* Effect.provide(make, Metrics.layer)
      const other = yield* make
      yield* Effect.provide(get, measured)
      yield* Effect.provide(get, other)
      assert.strictEqual(yield* succeeded, 1)
    }).pipe(registered)
  )

  it.effect("is needed: a client without it records nothing", () =>
    Effect.gen(function* () {
      yield* get
      assert.deepStrictEqual(yield* Metric.snapshot, [])
    }).pipe(recorded([ok]), registered)
  )
})

describe("the metrics of a client", () => {
  it.effect("count every request by operation and outcome, and the retries by reason", () =>
    Effect.gen(function* () {
      yield* hurry(Effect.all([get, Effect.exit(get), Effect.exit(get)]))
      const operation = "Images.get"
      assert.strictEqual(yield* countOf(Metrics.requests, { operation, outcome: "success" }), 1)
      assert.strictEqual(yield* countOf(Metrics.requests, { operation, outcome: "ServerError" }), 2)
      assert.strictEqual(yield* countOf(Metrics.requests, { operation, outcome: "NotFound" }), 1)
      assert.strictEqual(yield* countOf(Metrics.requests, { operation, outcome: "DecodeError" }), 1)
      assert.strictEqual(yield* countOf(Metrics.retries, { operation, reason: "ServerError" }), 2)
    }).pipe(measured([json({}, 503), json({}, 503), ok, json({}, 404), json({})]))
  )

  it.effect("count a request that is interrupted", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* countOf(Metrics.requests, { operation: "Images.get", outcome: "interrupted" }), 1)
    }).pipe(measured([hang]))
  )

  it.effect("count no request that was interrupted in the queue", () =>
    Effect.gen(function* () {
      yield* get
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      const operation = "Images.get"
      assert.strictEqual(yield* countOf(Metrics.requests, { operation, outcome: "success" }), 1)
      assert.strictEqual(yield* countOf(Metrics.requests, { operation, outcome: "interrupted" }), 0)
    }).pipe(measured([ok], { rateLimits: { perMinute: 1 } }))
  )

  it.effect("count no request of a call that was due before it was sent", () =>
    Effect.gen(function* () {
      yield* Effect.flip(get)
      const attributes = { operation: "Images.get", outcome: "TransportError" }
      assert.strictEqual(yield* countOf(Metrics.requests, attributes), 0)
    }).pipe(measured([], { timeout: 0 }))
  )

  it.effect("count the 429s by window, and not the requests that the rate limiter rejects", () =>
    Effect.gen(function* () {
      yield* hurry(Effect.all([get, Effect.exit(get)]))
      assert.strictEqual(yield* countOf(Metrics.rateLimited, { window: "minute" }), 1)
      assert.strictEqual(yield* countOf(Metrics.requests, { operation: "Images.get", outcome: "RateLimited" }), 1)
    }).pipe(
      measured([json({}, 429, { "retry-after": "5" }), ok], {
        rateLimits: { perMinute: 2 },
        retry: { maxWait: "10 seconds" }
      })
    )
  )

  it.effect(
    "record the duration of calls with retries, the time in the queue, and what is left of the rate limit",
    () =>
      Effect.gen(function* () {
        yield* hurry(Effect.all([get, get]))
        const operation = "Images.get"
        const duration = yield* Metric.value(Metric.withAttributes(Metrics.duration, { operation }))
        assert.deepInclude(duration, { count: 2, sum: 61_000, max: 61_000 })
        const queueTime = yield* Metric.value(Metric.withAttributes(Metrics.queueTime, { priority: "read" }))
        assert.deepInclude(queueTime, { count: 1, sum: 61_000 })
        assert.strictEqual((yield* Metric.value(Metrics.remaining)).value, 4321)
      }).pipe(measured([ok, json({ image: image({ id: 7 }) }, 200, headers)], { rateLimits: { perMinute: 1 } }))
  )

  it.effect("count the waits in progress, also when one is interrupted", () =>
    Effect.gen(function* () {
      const waits = Effect.map(
        Metric.value(Metric.withAttributes(Metrics.waitsInProgress, { operation: "Actions.await" })),
        ({ value }) => value
      )
      const actions = yield* Actions.Actions
      const first = yield* Effect.forkChild(actions.await(1))
      const second = yield* Effect.forkChild(actions.await(2))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* waits, 2)
      yield* Fiber.interrupt(first)
      assert.strictEqual(yield* waits, 1)
      yield* Fiber.interrupt(second)
      assert.strictEqual(yield* waits, 0)
    }).pipe(measured([hang, hang]))
  )

  it.effect("name the requests of a caller that has given them no name alike: their paths have ids", () =>
    Effect.gen(function* () {
      const client = yield* DigitalOceanClient.DigitalOceanClient
      yield* client.request({ method: "GET", path: "/v2/x/1" })
      yield* client.request({ method: "GET", path: "/v2/x/2" })
      yield* client.request({ method: "GET", path: "/v2/x/2", operation: "Things.get" })
      assert.strictEqual(yield* countOf(Metrics.requests, { operation: "request", outcome: "success" }), 2)
      assert.strictEqual(yield* countOf(Metrics.requests, { operation: "Things.get", outcome: "success" }), 1)
    }).pipe(measured([json({}), json({}), json({})]))
  )
})
