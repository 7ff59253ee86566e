import { assert, describe, it } from "@effect/vitest"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Images from "../src/Images.ts"
import { account } from "./inMemory.ts"

const get = Images.Images.use((images) => images.get(166404101))

describe("a budget that is spent", () => {
  it.effect("of the minute is waited for, as long as the answer says", () =>
    Effect.gen(function* () {
      yield* Effect.forEach([1, 2, 3], () => get, { discard: true })
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).id, 166404101)
      const { requests } = yield* TestDigitalOcean.TestDigitalOcean
      assert.deepStrictEqual(
        (yield* requests).map(({ status }) => status),
        [200, 200, 200, 429, 200]
      )
    }).pipe(Effect.provide(account({ limits: { minute: 3 } })))
  )

  it.effect("of the hour is a typed failure at once, with limit, remaining and reset", () =>
    Effect.gen(function* () {
      yield* Effect.forEach([1, 2, 3], () => get, { discard: true })
      const error = yield* Effect.flip(get)
      assert.deepInclude(error.reason, { _tag: "RateLimited", window: "hour", limit: 3, remaining: 0 })
      assert.include(error.message, "Try again in 1h")
    }).pipe(Effect.provide(account({ limits: { hour: 3 } })))
  )
})
