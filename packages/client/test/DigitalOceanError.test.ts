import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"
import { withRetry } from "../src/DigitalOceanClient.ts"
import * as Errors from "../src/DigitalOceanError.ts"
import * as Images from "../src/Images.ts"
import { recorded } from "./recorded.ts"

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
    [
      "HTML",
      RecordingClient.answer(502, "<html>\n  <h1>Bad   Gateway</h1></html>"),
      "<html> <h1>Bad Gateway</h1></html>"
    ],
    ["text", RecordingClient.answer(503, "upstream timed out"), "upstream timed out"],
    ["nothing", RecordingClient.empty(504), ""],
    ["half a JSON text", RecordingClient.answer(500, '{"id":"server'), '{"id":"server'],
    ["JSON of another shape", RecordingClient.json([1], 500), "[1]"],
    ["the error of a tag", RecordingClient.json({ error: "bad", messages: ["a", "b"], root_causes: [] }, 400), "a; b"]
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

  it.effect("403 names the scopes that the operation takes", () =>
    Effect.map(failure(RecordingClient.json({ id: "forbidden", message: "No." }, 403)), (error) => {
      assert.deepInclude(error.reason, { _tag: "Forbidden", scopes: ["image:read"] })
      assert.include(error.message, "image:read")
    })
  )
})

describe("429", () => {
  const budget = (remaining: number, reset = 600) => ({
    "ratelimit-limit": "5000",
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(reset)
  })
  const table: ReadonlyArray<
    [
      name: string,
      headers: Record<string, string>,
      window: Errors.RateLimited["window"],
      seconds: number | undefined,
      retryable: boolean
    ]
  > = [
    ["with retry-after is the minute's", { ...budget(0), "retry-after": "29" }, "minute", 29, true],
    ["with an empty budget is the hour's, until its reset", budget(0), "hour", 600, true],
    ["with budget left is the operation's", budget(4000), "operation", undefined, false],
    ["without any header counts as the minute's", {}, "minute", undefined, true],
    ["with a retry-after that is nonsense", { ...budget(0), "retry-after": "soon" }, "minute", 600, true],
    ["respects retry-after: 0", { "retry-after": "0" }, "minute", 0, true],
    [
      "measures a reset by the server's clock",
      { ...budget(0), date: "Thu, 01 Jan 1970 00:09:00 GMT" },
      "hour",
      60,
      true
    ],
    [
      "takes a date as retry-after",
      { "retry-after": "Thu, 01 Jan 1970 00:00:30 GMT", date: "Thu, 01 Jan 1970 00:00:10 GMT" },
      "minute",
      20,
      true
    ]
  ]
  for (const [name, headers, window, seconds, retryable] of table) {
    it.effect(name, () =>
      Effect.map(failure(RecordingClient.json({ id: "too_many_requests", message: "m" }, 429, headers)), (error) => {
        assert.deepInclude(error.reason, { _tag: "RateLimited", window })
        assert.strictEqual(error.retryAfter && Duration.toSeconds(error.retryAfter), seconds)
        assert.strictEqual(error.isRetryable, retryable)
        assert.strictEqual(error.outcome, "not-executed")
      })
    )
  }
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
