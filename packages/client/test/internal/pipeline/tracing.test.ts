import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type * as Tracer from "effect/Tracer"
import { DigitalOceanClient } from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { image, recorded, requests, token } from "../../support/recorded.ts"
import { recordSpans } from "../../support/spans.ts"

const { json } = RecordingClient
const ok = json({ image: image({ id: 7 }) })
const get = Images.Images.use((images) => images.get(7))

/** The spans of a program, in the order in which they start. */
const traced = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { spans, tracer } = recordSpans()
    const fiber = yield* Effect.forkChild(Effect.exit(Effect.withTracer(program, tracer)))
    for (let i = 0; i < 200; i++) yield* TestClock.adjust("1 second")
    yield* Fiber.join(fiber)
    return spans
  })

const attributesOf = (span: Tracer.Span | undefined) => Object.fromEntries(span?.attributes ?? [])

describe("the span of a request", () => {
  it.effect("has the attributes of OpenTelemetry's conventions", () =>
    Effect.gen(function* () {
      const [, first, second] = yield* traced(get)
      const attributes = {
        "http.request.method": "GET",
        "http.response.status_code": 503,
        "server.address": "127.0.0.1",
        "server.port": 8080,
        "url.full": "http://127.0.0.1:8080/prefix/v2/images/7",
        "url.path": "/prefix/v2/images/7",
        "url.template": "/v2/images/{image_id}"
      }
      assert.deepStrictEqual(attributesOf(first), attributes)
      assert.deepStrictEqual(attributesOf(second), {
        ...attributes,
        "http.response.status_code": 200,
        "http.request.resend_count": 1
      })
    }).pipe(recorded([json({}, 503), ok], { baseUrl: "http://127.0.0.1:8080/prefix" }))
  )

  it.effect("has the default port of the protocol, and no template for a path that a caller wrote out", () =>
    Effect.gen(function* () {
      const client = yield* DigitalOceanClient
      const [, span] = yield* traced(client.request({ method: "GET", path: "/v2/x/1" }))
      assert.deepInclude(attributesOf(span), { "server.address": "api.digitalocean.com", "server.port": 443 })
      assert.notProperty(attributesOf(span), "url.template")
    }).pipe(recorded([json({})]))
  )

  for (const [what, answer, isFailure] of [
    ["a success", ok, false],
    ["a 404", json({}, 404), true],
    ["a response that cannot be decoded", json({ image: {} }), true]
  ] as const) {
    it.effect(`is ${isFailure ? "failed" : "a success"} after ${what}, and does not have the value`, () =>
      Effect.gen(function* () {
        const [, span] = yield* traced(get)
        const status = span?.status
        assert.isTrue(status?._tag === "Ended")
        if (status?._tag !== "Ended") return
        assert.strictEqual(Exit.isFailure(status.exit), isFailure)
        if (Exit.isSuccess(status.exit)) assert.isUndefined(status.exit.value)
      }).pipe(recorded([answer]))
    )
  }

  it.effect("ends when the request is interrupted", () =>
    Effect.gen(function* () {
      const [, span] = yield* traced(Effect.timeoutOption(get, "5 seconds"))
      assert.strictEqual(span?.status._tag, "Ended")
    }).pipe(recorded([RecordingClient.hang]))
  )

  it.effect("is propagated to DigitalOcean only when that is requested", () =>
    Effect.gen(function* () {
      yield* traced(get)
      assert.isUndefined((yield* requests)[0]?.headers["traceparent"])
    }).pipe(recorded([ok]))
  )

  it.effect("is propagated as traceparent", () =>
    Effect.gen(function* () {
      const [, span] = yield* traced(get)
      assert.include((yield* requests)[0]?.headers["traceparent"], span?.spanId)
    }).pipe(recorded([ok], { tracePropagation: true }))
  )
})

describe("the span of an operation", () => {
  it.effect("has the ids of the path, the number of attempts and the time in the queue", () =>
    Effect.gen(function* () {
      const [operation] = yield* traced(get)
      assert.strictEqual(operation?.name, "Images.get")
      assert.deepStrictEqual(attributesOf(operation), {
        "digitalocean.image_id": 7,
        "digitalocean.attempts": 2,
        "digitalocean.queue_time_ms": 5000
      })
    }).pipe(recorded([json({}, 429, { "retry-after": "5" }), ok]))
  )

  it.effect("does not show a token that was passed in place of an id", () =>
    Effect.gen(function* () {
      const [operation, request] = yield* traced(Images.Images.use((images) => images.get(token)))
      assert.strictEqual(operation?.attributes.get("digitalocean.image_id"), "<redacted>")
      assert.notInclude(JSON.stringify([attributesOf(operation), attributesOf(request)]), token)
    }).pipe(recorded([json({}, 404)]))
  )
})
