import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { refusal, type Sending, send } from "../../support/requests.ts"

const image = 166404101
const custom = { name: "x", url: "https://example.com/x.img", region: "nyc3" }

type Case = readonly [method: "GET" | "POST" | "PUT" | "DELETE", path: string, sending: Sending, message: string]

const ignored: ReadonlyArray<readonly [...Case, lenient: number]> = [
  ["GET", "/v2/images?name=web", {}, "query name: unknown", 200],
  ["GET", "/v2/images?page=2&page=1", {}, "query page: given twice", 200],
  ["GET", `/v2/images/${image}?page=1`, {}, "query page: unknown", 200],
  ["GET", "/v2/actions?status=completed", {}, "query status: unknown", 200],
  ["GET", "/v2/images", { json: {} }, "GET /v2/images takes no body", 200],
  ["DELETE", `/v2/images/${image}`, { text: "{}" }, `DELETE /v2/images/${image} takes no body`, 204],
  ["POST", "/v2/images", { json: { ...custom, size: 1 } }, "body size: unknown", 202],
  ["PUT", `/v2/images/${image}`, { json: { tags: [] } }, "body tags: unknown", 200],
  ["POST", `/v2/images/${image}/actions`, { json: { type: "transfer", region: "sfo3", x: 1 } }, "body x: unknown", 201],
  [
    "PUT",
    `/v2/images/${image}`,
    { text: '{"name":"y"}', headers: { "content-type": "text/plain" } },
    "expected content-type application/json, got text/plain",
    200
  ],
  [
    "PUT",
    `/v2/images/${image}`,
    { text: '{"name":"y"}', headers: { "content-type": "application/jsonp" } },
    "expected content-type application/json, got application/jsonp",
    200
  ]
]

const refused: ReadonlyArray<Case> = [
  ["GET", "/v2/images?page=0", {}, "query page: Expected a value greater than or equal to 1"],
  ["GET", "/v2/images?page=1.5", {}, "query page: Expected an integer"],
  ["GET", "/v2/images?per_page=0", {}, "query per_page: Expected a value between 1 and 200"],
  ["GET", "/v2/images?per_page=201", {}, "query per_page: Expected a value between 1 and 200"],
  ["GET", "/v2/actions?per_page=201", {}, "query per_page: Expected a value between 1 and 200"],
  ["GET", "/v2/images?private=yes", {}, 'query private: Expected "true" | "false"'],
  ["GET", "/v2/images?type=snapshot", {}, 'query type: Expected "application" | "distribution"'],
  ["POST", "/v2/images", { text: "{", headers: { "content-type": "application/json" } }, "the body is not JSON"],
  ["POST", "/v2/images", { json: {} }, "body name: missing"],
  ["POST", "/v2/images", { json: [] }, "body: Expected object"],
  ["POST", "/v2/images", { json: { ...custom, region: undefined } }, "body region: missing"],
  ["POST", "/v2/images", { json: { ...custom, name: 7 } }, "body name: Expected string"],
  ["POST", "/v2/images", { json: { ...custom, tags: ["a b"] } }, "body tags.0: Expected a string matching"],
  ["POST", `/v2/images/${image}/actions`, { json: { type: "transfer" } }, "body region: missing"],
  [
    "POST",
    `/v2/images/${image}/actions`,
    { json: { type: "rebuild" } },
    "body type: Expected a type of convert, or of transfer with a region"
  ],
  ["POST", `/v2/images/${image}/actions`, { json: {} }, "body type: missing"],
  [
    "POST",
    `/v2/images/${image}/account_transfer`,
    { json: {} },
    "body: Expected exactly one of recipient_email and recipient_uuid"
  ],
  [
    "POST",
    `/v2/images/${image}/account_transfer`,
    { json: { recipient_email: "a@example.com", recipient_uuid: "u" } },
    "body: Expected exactly one of recipient_email and recipient_uuid"
  ],
  ["POST", `/v2/images/${image}/account_transfer`, { json: { recipient_email: 7 } }, "body recipient_email: Expected"],
  ["POST", "/v2/droplets", { json: { name: "a", image } }, "body size: missing"],
  ["POST", "/v2/droplets", { json: { names: "a", image, size: "s" } }, "body names: Expected array"],
  ["POST", `/v2/droplets/7/actions`, { json: { type: "restore", image: "x" } }, "body image: Expected"],
  [
    "POST",
    `/v2/images/${image}/account_transfer/cancel`,
    { json: { transfer_id: "7" } },
    "body transfer_id: Expected number"
  ]
]

