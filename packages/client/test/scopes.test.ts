import { assert, describe, it } from "@effect/vitest"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Actions from "../src/Actions.ts"
import * as Images from "../src/Images.ts"
import { account, hour } from "./support/inMemory.ts"

describe("a token that may read images, but not the account's actions", () => {
  it.effect("waits for a transfer all the same, through the image", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const actions = yield* Actions.Actions
      const ended = yield* hour(Effect.flatMap(images.transfer(166404101, "sfo3"), (action) => actions.await(action)))
      assert.strictEqual(ended.status, "completed")
      const { requests } = yield* TestDigitalOcean.TestDigitalOcean
      const forbidden = (yield* requests).filter(({ status }) => status === 403)
      assert.strictEqual(forbidden.length, 1)
    }).pipe(Effect.provide(account({ scopes: ["image:read", "image:update"] })))
  )

  it.effect("is told which scope it lacks", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Images.Images.use((images) => images.delete(166404101)))
      assert.deepInclude(error.reason, { _tag: "Forbidden", scopes: ["image:delete"] })
      assert.include(error.message, "It takes image:delete.")
    }).pipe(Effect.provide(account({ scopes: ["image:read"] })))
  )
})
