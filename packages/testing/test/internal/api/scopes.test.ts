import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { DigitalOceanApi } from "../../../src/DigitalOceanApi.ts"
import * as Scopes from "../../../src/internal/api/scopes.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { refusal, send } from "../../support/requests.ts"

const endpoints = Object.values(DigitalOceanApi.groups).flatMap((group) => Object.values(group.endpoints))

describe("a token's scopes", () => {
  for (const endpoint of endpoints) {
    it(`are required for ${endpoint.method} ${endpoint.path}`, () => {
      const lacking = Scopes.lacking(endpoint, new Set())
      assert.isAbove(lacking.length, 0)
      assert.isEmpty(Scopes.lacking(endpoint, new Set(lacking)))
      assert.isEmpty(Scopes.lacking(endpoint, null))
    })
  }

  it.effect("allow what they name, and nothing else", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* send("GET", "/v2/images")).status, 200)
      const refused = [403, "forbidden", "You are not authorized to perform this operation"]
      assert.deepStrictEqual(yield* refusal(send("GET", "/v2/actions")), refused)
      assert.deepStrictEqual(yield* refusal(send("DELETE", "/v2/images/166404101")), refused)
      assert.strictEqual((yield* send("GET", "/v2/images/166404101")).status, 200)
      assert.strictEqual((yield* send("GET", "/v2/nothing")).status, 404)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ scopes: ["image:read"] })))
  )
})
