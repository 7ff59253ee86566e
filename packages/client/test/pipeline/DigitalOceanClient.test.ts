import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as DigitalOceanClient from "../../src/DigitalOceanClient.ts"
import type { DigitalOceanError } from "../../src/DigitalOceanError.ts"
import * as Images from "../../src/Images.ts"
import { action, image, lines, recorded, requests, token } from "../support/recorded.ts"

const { answer, breakOff, empty, fail, hang, json, stall } = RecordingClient

const ok = json({ image: image({ id: 7 }) })
const acted = json({ action: action() }, 201)
const unavailable = json({ id: "service_unavailable", message: "m" }, 503)
const tooMany = (headers: Record<string, string>) => json({ id: "too_many_requests", message: "m" }, 429, headers)

const get = Images.Images.use((images) => images.get(7))
const put = Images.Images.use((images) => images.update(7, { name: "n" }))
const remove = Images.Images.use((images) => images.delete(7))
const post = Images.Images.use((images) => images.transfer(7, "sfo3"))

/** Runs a program while time passes, as much as it wants. */
const hurry = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.exit(program))
    for (let i = 0; i < 40; i++) yield* TestClock.adjust("10 seconds")
    return yield* yield* Fiber.join(fiber)
  })

const count = Effect.map(requests, (all) => all.length)

