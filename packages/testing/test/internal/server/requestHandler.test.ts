import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { refusal, send } from "../../support/requests.ts"

const images = "/v2/images?private=true"

it.effect("a request whose body breaks off was never asked", () =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.delete("https://api.digitalocean.com/v2/images/166404101").pipe(
      HttpClientRequest.setHeader("authorization", "Bearer any"),
      HttpClientRequest.bodyStream(Stream.fail("gone"))
    )
    const { reason } = yield* Effect.flip(client.execute(request))
    assert.strictEqual(reason._tag, "TransportError")
    const { requests } = yield* TestDigitalOcean.TestDigitalOcean
    assert.deepStrictEqual(yield* requests, [])
    assert.strictEqual((yield* send("GET", "/v2/images/166404101")).status, 200)
  }).pipe(Effect.provide(TestDigitalOcean.layer()))
)

describe("a token", () => {
  for (const [name, options, token, expected] of [
    ["of any text is taken when none is set", {}, "whatever", 200],
    ["that is empty is not", {}, "", 401],
    ["that is set is taken", { token: "right" }, "right", 200],
    ["that is another is not", { token: "right" }, "wrong", 401],
    ["that only begins like it is not", { token: "right" }, "right2", 401]
  ] as const) {
    it.effect(name, () =>
      Effect.map(send("GET", images, { token }), ({ status }) => assert.strictEqual(status, expected)).pipe(
        Effect.provide(TestDigitalOcean.layer(options))
      )
    )
  }

  for (const authorization of ["Bearer ", "Bearer", "Basic YTpi", "any", "Bearer a b"]) {
    it.effect(`is not in "${authorization}"`, () =>
      Effect.gen(function* () {
        const answer = yield* refusal(send("GET", images, { token: "", headers: { authorization } }))
        assert.deepStrictEqual(answer, [401, "unauthorized", "Unable to authenticate you"])
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }

  it.effect("that is wrong is reported before anything else is checked", () =>
    Effect.gen(function* () {
      for (const path of ["/v2/nothing", "/v2/images?page=0"]) {
        assert.strictEqual((yield* send("GET", path, { token: "" })).status, 401)
      }
      assert.strictEqual((yield* send("DELETE", "/v2/images/166404101", { token: "" })).status, 401)
      assert.strictEqual((yield* send("GET", "/v2/images/166404101")).status, 200)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("chooses the account, and an account without one takes the rest", () =>
    Effect.gen(function* () {
      const names = (token: string) =>
        Effect.map(send("GET", images, { token }), ({ body }) => body.images.map(({ name }) => name))
      assert.deepStrictEqual(yield* names("a"), ["of a"])
      assert.deepStrictEqual(yield* names("b"), [])
      assert.deepStrictEqual(yield* names("else"), ["of the rest"])
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          accounts: [
            { name: "rest", seed: { images: [{ id: 1, name: "of the rest" }] } },
            { name: "a", token: "a", seed: { images: [{ id: 2, name: "of a" }] } },
            { name: "b", token: "b", seed: Seed.empty }
          ]
        })
      )
    )
  )
})

describe("every answer", () => {
  const requests = [
    ["GET", images, "any"],
    ["DELETE", "/v2/images/166404101", "any"],
    ["GET", "/v2/images/1", "any"],
    ["GET", "/v2/nothing", "any"],
    ["PATCH", "/v2/images", "any"],
    ["GET", "/v2/images?page=0", "any"],
    ["GET", images, ""]
  ] as const

  it.effect("has a request id of its own", () =>
    Effect.gen(function* () {
      const seen = new Set<string | undefined>()
      for (const [method, path, token] of requests) {
        seen.add((yield* send(method, path, { token })).headers["x-request-id"])
      }
      assert.strictEqual(seen.size, requests.length)
      assert.isFalse(seen.has(undefined))
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  // R65
  it.effect("that is an error has the request id in its body too, but for a refused tag and what a fault answers", () =>
    Effect.gen(function* () {
      const long = { text: "x".repeat(2 ** 20 + 1) }
      const errors = [
        ...requests.slice(2).map(([method, path, token]) => send(method, path, { token })),
        send("POST", "/v2/images", { json: {} }),
        send("POST", "/v2/images/166404101/actions", { json: { type: "convert" } }),
        send("POST", "/v2/images", long)
      ]
      const statuses: Array<number> = []
      for (const error of errors) {
        const { body, headers, status } = yield* error
        const { request_id } = body as unknown as { readonly request_id?: string }
        assert.isString(request_id, `${status}`)
        assert.strictEqual(request_id, headers["x-request-id"])
        statuses.push(status)
      }
      assert.deepStrictEqual(statuses, [404, 404, 404, 400, 401, 400, 422, 413])
      const { body, headers, status } = yield* send("POST", "/v2/tags", { json: {} })
      assert.deepStrictEqual<unknown>(
        [status, Object.keys(body), "x-request-id" in headers],
        [400, ["error", "messages", "root_causes"], true]
      )
      const unavailable = yield* send("GET", "/v2/sizes")
      assert.deepStrictEqual(
        [unavailable.status, Object.keys(unavailable.body), unavailable.headers["x-request-id"]],
        [503, ["id", "message"], undefined]
      )
    }).pipe(Effect.provide(TestDigitalOcean.layer({ faults: [{ on: "account.sizes", fault: "status", status: 503 }] })))
  )

  it.effect("tells the budget of its token", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      for (const [method, path, token] of requests) {
        const { headers } = yield* send(method, path, { token })
        seen.push([headers["ratelimit-limit"], headers["ratelimit-remaining"], headers["ratelimit-reset"]])
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(seen, [
        ...[4999, 4998, 4997, 4996, 4995, 4994].map((remaining) => ["5000", String(remaining), "3600"]),
        ["5000", "4999", "3606"]
      ])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("latency", () => {
  it.effect("holds an answer back; what was asked for is done before", () =>
    Effect.gen(function* () {
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const fiber = yield* Effect.forkChild(send("DELETE", "/v2/images/166404101"))
      yield* TestClock.adjust("1999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      assert.strictEqual((yield* test.requests).length, 1)
      assert.isFalse((yield* test.images()).some(({ id }) => id === 166404101))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 204)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ latency: "2 seconds" })))
  )

  it.effect("of a request that is interrupted ends at once", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(send("GET", images))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.isDefined(fiber.pollUnsafe())
      const next = yield* Effect.forkChild(send("GET", images))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* Fiber.join(next)).status, 200)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ latency: "2 seconds" })))
  )
})

describe("a body", () => {
  const body = (size: number) => ({ text: JSON.stringify({ name: "n".repeat(size - 11) }) })

  it.effect("of 1 MiB is read", () =>
    Effect.gen(function* () {
      const { body: answer, status } = yield* send("PUT", "/v2/images/166404101", body(2 ** 20))
      assert.deepStrictEqual([status, answer.image.name.length], [200, 2 ** 20 - 11])
    }).pipe(Effect.provide(TestDigitalOcean.layer({ strict: false })))
  )

  // R57
  it.effect("of one byte more is refused, and neither done nor kept", () =>
    Effect.gen(function* () {
      const refused = yield* refusal(send("PUT", "/v2/images/166404101", body(2 ** 20 + 1)))
      assert.deepStrictEqual(refused, [413, "payload_too_large", "The body has more than 1048576 bytes."])
      const { images, requests } = yield* TestDigitalOcean.TestDigitalOcean
      assert.isTrue((yield* images()).some(({ name }) => name === "web-2026-11-20"))
      assert.deepInclude((yield* requests)[0], { method: "PUT", status: 413, body: "" })
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

// R57: a web page under a name that leads to 127.0.0.1
describe("a Host", () => {
  for (const [host, status] of [
    ["localhost", 200],
    ["LOCALHOST:8080", 200],
    ["sandbox.localhost:8080", 200],
    ["127.0.0.1:8080", 200],
    ["127.1.2.3", 200],
    ["[::1]:8080", 200],
    ["evil.example", 421],
    ["evil.example:8080", 421],
    ["127.0.0.1.evil.example", 421],
    ["localhost.evil.example", 421],
    ["notlocalhost", 421],
    ["evil.example/localhost", 421],
    ["a@localhost", 421],
    ["192.0.2.7", 421],
    ["api.digitalocean.com", 421],
    ["", 421]
  ] as const) {
    it.effect(`of "${host}" is ${status} where only loopback is answered, and nothing is done`, () =>
      Effect.gen(function* () {
        const answer = yield* send("DELETE", "/v2/images/166404101", { headers: { host } })
        assert.strictEqual(answer.status, status === 200 ? 204 : status)
        const { images } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual((yield* images()).length, status === 200 ? 5 : 6)
      }).pipe(Effect.provide(TestDigitalOcean.layer({ hosts: "loopback" })))
    )
  }

  it.effect("may be any for a client in the same process", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* send("GET", images, { headers: { host: "evil.example" } })).status, 200)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

// R64
describe("an operation that the account does not have", () => {
  it.effect("is 404 like a resource that is missing, and only its line in a log tells them apart", () =>
    Effect.gen(function* () {
      const paths = ["/v2/databases", "/v2/images/7", "/v2/images/abc/actions", "/v2/reserved_ips"]
      for (const path of paths) assert.deepInclude(yield* send("GET", path), { status: 404 })
      const { requests } = yield* TestDigitalOcean.TestDigitalOcean
      assert.deepStrictEqual((yield* requests).map(TestDigitalOcean.toLine), [
        "404 GET /v2/databases (the account does not have this operation)",
        "404 GET /v2/images/7",
        "404 GET /v2/images/abc/actions",
        "404 GET /v2/reserved_ips ! status 404"
      ])
    }).pipe(
      Effect.provide(TestDigitalOcean.layer({ faults: [{ on: "GET /v2/reserved_ips", fault: "status", status: 404 }] }))
    )
  )
})
