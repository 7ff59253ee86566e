import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import * as RecordingClient from "../src/RecordingClient.ts"

const url = "https://api.digitalocean.com/v2/images"
const recorded = RecordingClient.RecordingClient.use((recorder) => recorder.requests)
const get = HttpClient.get(url)
const text = Effect.flatMap(get, (response) => response.text)

describe("a request is recorded", () => {
  it.effect("exactly: method, whole URL, lower-case headers, body", () =>
    Effect.gen(function* () {
      const post = HttpClientRequest.post(`${url}?a=1#hash`, { headers: { "X-Thing": "y" }, urlParams: { b: "ä &" } })
      yield* HttpClient.execute(HttpClientRequest.bodyJsonUnsafe(post, { name: "größer" }))
      yield* get
      assert.deepStrictEqual(yield* recorded, [
        {
          method: "POST",
          url: `${url}?a=1&b=%C3%A4+%26#hash`,
          headers: { "x-thing": "y", "content-type": "application/json", "content-length": "19" },
          authorization: undefined,
          body: '{"name":"größer"}',
          aborted: false
        },
        { method: "GET", url, headers: {}, authorization: undefined, body: undefined, aborted: false }
      ])
    }).pipe(
      Effect.provideService(HttpClient.TracerPropagationEnabled, false),
      Effect.provide(RecordingClient.layer([RecordingClient.empty(204), RecordingClient.empty(204)]))
    )
  )

  for (const [name, body] of [
    ["a stream", HttpBody.stream(Stream.make(new TextEncoder().encode("a b")))],
    ["raw text", HttpBody.raw("a b")]
  ] as const) {
    it.effect(`with a body that is ${name}`, () =>
      Effect.gen(function* () {
        yield* HttpClient.post(url, { body })
        assert.strictEqual((yield* recorded)[0]?.body, "a b")
      }).pipe(Effect.provide(RecordingClient.layer([RecordingClient.empty(204)])))
    )
  }

  it.effect("as aborted, once whoever sent it has given it up", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust(0)
      assert.strictEqual((yield* recorded)[0]?.aborted, false)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* recorded)[0]?.aborted, true)
    }).pipe(Effect.provide(RecordingClient.layer([RecordingClient.hang])))
  )

  it.effect("with its authorization apart, which prints as redacted", () =>
    Effect.gen(function* () {
      yield* HttpClient.execute(HttpClientRequest.get(url).pipe(HttpClientRequest.bearerToken("dop_v1_secret")))
      const requests = yield* recorded
      const [{ authorization } = { authorization: undefined }] = requests
      assert.strictEqual(authorization && Redacted.value(authorization), "Bearer dop_v1_secret")
      assert.notInclude(inspect(requests, { depth: 20 }) + JSON.stringify(requests), "secret")
    }).pipe(Effect.provide(RecordingClient.layer([RecordingClient.empty(204)])))
  )
})

describe("an answer", () => {
  const answers = [RecordingClient.answer(200, "one"), RecordingClient.answer(200, "two")]

  it.effect("is the next of those given", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual([yield* text, yield* text], ["one", "two"])
    }).pipe(Effect.provide(RecordingClient.layer(answers)))
  )

  it.effect("that is missing is a defect that names the request, which is recorded all the same", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(get)
      assert.include(
        Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "",
        `RecordingClient has no response 1: GET ${url}`
      )
      assert.strictEqual((yield* recorded).length, 1)
    }).pipe(Effect.provide(RecordingClient.layer([])))
  )

  it.effect("that is missing is missed with the body that was sent", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(HttpClient.post(url, { body: HttpBody.text('{"type":"convert"}') }))
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", `response 1: POST ${url} {"type":"convert"}`)
    }).pipe(
      Effect.provide(
        RecordingClient.layerWith(({ method }) => (method === "GET" ? RecordingClient.empty(204) : undefined))
      )
    )
  )

  it.effect("late comes after a while, and not before", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(text)
      yield* TestClock.adjust("4999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(fiber), "one")
    }).pipe(
      Effect.provide(RecordingClient.layer([RecordingClient.late("5 seconds", RecordingClient.answer(200, "one"))]))
    )
  )

  it.effect("can be chosen by the request and how many came before it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual([yield* text, yield* text], ["GET 0", "GET 1"])
    }).pipe(
      Effect.provide(
        RecordingClient.layerWith(({ method }, before) => RecordingClient.answer(200, `${method} ${before}`))
      )
    )
  )

  it.effect("json has a status, headers and a content type", () =>
    Effect.gen(function* () {
      const response = yield* get
      assert.deepInclude(response.headers, { "content-type": "application/json", "retry-after": "7" })
      assert.deepStrictEqual<unknown>([response.status, yield* response.json], [429, { id: "x" }])
    }).pipe(Effect.provide(RecordingClient.layer([RecordingClient.json({ id: "x" }, 429, { "retry-after": "7" })])))
  )

  it.effect("empty has no body", () =>
    Effect.gen(function* () {
      const response = yield* get
      assert.deepStrictEqual([response.status, response.headers["x-a"], yield* response.text], [201, "b", ""])
    }).pipe(Effect.provide(RecordingClient.layer([RecordingClient.empty(201, { "x-a": "b" })])))
  )

  it.effect("fail is a transport error whose cause has the code", () =>
    Effect.gen(function* () {
      const { reason } = yield* Effect.flip(get)
      assert.strictEqual(reason._tag, "TransportError")
      assert.include(reason.cause, { code: "ECONNREFUSED" })
    }).pipe(Effect.provide(RecordingClient.layer([RecordingClient.fail("ECONNREFUSED")])))
  )

  for (const [name, answer] of [
    ["hang never comes", RecordingClient.hang],
    ["stall never ends", RecordingClient.stall(200, '{"images":[')]
  ] as const) {
    it.effect(`${name}, and can be interrupted`, () =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(text)
        yield* TestClock.adjust("1 day")
        assert.isUndefined(fiber.pollUnsafe())
        yield* Fiber.interrupt(fiber)
        assert.isDefined(fiber.pollUnsafe())
      }).pipe(Effect.provide(RecordingClient.layer([answer])))
    )
  }

  it.effect("breakOff begins a body, and then fails", () =>
    Effect.gen(function* () {
      const response = yield* get
      assert.strictEqual(response.status, 200)
      const pieces: Array<string> = []
      const exit = yield* Effect.exit(
        Stream.runForEach(Stream.decodeText(response.stream), (piece) => Effect.sync(() => pieces.push(piece)))
      )
      assert.deepStrictEqual([Exit.isFailure(exit), pieces.join("")], [true, '{"images":['])
    }).pipe(Effect.provide(RecordingClient.layer([RecordingClient.breakOff(200, '{"images":[')])))
  )
})