describe("repetition", () => {
  const failures: ReadonlyArray<[name: string, answer: RecordingClient.Answer, reads: number, posts: number]> = [
    ["a refused connection", fail("ECONNREFUSED"), 5, 5],
    ["a name that does not resolve for the moment", fail("EAI_AGAIN"), 5, 5],
    ["a connection lost", fail("ECONNRESET"), 5, 1],
    ["a body that breaks off", breakOff(200, '{"image":{'), 5, 1],
    ["a body that ends early", answer(200, '{"image":{"id":7', { "content-type": "application/json" }), 5, 1],
    ["a body shorter than announced", answer(200, "{}", { "content-length": "10" }), 5, 1],
    // 60 s each, of the two minutes that a call may take
    ["a body that stalls", stall(200, '{"image":{'), 2, 1],
    ["no answer", hang, 4, 1],
    ["500", json({}, 500), 5, 1],
    ["502 as HTML", answer(502, "<html>"), 5, 1],
    ["503", unavailable, 5, 1],
    ["504 with nothing", empty(504), 5, 1],
    ["408", json({}, 408), 5, 1],
    ["a 429 without headers", tooMany({}), 5, 5],
    ["a body of which nothing came", answer(200, "", { "content-length": "10" }), 5, 1],
    ["a body that ends early at a brace", answer(200, '{"image":{"id":1}'), 5, 1],
    ["501", json({}, 501), 1, 1],
    [
      "a 429 of the operation",
      tooMany({ "ratelimit-limit": "5000", "ratelimit-remaining": "9", "ratelimit-reset": "9" }),
      1,
      1
    ],
    ["a 429 that asks for a day", tooMany({ "retry-after": "86400" }), 1, 1],
    // R58: what is permanent
    ["a name that nobody has", fail("ENOTFOUND"), 1, 1],
    ["a certificate that has expired", fail("CERT_HAS_EXPIRED"), 1, 1],
    ["a certificate that nobody trusts", fail("SELF_SIGNED_CERT_IN_CHAIN"), 1, 1],
    ["a certificate for another name", fail("ERR_TLS_CERT_ALTNAME_INVALID"), 1, 1],
    [
      "a server that does not use TLS",
      fail("EPROTO", "write EPROTO 40:error:0A00010B:SSL routines::wrong version number"),
      1,
      1
    ],
    ["a server of another protocol", fail("HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/"), 1, 1],
    ["headers that are too large", fail("HPE_HEADER_OVERFLOW", "Parse Error: Header overflow"), 1, 1],
    ["a URL that is not valid", fail("ERR_INVALID_URL"), 1, 1],
    ["HTML as a success", answer(200, "<html>maintenance</html>"), 1, 1],
    ["an empty success", answer(200, ""), 1, 1],
    ["a redirect", answer(302, "", { location: "https://elsewhere.example" }), 1, 1],
    ["400", json({}, 400), 1, 1],
    ["401", json({}, 401), 1, 1],
    ["403", json({}, 403), 1, 1],
    ["404", json({}, 404), 1, 1],
    ["409", json({}, 409), 1, 1],
    ["422", json({}, 422), 1, 1]
  ]
  const five = <A>(value: A): ReadonlyArray<A> => [value, value, value, value, value]
  for (const [name, failing, reads, posts] of failures) {
    it.effect(`${name}: a GET is sent ${reads} times, a POST ${posts} times, and the failure is returned`, () =>
      Effect.gen(function* () {
        yield* Effect.flip(hurry(get))
        assert.strictEqual(yield* count, reads)
        yield* TestClock.adjust("1 hour")
        yield* Effect.flip(hurry(put))
        assert.strictEqual(yield* count, 2 * reads)
        yield* TestClock.adjust("1 hour")
        yield* Effect.flip(hurry(post))
        assert.strictEqual(yield* count, 2 * reads + posts)
      }).pipe(recorded([...Array(reads * 2).fill(failing), ...Array(posts).fill(failing)]))
    )
  }

  it.effect("ends with the first answer", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* hurry(get)).name, "web")
      assert.strictEqual(yield* count, 3)
    }).pipe(recorded([unavailable, fail("ECONNRESET"), ok]))
  )

  it.effect("of a POST that found no connection ends with its answer", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* hurry(post)).type, "transfer")
      assert.strictEqual(yield* count, 2)
    }).pipe(recorded([fail("ECONNREFUSED"), acted]))
  )

  it.effect("stops before a POST is sent twice", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hurry(post))
      assert.strictEqual(error.outcome, "unknown")
      assert.strictEqual(yield* count, 2)
    }).pipe(recorded([fail("ECONNREFUSED"), unavailable, acted]))
  )

  it.effect("waits as long as a 429 says, and no longer", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("28999 millis")
      assert.strictEqual(yield* count, 1)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).name, "web")
    }).pipe(recorded([tooMany({ "retry-after": "29" }), ok]))
  )

  it.effect("pauses 250 ms, 500 ms, 1 s, 2 s, give or take a fifth", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.flip(get))
      const counts: Array<number> = []
      for (const millis of [199, 101, 299, 301, 499, 701, 899, 1501]) {
        yield* TestClock.adjust(millis)
        counts.push(yield* count)
      }
      yield* Fiber.join(fiber)
      assert.strictEqual(counts[0], 1)
      assert.strictEqual(counts[1], 2)
      assert.strictEqual(counts.at(-1), 5)
    }).pipe(recorded(five(unavailable)))
  )

  it.effect("is the scope's to change", () =>
    Effect.gen(function* () {
      yield* Effect.flip(DigitalOceanClient.withRetry(get, { times: 0 }))
      assert.strictEqual(yield* count, 1)
      const patient = DigitalOceanClient.withRetry({ times: 1, schedule: Schedule.spaced("1 minute") })
      yield* Effect.flip(hurry(patient(get)))
      assert.strictEqual(yield* count, 3)
    }).pipe(recorded([unavailable, unavailable, unavailable]))
  )

  it.effect("is the client's to change", () =>
    Effect.gen(function* () {
      yield* Effect.flip(get)
      assert.strictEqual(yield* count, 1)
    }).pipe(recorded([unavailable], { retry: { times: 0 } }))
  )

  it.effect("refuses an option that cannot be right, before anything is sent", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(DigitalOceanClient.withRetry(get, { times: 0.5 }))
      assert.strictEqual(error.operation, "DigitalOceanClient.withRetry")
      assert.deepInclude(error.reason, { _tag: "InvalidInput", field: "times" })
      assert.strictEqual(yield* count, 0)
    }).pipe(recorded([]))
  )

  it.effect("is over when the client's patience is", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hurry(get))
      assert.strictEqual(error.reason._tag, "RateLimited")
      assert.strictEqual(yield* count, 2)
    }).pipe(
      recorded([tooMany({ "retry-after": "20" }), tooMany({ "retry-after": "20" })], {
        retry: { maxWait: "30 seconds" }
      })
    )
  )

  it.effect("of a DELETE takes 'not found' for done, after a try whose outcome is unknown", () =>
    Effect.gen(function* () {
      yield* hurry(remove)
      assert.strictEqual(yield* count, 2)
    }).pipe(recorded([fail("ECONNRESET"), json({}, 404)]))
  )

  it.effect("of a DELETE that is refused looks whether the first try has done it", () =>
    Effect.gen(function* () {
      yield* hurry(remove)
      assert.deepStrictEqual(
        (yield* lines).map((line) => line.slice(0, 6)),
        ["DELETE", "DELETE", "GET ht"]
      )
    }).pipe(recorded([fail("ECONNRESET"), json({}, 422), json({ image: image({ id: 7, status: "deleted" }) })]))
  )

  it.effect("of a DELETE that is refused while the image is still there tells the refusal", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hurry(remove))
      assert.strictEqual(error.reason._tag, "UnprocessableEntity")
    }).pipe(recorded([fail("ECONNRESET"), json({}, 422), ok]))
  )

  it.effect("of a DELETE whose first try is refused asks nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hurry(remove))
      assert.strictEqual(error.reason._tag, "UnprocessableEntity")
      assert.strictEqual(yield* count, 1)
    }).pipe(recorded([json({}, 422)]))
  )

  it.effect("of a DELETE that was definitely not executed returns 'not found'", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hurry(remove))
      assert.strictEqual(error.reason._tag, "NotFound")
    }).pipe(recorded([fail("ECONNREFUSED"), json({}, 404)]))
  )

  it.effect("of a DELETE that has an answer to decode tells 'not found' too", () =>
    Effect.gen(function* () {
      const client = yield* DigitalOceanClient.DigitalOceanClient
      const call = client.request({ method: "DELETE", path: "/v2/x", schema: Schema.Struct({ id: Schema.Int }) })
      assert.strictEqual((yield* Effect.flip(hurry(call))).reason._tag, "NotFound")
    }).pipe(recorded([fail("ECONNRESET"), json({}, 404)]))
  )

  it.effect("stops at once when it is interrupted", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("100 millis")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* count, 1)
    }).pipe(recorded([unavailable]))
  )
})

