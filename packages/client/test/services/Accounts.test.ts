import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Accounts from "../../src/Accounts.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { sendsRequests } from "../support/wire.ts"

const get = Accounts.Accounts.use((accounts) => accounts.get)

describe("Accounts", () => {
  it.effect("returns the account of the token, and the rate limit of the last response", () =>
    Effect.gen(function* () {
      const service = yield* Accounts.Accounts
      assert.isTrue(Option.isNone(yield* service.rateLimit))
      assert.deepInclude(yield* service.get, { email: "demo@example.com", status: "active", droplet_limit: 25 })
      assert.strictEqual(Option.getOrThrow(yield* service.rateLimit).remaining, 4999)
    }).pipe(Effect.provide(account()))
  )

  sendsRequests([
    [
      "get",
      get,
      RecordingClient.json({ account: { uuid: "u", email: "a@example.com", droplet_limit: 25 } }),
      "GET https://api.digitalocean.com/v2/account"
    ]
  ])

  diesUnimplemented("get", get.pipe(Effect.provide(Accounts.layerTest({}))))
})
