import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as Scheduler from "effect/Scheduler"
import * as TestClock from "effect/testing/TestClock"
import * as DigitalOcean from "../../../src/DigitalOcean.ts"
import { type Options, withRetry } from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { image } from "../../support/recorded.ts"

const get = Images.Images.use((images) => images.get(166404101))
const ok = RecordingClient.json({ image: image({ id: 166404101 }) })
const tooMany = RecordingClient.json({ id: "too_many_requests", message: "m" }, 429, { "retry-after": "1" })

/** A client of its own, whose first request is answered with `first`. */
const client = (token: string, first: RecordingClient.Answer, options: Omit<Options, "token">) =>
  DigitalOcean.layer({ token: Redacted.make(token), ...options }).pipe(
    Layer.provide(RecordingClient.layerWith((_, before) => (before === 0 ? first : ok)))
  )

/** At how many operations between two turns; with fewer, some of Effect's own never come to an end. */
const paces = [4, 5, 7]

/** Runs a program a few operations a turn, and interrupts it after N turns; returns whether it had ended by then. */
const interruptedAfter = <A, E, R>(turns: number, pace: number, program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.provideService(program, Scheduler.MaxOpsBeforeYield, pace))
    for (let i = 0; i < turns && fiber.pollUnsafe() === undefined; i++) yield* Effect.yieldNow
    const isDone = fiber.pollUnsafe() !== undefined
    yield* Fiber.interrupt(fiber)
    return isDone
  })

describe("a request that is interrupted at any point", () => {
  for (const pace of paces) {
    it.effect(`releases its permit, when only one may be in progress after a 429 (${pace} at a time)`, () =>
      Effect.gen(function* () {
        for (let turns = 0, isDone = false; !isDone; turns++) {
          isDone = yield* Effect.gen(function* () {
            yield* Effect.exit(withRetry(get, { times: 0 }))
            yield* TestClock.adjust("1 second")
            const isDone = yield* interruptedAfter(turns, pace, get)
            const after = yield* Effect.forkChild(get)
            yield* TestClock.adjust("1 second")
            assert.strictEqual(after.pollUnsafe()?._tag, "Success", `after ${turns} turns`)
            return isDone
          }).pipe(Effect.provide(client(`refused-${turns}`, tooMany, {})))
        }
      })
    )

    it.effect(`does not keep others from being admitted, when it was the first in the queue (${pace} at a time)`, () =>
      Effect.gen(function* () {
        for (let turns = 0; turns < 60; turns++) {
          yield* Effect.gen(function* () {
            yield* get
            yield* interruptedAfter(turns, pace, get)
            const after = yield* Effect.forkChild(get)
            // who looks after the line may be as slow as the first in it
            for (let i = 0; i < 3 && after.pollUnsafe() === undefined; i++) yield* TestClock.adjust("61 seconds")
            assert.strictEqual(after.pollUnsafe()?._tag, "Success", `after ${turns} turns`)
          }).pipe(Effect.provide(client(`line-${turns}`, ok, { rateLimits: { perMinute: 1 } })))
        }
      })
    )
  }

  it.effect("fails with a defect of the dispatcher, and those after it are admitted", () =>
    Effect.gen(function* () {
      let broken = true
      const memory = yield* Effect.provide(RateLimiter.RateLimiterStore, RateLimiter.layerStoreMemory)
      const store = RateLimiter.RateLimiterStore.of({
        ...memory,
        fixedWindow: (options) => (broken ? Effect.die(new Error("a defect")) : memory.fixedWindow(options))
      })
      const logger = Logger.make(() => {
        throw new Error("a broken logger")
      })
      yield* Effect.gen(function* () {
        const exit = yield* Effect.exit(Effect.provide(get, Logger.layer([logger])))
        assert.strictEqual(exit._tag, "Failure")
        broken = false
        yield* get
      }).pipe(Effect.provide(client("defect", ok, {})), Effect.provideService(RateLimiter.RateLimiterStore, store))
    })
  )
})

// R68: the dispatcher may have to yield just after it saw the queue empty
describe("a request that joins the queue at any point of another's way through it", () => {
  for (const pace of Array.from({ length: 12 }, (_, i) => i + 4)) {
    it.effect(`is sent (${pace} operations a turn)`, () =>
      Effect.gen(function* () {
        // with a store every request goes through the queue
        const store = yield* Effect.provide(RateLimiter.RateLimiterStore, RateLimiter.layerStoreMemory)
        const late: Array<number> = []
        for (let turns = 0; turns < 30; turns++) {
          yield* Effect.gen(function* () {
            const paced = Effect.provideService(get, Scheduler.MaxOpsBeforeYield, pace)
            const first = yield* Effect.forkChild(paced)
            for (let i = 0; i < turns; i++) yield* Effect.yieldNow
            const second = yield* Effect.forkChild(paced)
            for (let i = 0; i < 600 && second.pollUnsafe() === undefined; i++) yield* Effect.yieldNow
            if (second.pollUnsafe()?._tag !== "Success") late.push(turns)
            yield* Fiber.interruptAll([first, second])
          }).pipe(
            Effect.provide(client(`joins-${pace}-${turns}`, ok, {})),
            Effect.provideService(RateLimiter.RateLimiterStore, store)
          )
        }
        assert.deepStrictEqual(late, [])
      })
    )
  }
})