describe("limits", () => {
  const once = { retry: { times: 0 } }

  it.effect("30 seconds without an answer are a failure that says so", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hurry(get))
      assert.deepInclude(error.reason, { _tag: "TransportError", phase: "headers", sent: true })
      assert.include(error.message, "30s")
    }).pipe(recorded([hang], once))
  )

  it.effect("60 seconds without a whole body are a failure that says so", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hurry(get))
      assert.deepInclude(error.reason, { _tag: "TransportError", phase: "body", sent: true })
    }).pipe(recorded([stall(200, "{")], once))
  )

  it.effect("both can be set", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.flip(get))
      yield* TestClock.adjust("2 seconds")
      assert.include((yield* Fiber.join(fiber)).message, "2s")
    }).pipe(recorded([hang], { ...once, headersTimeout: "2 seconds" }))
  )

  it.effect("hold after a transport that threw, which tells no token", () =>
    Effect.gen(function* () {
      const fetching = yield* HttpClient.HttpClient
      let calls = 0
      const throwing = HttpClient.transformResponse(fetching, (response) => {
        calls += 1
        if (calls === 1) throw new Error(`bad header ${token}`)
        return response
      })
      const again = Effect.provide(
        Effect.all([Effect.exit(get), Effect.exit(hurry(get))]),
        DigitalOcean.layer({ token: Redacted.make(token), ...once }).pipe(
          Layer.provide(Layer.succeed(HttpClient.HttpClient, throwing))
        )
      )
      const [first, second] = yield* again
      assert.isTrue(Exit.hasDies(first))
      assert.notInclude(Cause.pretty(Option.getOrThrow(Exit.getCause(first))), token)
      assert.include(Cause.pretty(Option.getOrThrow(Exit.getCause(second))), "30s")
    }).pipe(Effect.provide(RecordingClient.layer([hang])))
  )

  const late =
    (after: Duration.Input, then: RecordingClient.Answer): RecordingClient.Answer =>
    (request) =>
      Effect.delay(then(request), after)

  for (const [what, headersTimeout, bodyTimeout, body, at] of [
    ["a short deadline for the body counts from the head on", "30 seconds", "2 seconds", stall(200, "{"), 7],
    ["a long one too, past the deadline for the head", "6 seconds", "10 seconds", stall(200, "{"), 15],
    ["of a body that is announced as well", "30 seconds", "2 seconds", stall(200, "{", { "content-length": "9" }), 7]
  ] as const) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.flip(get))
        yield* TestClock.adjust(Duration.millis(at * 1000 - 1))
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        const error = yield* Fiber.join(fiber)
        assert.deepInclude(error.reason, { _tag: "TransportError", phase: "body", code: "ETIMEDOUT" })
      }).pipe(recorded([late("5 seconds", body)], { ...once, headersTimeout, bodyTimeout }))
    )
  }

  it.effect("a void operation waits for its body too, but never parses it", () =>
    Effect.gen(function* () {
      yield* remove
    }).pipe(recorded([answer(202, " ", { "content-type": "text/html" })]))
  )

  for (const [name, large] of [
    ["announced", answer(200, "x".repeat(2000), { "content-length": "2000" })],
    ["counted as it comes", answer(200, new Response("x".repeat(2000)).body)],
    ["announced too small", answer(200, "x".repeat(2000), { "content-length": "10" })],
    ["unpacked", answer(200, "x".repeat(2000), { "content-encoding": "gzip", "content-length": "20" })]
  ] as const) {
    it.effect(`a body that is too large is refused: ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(get)
        assert.deepInclude(error.reason, { _tag: "TransportError", phase: "body" })
        assert.include(error.message, "larger than 1000 bytes")
        assert.isFalse(error.isRetryable)
        assert.strictEqual(yield* count, 1)
      }).pipe(recorded([large], { maxBodyBytes: 1000 }))
    )
  }
})

describe("a request is aborted", () => {
  const aborted = Effect.map(requests, (all) => all.map((request) => request.aborted))
  const unannounced = answer(200, JSON.stringify({ image: image({ id: 7 }) }))

  for (const [name, given, isAborted] of [
    ["not when its answer is whole", ok, false],
    ["not when its answer of unknown length is whole", unannounced, false],
    ["not when its whole answer is a failure", json({}, 404), false],
    ["not when the whole body is not JSON", answer(200, "<html>"), false],
    ["when no answer comes in time", hang, true],
    ["when the body stalls", stall(200, "{"), true],
    ["when the body is too large", answer(200, new Response("x".repeat(2000)).body), true],
    ["when the body breaks off", breakOff(200, "{"), true]
  ] as const) {
    it.effect(name, () =>
      Effect.gen(function* () {
        yield* Effect.exit(hurry(get))
        assert.deepStrictEqual(yield* aborted, [isAborted])
      }).pipe(recorded([given], { retry: { times: 0 }, maxBodyBytes: 1000 }))
    )
  }

  for (const [name, given] of [
    ["before its answer", hang],
    ["in the middle of its body", stall(200, "{")]
  ] as const) {
    it.effect(`when it is interrupted ${name}`, () =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(get)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* aborted, [false])
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* aborted, [true])
      }).pipe(recorded([given]))
    )
  }
})

describe("a success that is not what was asked for", () => {
  const bodies: ReadonlyArray<[name: string, answer: RecordingClient.Answer, path: string]> = [
    ["null", answer(200, "null"), ""],
    ["a number", answer(200, "7"), ""],
    ["an empty object", json({}), "image"],
    ["an error in disguise", json({ id: "x", message: "y" }), "id"],
    ["an image without id", json({ image: image({ id: undefined }) }), "image.id"],
    [
      "an id beyond 2^53-1",
      answer(200, '{"image":{"id":9007199254740993,"created_at":"2026-01-01T00:00:00Z"}}'),
      "image.id"
    ],
    ["an invalid date", json({ image: image({ created_at: "soon" }) }), "image.created_at"]
  ]
  for (const [name, body, path] of bodies) {
    it.effect(`${name} is a DecodeError that says where`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(get)
        assert.deepInclude(error.reason, { _tag: "DecodeError", status: 200, path })
        assert.strictEqual(error.outcome, "executed")
      }).pipe(recorded([body]))
    )
  }

  // R44: another server may have sent it
  for (const [name, body, issue] of [
    ["a page of HTML", answer(200, "<html><title>Log in</title></html>"), "expected JSON, got HTML: Log in"],
    ["nothing", answer(201, ""), "expected JSON, got an empty body"],
    ["text", answer(200, "ok"), "expected JSON, got ok"]
  ] as const) {
    it.effect(`${name} does not tell whether the request was executed`, () =>
      Effect.gen(function* () {
        const calls: ReadonlyArray<Effect.Effect<unknown, DigitalOceanError, Images.Images>> = [get, put, post]
        for (const call of calls) {
          const error = yield* Effect.flip(call)
          assert.deepInclude(error.reason, { _tag: "DecodeError", path: "", issue, notJson: true })
          assert.strictEqual(error.outcome, "unknown")
        }
      }).pipe(recorded([body, body, body]))
    )
  }

  it.effect("a page of HTML does not tell whether a DELETE was executed", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(remove)).outcome, "unknown")
    }).pipe(recorded([answer(200, "<html>")]))
  )

  it.effect("a bare image is taken as well as one in its envelope", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* get).id, 7)
    }).pipe(recorded([json(image({ id: 7 }))]))
  )

  it.effect("a bare action is taken as well as one in its envelope", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* post).id, 36805527)
    }).pipe(recorded([json(action(), 201)]))
  )
})

describe("the token", () => {
  const make = (token: string, options?: Partial<DigitalOceanClient.Options>) =>
    DigitalOcean.make({ token: Redacted.make(token), ...options })

  it.effect("is trimmed", () =>
    Effect.gen(function* () {
      yield* Effect.provide(get, yield* make("  abc\n"))
      assert.deepStrictEqual(
        (yield* requests).map(({ authorization }) => Redacted.value(authorization!)),
        ["Bearer abc"]
      )
    }).pipe(Effect.provide(RecordingClient.layer([ok])))
  )

  it.effect("with a control character is refused before anything is made", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(make("abc\ndef"))
      assert.deepInclude(error.reason, { _tag: "InvalidInput", field: "token" })
    }).pipe(Effect.provide(RecordingClient.layer([])))
  )

  it.effect("of each of two clients goes with its own requests", () =>
    Effect.gen(function* () {
      const sender = yield* make("sender")
      const recipient = yield* make("recipient", { baseUrl: "http://127.0.0.1:8080/prefix/" })
      yield* Effect.all([Effect.provide(get, sender), Effect.provide(get, recipient)], { concurrency: 2 })
      yield* Effect.provide(get, sender)
      assert.deepStrictEqual(
        (yield* requests).map(({ authorization, url }) => [url, Redacted.value(authorization!)]),
        [
          ["https://api.digitalocean.com/v2/images/7", "Bearer sender"],
          ["http://127.0.0.1:8080/prefix/v2/images/7", "Bearer recipient"],
          ["https://api.digitalocean.com/v2/images/7", "Bearer sender"]
        ]
      )
    }).pipe(Effect.provide(RecordingClient.layer([ok, ok, ok])))
  )

  for (const [name, env, sent] of [
    ["DIGITALOCEAN_TOKEN", { DIGITALOCEAN_TOKEN: "one", DIGITALOCEAN_ACCESS_TOKEN: "two" }, "Bearer one"],
    ["DIGITALOCEAN_ACCESS_TOKEN", { DIGITALOCEAN_ACCESS_TOKEN: "two" }, "Bearer two"],
    [
      "DIGITALOCEAN_ACCESS_TOKEN where DIGITALOCEAN_TOKEN is blank",
      { DIGITALOCEAN_TOKEN: " ", DIGITALOCEAN_ACCESS_TOKEN: "two" },
      "Bearer two"
    ]
  ] as const) {
    it.effect(`comes from ${name}`, () =>
      Effect.gen(function* () {
        yield* get.pipe(
          Effect.provide(
            DigitalOcean.layerConfig().pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env))))
          )
        )
        assert.deepStrictEqual(
          (yield* requests).map(({ authorization }) => Redacted.value(authorization!)),
          [sent]
        )
      }).pipe(Effect.provide(RecordingClient.layer([ok])))
    )
  }

  it.effect("comes from the environment, whatever other variables start with its name", () =>
    Effect.gen(function* () {
      const env = { DIGITALOCEAN_TOKEN: "one", DIGITALOCEAN_TOKEN_0: "x", DIGITALOCEAN_TOKEN_FILE: "y" }
      yield* get.pipe(
        Effect.provide(
          DigitalOcean.layerConfig().pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))))
        )
      )
      assert.deepStrictEqual(
        (yield* requests).map(({ authorization }) => Redacted.value(authorization!)),
        ["Bearer one"]
      )
    }).pipe(Effect.provide(RecordingClient.layer([ok])))
  )

  it.effect("that cannot be read is a ConfigError", () =>
    Effect.gen(function* () {
      const cause = new ConfigProvider.SourceError({ message: "the vault is sealed" })
      const sealed = ConfigProvider.layer(ConfigProvider.make(() => Effect.fail(cause)))
      const error = yield* Effect.flip(Effect.provide(get, Layer.provide(DigitalOcean.layerConfig(), sealed)))
      assert.isTrue(error._tag === "ConfigError" && error.cause === cause && /vault is sealed/.test(error.message))
    }).pipe(Effect.provide(RecordingClient.layer([])))
  )

  for (const [name, env, options, url] of [
    ["DIGITALOCEAN_API_URL", "http://127.0.0.1:8080", {}, "http://127.0.0.1:8080/v2/images/7"],
    ["the option", "http://127.0.0.1:8080", { baseUrl: "http://[::1]:1" }, "http://[::1]:1/v2/images/7"],
    ["DigitalOcean where the variable is blank", " ", {}, "https://api.digitalocean.com/v2/images/7"]
  ] as const) {
    it.effect(`goes to the base URL of ${name}`, () =>
      Effect.gen(function* () {
        const config = ConfigProvider.fromUnknown({ DIGITALOCEAN_TOKEN: "one", DIGITALOCEAN_API_URL: env })
        yield* get.pipe(
          Effect.provide(DigitalOcean.layerConfig(options).pipe(Layer.provide(ConfigProvider.layer(config))))
        )
        assert.deepStrictEqual(
          (yield* requests).map((request) => request.url),
          [url]
        )
      }).pipe(Effect.provide(RecordingClient.layer([ok])))
    )
  }

  for (const [name, layer] of [
    ["in no variable", DigitalOcean.layerConfig()],
    ["an empty option", DigitalOcean.layer({ token: Redacted.make(" ") })]
  ] as const) {
    it.effect(`that is ${name} is an InvalidInput that names both variables, and says how to set one`, () =>
      Effect.gen(function* () {
        const none = ConfigProvider.layer(ConfigProvider.fromUnknown({}))
        const error = yield* get.pipe(Effect.provide(layer.pipe(Layer.provide(none))), Effect.flip)
        assert.include(error.message, "set DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN to an access token")
      }).pipe(Effect.provide(RecordingClient.layer([])))
    )
  }

  it.effect("stays when fetch receives a redirect", () =>
    Effect.gen(function* () {
      const seen: Array<RequestInit | undefined> = []
      const fetch: typeof globalThis.fetch = (_, init) => {
        seen.push(init)
        return Promise.resolve(new Response("", { status: 307, headers: { location: "https://elsewhere.example" } }))
      }
      const layer = DigitalOcean.layer({ token: Redacted.make("abc") }).pipe(Layer.provide(FetchHttpClient.layer))
      const error = yield* Effect.flip(post).pipe(
        Effect.provide(layer),
        Effect.provideService(FetchHttpClient.Fetch, fetch)
      )
      assert.deepInclude(error.reason, { _tag: "UnexpectedStatus", status: 307 })
      assert.include(error.message, "not followed")
      assert.deepStrictEqual(
        seen.map((init) => init?.redirect),
        ["manual"]
      )
    })
  )

  it.effect("goes without trace headers, unless they are asked for", () =>
    Effect.gen(function* () {
      yield* Effect.provide(get, yield* make("abc"))
      yield* Effect.provide(get, yield* make("abc", { tracePropagation: true }))
      assert.deepStrictEqual(
        (yield* requests).map(({ headers }) => "traceparent" in headers || "b3" in headers),
        [false, true]
      )
    }).pipe(Effect.provide(RecordingClient.layer([ok, ok])))
  )
})

describe("options that cannot be right", () => {
  const table: ReadonlyArray<[field: string, options: Partial<DigitalOceanClient.Options>]> = [
    ["baseUrl", { baseUrl: "http://api.digitalocean.com" }],
    ["baseUrl", { baseUrl: "nonsense" }],
    ["userAgent", { userAgent: "a\r\nb: c" }],
    ["maxBodyBytes", { maxBodyBytes: 0 }],
    ["maxBodyBytes", { maxBodyBytes: Number.NaN }],
    ["headersTimeout", { headersTimeout: "soon" as never }],
    ["bodyTimeout", { bodyTimeout: -1 }],
    ["bodyTimeout", { bodyTimeout: Number.NaN }],
    ["times", { retry: { times: -1 } }],
    ["maxWait", { retry: { maxWait: "a while" as never } }],
    ["rateLimits.perMinute", { rateLimits: { perMinute: 0 } }],
    ["rateLimits.perMinute", { rateLimits: { perMinute: Number.POSITIVE_INFINITY } }],
    ["rateLimits.perHour", { rateLimits: { perHour: 2.5 } }]
  ]
  for (const [field, options] of table) {
    it.effect(`${field}: ${JSON.stringify(options)}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(DigitalOceanClient.make({ token: Redacted.make("abc"), ...options }))
        assert.deepInclude(error.reason, { _tag: "InvalidInput", field })
      }).pipe(Effect.provide(RecordingClient.layer([])))
    )
  }
})