describe("what DigitalOcean ignores", () => {
  for (const [method, path, sending, message, lenient] of ignored) {
    const name = `${method} ${path} ${sending.text ?? JSON.stringify(sending.json) ?? ""}`
    it.effect(`${name} is refused if strict: ${message}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* refusal(send(method, path, sending)), [400, "bad_request", message])
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )

    it.effect(`${name} is answered with ${lenient} if not`, () =>
      Effect.map(send(method, path, sending), ({ status }) => assert.strictEqual(status, lenient)).pipe(
        Effect.provide(TestDigitalOcean.layer({ strict: false }))
      )
    )
  }
})

describe("what breaks the specification", () => {
  for (const [method, path, sending, message] of refused) {
    const name = `${method} ${path} ${sending.text ?? JSON.stringify(sending.json) ?? ""}`
    for (const strict of [true, false]) {
      it.effect(`${name} is refused${strict ? "" : ", strict or not"}: ${message}`, () =>
        Effect.gen(function* () {
          const { body, status } = yield* send(method, path, sending)
          assert.deepStrictEqual([status, body.id], [400, "bad_request"])
          assert.include(body.message, message)
        }).pipe(Effect.provide(TestDigitalOcean.layer({ strict })))
      )
    }
  }

  for (const strict of [true, false]) {
    it.effect(`without a token is 401, ${strict ? "strict" : "lenient"}`, () =>
      Effect.gen(function* () {
        const refused = yield* refusal(send("DELETE", `/v2/images/${image}`, { token: "" }))
        assert.deepStrictEqual(refused, [401, "unauthorized", "Unable to authenticate you"])
      }).pipe(Effect.provide(TestDigitalOcean.layer({ strict })))
    )
  }

  it.effect("is never done", () =>
    Effect.gen(function* () {
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const before = [yield* test.images(), yield* test.actions()]
      for (const [method, path, sending] of [...ignored, ...refused]) yield* send(method, path, sending)
      assert.deepStrictEqual([yield* test.images(), yield* test.actions()], before)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("a body with JSON's content type and a charset is taken", () =>
    Effect.gen(function* () {
      const sending = { text: '{"name":"y"}', headers: { "content-type": "application/json; charset=utf-8" } }
      assert.strictEqual((yield* send("PUT", `/v2/images/${image}`, sending)).status, 200)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("a path", () => {
  for (const path of [
    "/",
    "/v2",
    "/v2/nothing",
    "/v1/images",
    "/v2/images/7/snapshots",
    "/v2/images/%E0%A4%A",
    "/v2/images/abc/actions",
    "/v2/actions/abc",
    "/v2/actions/0",
    "/v2/actions/99999999999999999999"
  ]) {
    it.effect(`${path} is 404`, () =>
      Effect.gen(function* () {
        const message = "The resource you were accessing could not be found."
        assert.deepStrictEqual(yield* refusal(send("GET", path)), [404, "not_found", message])
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }

  for (const [method, path] of [
    ["PATCH", "/v2/images/7"],
    ["DELETE", "/v2/images"],
    ["PUT", "/v2/actions/7"],
    ["GET", "/v2/images/7/account_transfer"]
  ] as const) {
    it.effect(`${path} is 404 for ${method}`, () =>
      Effect.gen(function* () {
        const { body, status } = yield* send(method, path)
        assert.deepStrictEqual([status, body.id], [404, "not_found"])
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }
})
