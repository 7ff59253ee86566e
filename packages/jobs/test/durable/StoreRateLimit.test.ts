import { DigitalOcean, Tags } from "@effect-digitalocean/client"
import { StoreRateLimit } from "@effect-digitalocean/jobs/durable"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"

const limits = { minute: 245, hour: 4950 }

/** The most requests in any period of this length. */
const worst = (times: ReadonlyArray<number>, millis: number) =>
  Math.max(...times.map((start, from) => times.filter((at, index) => index >= from && at < start + millis).length))

describe("a rate limit over a store", () => {
  it.effect("grants no more than the limits in any minute and hour, and says when to try again", () =>
    Effect.gen(function* () {
      const runners = [yield* StoreRateLimit.make, yield* StoreRateLimit.make]
      const granted: Array<number> = []
      for (let index = 0; granted.length < 3000; index++) {
        const refused = yield* runners[index % 2]!.take("a", limits)
        if (refused === undefined) granted.push(yield* Clock.currentTimeMillis)
        else yield* TestClock.adjust(refused.wait)
        // quiet times fill the buckets
        if (index % 700 === 699) yield* TestClock.adjust("10 minutes")
      }
      assert.isAtMost(worst(granted, 60_000), 245)
      assert.isAtLeast(worst(granted, 60_000), 240)
      assert.isAtMost(worst(granted, 3_600_000), 4950)
      assert.isUndefined(yield* runners[0]!.take("b", limits))
    }).pipe(Effect.provide(RateLimiter.layerStoreMemory, { local: true }))
  )

  it.effect("lets requests of a client wait while the store is away or hangs, and continues afterwards", () => {
    let how: "ok" | "error" | "hang" = "ok"
    const store = Layer.effect(
      RateLimiter.RateLimiterStore,
      Effect.map(RateLimiter.RateLimiterStore, (store) => ({
        ...store,
        tokenBucket: (options: Parameters<typeof store.tokenBucket>[0]) => {
          const reason = new RateLimiter.RateLimitStoreError({ message: "redis://:password@host", cause: "x" })
          if (how === "error") return Effect.fail(new RateLimiter.RateLimiterError({ reason }))
          return how === "hang" ? Effect.never : store.tokenBucket(options)
        }
      }))
    ).pipe(Layer.provide(RateLimiter.layerStoreMemory))
    const logged: Array<string> = []
    const logger = Logger.make(({ message }) => {
      logged.push(String(message))
    })
    return Effect.gen(function* () {
      const services = yield* DigitalOcean.make({ token: Redacted.make("any") })
      const sent = Effect.map(
        TestDigitalOcean.TestDigitalOcean.use(({ requests }) => requests),
        ({ length }) => length
      )
      const request = Effect.provide(
        Tags.Tags.use((tags) => tags.create("x")),
        services
      )
      yield* request
      for (const state of ["error", "hang"] as const) {
        how = state
        const before = yield* sent
        const waiting = yield* Effect.forkChild(request)
        yield* Effect.repeat(TestClock.adjust("1 second"), { times: 300 })
        assert.strictEqual(yield* sent, before)
        how = "ok"
        yield* TestClock.adjust("5 seconds")
        yield* Fiber.join(waiting)
        assert.strictEqual(yield* sent, before + 1)
      }
      assert.deepStrictEqual(logged, [
        "the shared rate limit is not available, requests wait until it is: the store reports an error (RateLimitStoreError)",
        "the shared rate limit is not available, requests wait until it is: the store does not respond"
      ])
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({ speed: 1_000_000 }).pipe(Layer.merge(Layer.provide(StoreRateLimit.layer, store))),
        {
          local: true
        }
      ),
      Effect.provide(Logger.layer([logger]), { local: true })
    )
  })
})