describe("request, the way to an endpoint nobody modelled", () => {
  const client = DigitalOceanClient.DigitalOceanClient
  const schema = Schema.Struct({ ssh_key: Schema.Struct({ id: Schema.Int }) })

  it.effect("sends method, path, query and body, and reads the answer with a schema", () =>
    Effect.gen(function* () {
      const body = { name: "n", absent: undefined, empty: "" }
      const answered = yield* client.use((client) =>
        client.request({
          method: "POST",
          path: "/v2/account/keys",
          query: { a: "b&c", n: 1, x: undefined },
          body,
          schema
        })
      )
      assert.deepStrictEqual(answered, { ssh_key: { id: 7 } })
      assert.deepStrictEqual(yield* lines, [
        'POST https://api.digitalocean.com/v2/account/keys?a=b%26c&n=1 {"name":"n","empty":""}'
      ])
    }).pipe(recorded([json({ ssh_key: { id: 7 } }, 201)]))
  )

  it.effect("without a schema reads no answer", () =>
    Effect.gen(function* () {
      const path = "/v2/account/keys/7"
      assert.isUndefined(yield* client.use((client) => client.request({ method: "DELETE", path })))
    }).pipe(recorded([answer(204, null)]))
  )

  it.effect("without a schema takes no page of a proxy for a success", () =>
    Effect.gen(function* () {
      const request = client.use((client) => client.request({ method: "DELETE", path: "/v2/account/keys/7" }))
      const error = yield* Effect.flip(hurry(request))
      assert.strictEqual(error.reason._tag, "DecodeError")
      assert.include(error.message, "Welcome")
    }).pipe(recorded([answer(200, "\n<!doctype html><title>Welcome</title>")]))
  )

  it.effect("obeys the same law: errors, repetition, redaction", () =>
    Effect.gen(function* () {
      const call = client.use((client) => client.request({ method: "GET", path: "/v2/x", operation: "X.get", schema }))
      const error = yield* Effect.flip(hurry(call))
      assert.strictEqual(error.operation, "X.get")
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.strictEqual(yield* count, 2)
    }).pipe(recorded([unavailable, json({ id: "not_found", message: "m" }, 404)]))
  )

  it.effect("refuses a path to another host, and a body that is no JSON", () =>
    Effect.gen(function* () {
      const cyclic: { self?: unknown } = {}
      cyclic.self = cyclic
      const refused = (
        request: DigitalOceanClient.Request
      ): Effect.Effect<DigitalOceanError, void, DigitalOceanClient.DigitalOceanClient> =>
        Effect.flip(client.use((client) => client.request(request)))
      const elsewhere = yield* refused({ method: "GET", path: "//evil.example/v2" })
      const broken = yield* refused({ method: "POST", path: "/v2/x", body: cyclic })
      assert.deepInclude(elsewhere.reason, { _tag: "InvalidInput", field: "path" })
      const number = yield* refused({ method: "GET", path: "/v2/x", query: { a: Number.NaN } })
      const half = yield* refused({ method: "GET", path: "/v2/x", query: { a: "\ud800" } })
      for (const { reason } of [number, half]) assert.deepInclude(reason, { _tag: "InvalidInput", field: "a" })
      const nothing = yield* refused({ method: "POST", path: "/v2/x", body: () => 1 })
      const big = yield* Effect.flip(Images.Images.use((images) => images.performAction(7, "x", { n: 1n })))
      for (const { reason } of [broken, nothing, big]) {
        assert.deepInclude(reason, { _tag: "InvalidInput", field: "body" })
      }
    }).pipe(recorded([]))
  )
})

