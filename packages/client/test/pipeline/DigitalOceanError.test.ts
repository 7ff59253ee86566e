import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"
import { withRetry } from "../../src/DigitalOceanClient.ts"
import * as Errors from "../../src/DigitalOceanError.ts"
import * as Images from "../../src/Images.ts"
import { recorded, token } from "../support/recorded.ts"

const get = Images.Images.use((images) => images.get(7)).pipe(withRetry({ times: 0 }))
const failure = (answer: RecordingClient.Answer) => Effect.flip(get).pipe(recorded([answer]))

const named: Readonly<Record<number, Errors.Reason["_tag"]>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  422: "UnprocessableEntity",
  429: "RateLimited"
}

describe("a status", () => {
  it.effect("from 300 to 599 is exactly one reason, and keeps DigitalOcean's words", () =>
    Effect.gen(function* () {
      for (let status = 300; status <= 599; status++) {
        const bodyless = status === 304
        const body = { id: "some_id", message: "Some words.", request_id: "4d9d8375" }
        const error = yield* failure(bodyless ? RecordingClient.empty(status) : RecordingClient.json(body, status))
        assert.strictEqual(error.reason._tag, named[status] ?? (status >= 500 ? "ServerError" : "UnexpectedStatus"))
        assert.strictEqual(error.status, status)
        assert.strictEqual(error.operation, "Images.get")
        if (status >= 400) {
          assert.deepInclude(error.reason, { id: "some_id", detail: "Some words.", requestId: "4d9d8375" })
          assert.include(error.message, "Some words.")
          assert.include(error.message, "4d9d8375")
        }
      }
    })
  )

  for (const [what, answer, detail] of [
    ["HTML", RecordingClient.answer(502, "<html>\n  <h1>Bad   Gateway</h1></html>"), "Bad Gateway"],
    ["text", RecordingClient.answer(503, "upstream timed out"), "upstream timed out"],
    ["nothing", RecordingClient.empty(504), ""],
    ["a 304, which is no redirect", RecordingClient.empty(304), ""],
    ["half a JSON text", RecordingClient.answer(500, '{"id":"server'), '{"id":"server'],
    ["JSON of another shape", RecordingClient.json([1], 500), "[1]"],
    // R45: all that is there
    [
      "the error of a tag",
      RecordingClient.json({ error: "bad", messages: ["a", "b"], root_causes: [] }, 400),
      "bad; a; b"
    ],
    ["no message but an error", RecordingClient.json({ messages: [], error: "bad" }, 400), "bad"],
    ["a message and an error", RecordingClient.json({ message: "m", error: "bad" }, 400), "m; bad"],
    ["one reason twice", RecordingClient.json({ message: "bad", error: "bad", messages: ["bad"] }, 400), "bad"],
    ["errors as objects", RecordingClient.json({ errors: [{ message: "a" }, { code: 1 }, "b"] }, 400), "a; b"],
    ["an id alone", RecordingClient.json({ id: "bad_request" }, 400), "bad_request"],
    ["no reason in any known place", RecordingClient.json({ why: "bad" }, 400), '{"why":"bad"}'],
    [
      "values of other types",
      RecordingClient.json({ id: 1, message: {}, error: [], messages: 7 }, 400),
      '{"id":1,"message":{},"error":[],"messages":7}'
    ],
    ["an empty object", RecordingClient.json({}, 400), ""],
    // R55
    [
      "JSON 100,000 levels deep",
      RecordingClient.answer(400, `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
      `${"[".repeat(200)}...`
    ],
    [
      "a message 100,000 levels deep",
      RecordingClient.answer(400, `{"message":${"[".repeat(100_000)}${"]".repeat(100_000)},"error":"bad"}`),
      "bad"
    ],
    [
      "a page of HTML that shows nothing",
      RecordingClient.answer(400, "<html><script>x()</script></html>"),
      "a page without visible text"
    ]
  ] as const) {
    it.effect(`with ${what} as body keeps what there is to tell`, () =>
      Effect.map(failure(answer), (error) => assert.propertyVal(error.reason, "detail", detail))
    )
  }

  it.effect("with an enormous body keeps its beginning", () =>
    Effect.map(failure(RecordingClient.answer(500, "x".repeat(100_000))), (error) =>
      assert.isBelow(error.message.length, 400)
    )
  )

  // R56: what is echoed has a limit
  it.effect("with a million letters in any place keeps its beginning", () =>
    Effect.gen(function* () {
      const long = "x".repeat(1_000_000)
      const bodies = [
        ...["id", "message", "error", "request_id"].map((key) => ({ [key]: long })),
        { messages: Array(30).fill(long) },
        { errors: [{ message: long }] },
        { [long]: long }
      ]
      for (const body of bodies) {
        const error = yield* failure(RecordingClient.json(body, 422, { "x-request-id": long }))
        assert.isBelow(JSON.stringify(error).length, 2000)
        assert.isBelow(error.message.length, 1000)
      }
      const rows = RecordingClient.json({ image: { [long]: long } })
      assert.isBelow(JSON.stringify(yield* failure(rows)).length, 2000)
    })
  )

  it.effect("403 names the scopes that the operation takes", () =>
    Effect.map(failure(RecordingClient.json({ id: "forbidden", message: "No." }, 403)), (error) => {
      assert.deepInclude(error.reason, { _tag: "Forbidden", scopes: ["image:read"] })
      assert.include(error.message, "image:read")
    })
  )
})

describe("a failure of the transport", () => {
  const { DecodeError, EmptyBodyError, EncodeError, HttpClientError: Failure } = HttpClientError
  const { InvalidUrlError, StatusCodeError, TransportError } = HttpClientError
  const reasons: ReadonlyArray<[name: string, answer: RecordingClient.Answer, expected: object]> = [
    [
      "TransportError",
      (request) => Effect.fail(new Failure({ reason: new TransportError({ request, description: "cut" }) })),
      { _tag: "TransportError", sent: true, phase: "headers", description: "cut" }
    ],
    [
      "EncodeError",
      (request) => Effect.fail(new Failure({ reason: new EncodeError({ request, description: "no" }) })),
      { _tag: "InvalidInput", field: "body" }
    ],
    [
      "InvalidUrlError",
      (request) => Effect.fail(new Failure({ reason: new InvalidUrlError({ request, description: "no" }) })),
      { _tag: "InvalidInput", field: "url" }
    ],
    [
      "StatusCodeError, from a client that filters statuses",
      (request) => {
        const response = HttpClientResponse.fromWeb(request, new Response('{"id":"x","message":"y"}', { status: 404 }))
        return Effect.fail(new Failure({ reason: new StatusCodeError({ request, response }) }))
      },
      { _tag: "NotFound", id: "x", detail: "y" }
    ],
    [
      "DecodeError",
      (request) => {
        const response = HttpClientResponse.fromWeb(request, new Response(null))
        return Effect.fail(new Failure({ reason: new DecodeError({ request, response, description: "torn" }) }))
      },
      { _tag: "TransportError", sent: true, phase: "body" }
    ],
    [
      "EmptyBodyError",
      (request) => {
        const response = HttpClientResponse.fromWeb(request, new Response(null))
        return Effect.fail(new Failure({ reason: new EmptyBodyError({ request, response }) }))
      },
      { _tag: "TransportError", sent: true, phase: "body" }
    ]
  ]
  for (const [name, answer, expected] of reasons) {
    it.effect(`${name} is one reason`, () =>
      Effect.map(failure(answer), (error) => assert.deepInclude(error.reason, expected))
    )
  }

  for (const [code, sent] of [
    ["ECONNREFUSED", false],
    ["ENOTFOUND", false],
    ["EAI_AGAIN", false],
    ["UND_ERR_CONNECT_TIMEOUT", false],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", false],
    ["ERR_SSL_WRONG_VERSION_NUMBER", false],
    ["ECONNRESET", true],
    ["EPIPE", true],
    ["UND_ERR_SOCKET", true],
    ["UND_ERR_HEADERS_TIMEOUT", true],
    ["SOMETHING_NEW", true]
  ] as const) {
    it.effect(`${code}: sent is ${sent}`, () =>
      Effect.map(failure(RecordingClient.fail(code)), (error) => {
        assert.deepInclude(error.reason, { _tag: "TransportError", sent, code })
        assert.strictEqual(error.outcome, sent ? "unknown" : "not-executed")
      })
    )
  }

  for (const [code, syscall, sent] of [
    ["EHOSTUNREACH", "connect", false],
    ["ENETUNREACH", "connect", false],
    ["EACCES", "connect", false],
    ["ETIMEDOUT", "connect", false],
    ["EHOSTUNREACH", "read", true],
    ["ENETUNREACH", "write", true],
    ["ETIMEDOUT", "read", true],
    ["EHOSTUNREACH", undefined, true]
  ] as const) {
    it.effect(`${code} of ${syscall}: sent is ${sent}`, () =>
      Effect.map(
        failure((request) => {
          const cause = Object.assign(new Error(code), { code, syscall })
          return Effect.fail(new Failure({ reason: new TransportError({ request, cause }) }))
        }),
        (error) => assert.deepInclude(error.reason, { _tag: "TransportError", sent, code })
      )
    )
  }

  // R58
  it.effect("that is permanent is one sentence that names the host, and no retry is advised", () =>
    Effect.map(failure(RecordingClient.fail("CERT_HAS_EXPIRED", "error:0A000086:SSL routines::x")), (error) => {
      assert.isFalse(error.isRetryable)
      assert.strictEqual(
        error.message,
        "Images.get: the TLS certificate of api.digitalocean.com has expired (CERT_HAS_EXPIRED)"
      )
    })
  )

  it.effect("of all addresses of a host has the words of the first", () =>
    Effect.map(
      failure((request) => {
        const refused = Object.assign(new Error("connect ECONNREFUSED ::1:1"), { code: "ECONNREFUSED" })
        const cause = Object.assign(new AggregateError([refused], ""), { code: "ECONNREFUSED" })
        return Effect.fail(new Failure({ reason: new TransportError({ request, cause }) }))
      }),
      (error) => assert.deepInclude(error.reason, { sent: false, description: "connect ECONNREFUSED ::1:1" })
    )
  )

  it.effect("finds the code that fetch wraps in a cause", () =>
    Effect.map(
      failure((request) => {
        const cause = new TypeError("fetch failed", {
          // OpenSSL ends what it says with a line of its own
          cause: Object.assign(new Error("refused:\n  wrong\n"), { code: "ECONNREFUSED" })
        })
        return Effect.fail(new Failure({ reason: new TransportError({ request, cause }) }))
      }),
      (error) => assert.deepInclude(error.reason, { sent: false, code: "ECONNREFUSED", description: "refused: wrong" })
    )
  )
})

describe("the schema", () => {
  const answer = { status: 500, id: "i", detail: "d", requestId: "r" }
  const reasons: ReadonlyArray<Errors.Reason> = [
    new Errors.InvalidInput({ field: "f", problem: "p" }),
    new Errors.TransportError({ phase: "connect", sent: false, code: "ECONNREFUSED", description: "d" }),
    new Errors.TransportError({ phase: "body", sent: true, description: "d" }),
    new Errors.DecodeError({ status: 200, path: "image.id", issue: "i" }),
    new Errors.PaginationError({ page: 2, problem: "p" }),
    new Errors.BadRequest(answer),
    new Errors.Unauthorized(answer),
    new Errors.Forbidden({ ...answer, scopes: ["image:read"] }),
    new Errors.NotFound(answer),
    new Errors.Conflict(answer),
    new Errors.UnprocessableEntity(answer),
    new Errors.RateLimited({
      ...answer,
      window: "hour",
      limit: 5000,
      remaining: 0,
      reset: DateTime.makeUnsafe(1_700_000_000_000),
      retryAfter: Duration.seconds(3)
    }),
    new Errors.ServerError(answer),
    new Errors.UnexpectedStatus({ status: 418, id: "", detail: "" })
  ]
  for (const reason of reasons) {
    it(`brings ${reason._tag} back from JSON as the same class`, () => {
      const error = new Errors.DigitalOceanError({ operation: "Images.get", method: "GET", reason })
      const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(Errors.DigitalOceanError)(error)))
      const back = Schema.decodeUnknownSync(Errors.DigitalOceanError)(json)
      assert.isTrue(Errors.isDigitalOceanError(back))
      assert.instanceOf(back.reason, reason.constructor as new () => unknown)
      assert.strictEqual(back.message, error.message)
      assert.strictEqual(back.isRetryable, error.isRetryable)
      assert.deepStrictEqual(back.retryAfter, error.retryAfter)
    })
  }

  it("tells every reason apart by its tag", () => {
    assert.strictEqual(new Set(reasons.map(({ _tag }) => _tag)).size, Errors.Reason.members.length)
  })
})

describe("the cause", () => {
  const request = HttpClientRequest.get("https://api.digitalocean.com/v2/images/7", {
    headers: { authorization: `Bearer ${token}` }
  })
  const { HttpClientError: Failure, TransportError } = HttpClientError
  const description = "socket closed"
  const cut = failure(() =>
    Effect.fail(new Failure({ reason: new TransportError({ request, description, cause: { request } }) }))
  )

  it.effect("is the reason, and not the error of the transport", () =>
    Effect.map(cut, (error) => {
      assert.instanceOf(error.reason, Errors.TransportError)
      assert.strictEqual(error.cause, error.reason)
      assert.isUndefined(error.reason.cause)
    })
  )

  it.effect("comes back from JSON as the reason, and is not encoded itself", () =>
    Effect.map(cut, (error) => {
      const json = Schema.encodeSync(Errors.DigitalOceanError)(error)
      assert.notProperty(json, "cause")
      assert.notProperty(JSON.parse(JSON.stringify(error)), "cause")
      const back = Schema.decodeUnknownSync(Errors.DigitalOceanError)(JSON.parse(JSON.stringify(json)))
      assert.strictEqual(back.cause, back.reason)
      assert.deepStrictEqual(Schema.encodeSync(Errors.DigitalOceanError)(back), json)
    })
  )

  it.effect("shows the operation and the reason when it is printed, and never the token", () =>
    Effect.map(cut, (error) => {
      const pretty = Cause.pretty(Cause.fail(error))
      assert.match(pretty, /Images\.get: socket closed/)
      assert.match(pretty, /\[cause\]: @effect-digitalocean\/client\/TransportError: socket closed/)
      const inspected = inspect(error, { depth: 20, showHidden: true })
      assert.include(inspected, "Images.get")
      assert.include(inspected, "TransportError")
      for (const text of [pretty, inspected, inspect(error.cause, { depth: 20, showHidden: true })]) {
        assert.notInclude(text, token)
      }
    })
  )
})

describe("the message", () => {
  const transfer = Images.Images.use((images) => images.transfer(7, "sfo3"))

  it.effect("of a POST that may have run says so", () =>
    Effect.flip(transfer).pipe(
      Effect.map((error) => assert.include(error.message, "not known whether the request was executed")),
      recorded([RecordingClient.fail("ECONNRESET")])
    )
  )

  it.effect("of a POST that was refused does not", () =>
    Effect.flip(transfer).pipe(
      Effect.map((error) => assert.notInclude(error.message, "not known")),
      recorded([RecordingClient.json({ id: "unprocessable_entity", message: "No." }, 422)])
    )
  )
})