describe("the budget", () => {
  const headers = (remaining: number) => ({
    "ratelimit-limit": "5000",
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": "1700000000"
  })

  it.effect("is None before the first response, then that of the latest one", () =>
    Effect.gen(function* () {
      const client = yield* DigitalOceanClient.DigitalOceanClient
      assert.isTrue(Option.isNone(yield* client.rateLimit))
      yield* get
      yield* Effect.flip(get)
      yield* get
      const seen = Option.getOrThrow(yield* client.rateLimit)
      assert.deepInclude(seen, { limit: 5000, remaining: 4998 })
    }).pipe(
      recorded([
        json({ image: image({ id: 7 }) }, 200, headers(4999)),
        json({ id: "not_found", message: "m" }, 404, headers(4998)),
        json({ image: image({ id: 7 }) }, 200, { "ratelimit-remaining": "nonsense" })
      ])
    )
  )

  it.effect("is a stream", () =>
    Effect.gen(function* () {
      const client = yield* DigitalOceanClient.DigitalOceanClient
      yield* get
      const fiber = yield* Effect.forkChild(client.rateLimits.pipe(Stream.take(2), Stream.runCollect))
      yield* Effect.yieldNow
      yield* get
      assert.deepStrictEqual(
        (yield* Fiber.join(fiber)).map(({ remaining }) => remaining),
        [10, 9]
      )
    }).pipe(
      recorded([
        json({ image: image({ id: 7 }) }, 200, headers(10)),
        json({ image: image({ id: 7 }) }, 200, headers(9))
      ])
    )
  )
})

it.effect("layerTest dies with the name of a member that was not given", () =>
  Effect.gen(function* () {
    const client = yield* DigitalOceanClient.DigitalOceanClient
    assert.strictEqual(client.baseUrl, "https://api.digitalocean.com")
    const exit = yield* Effect.exit(client.request({ method: "GET", path: "/v2/x" }))
    assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
  }).pipe(Effect.provide(DigitalOceanClient.layerTest({})))
)

it.effect("any HttpClient will do", () => {
  const http = HttpClient.make((request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({ image: image({ id: 7, name: "mine" }) })))
  )
  return get.pipe(
    Effect.map(({ name }) => assert.strictEqual(name, "mine")),
    Effect.provide(DigitalOcean.layer({ token: Redacted.make("abc") })),
    Effect.provideService(HttpClient.HttpClient, http)
  )
})
