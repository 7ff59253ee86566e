import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { Options } from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { totalDeadline } from "../../../src/internal/pipeline/totalDeadline.ts"
import { action, image, recorded, requests } from "../../support/recorded.ts"
import { outgoing, runner } from "../../support/outgoing.ts"

const { answer, breakOff, fail, hang, json, stall } = RecordingClient

const get = Images.Images.use((images) => images.get(7))
const post = Images.Images.use((images) => images.transfer(7, "sfo3"))

/** After how many seconds a call ends whose every attempt ends like this, and how many requests it sent. */
const ending = <R>(call: Effect.Effect<unknown, { readonly message: string }, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(
      Effect.flatMap(Effect.flip(call), (error) =>
        Effect.map(Clock.currentTimeMillis, (now) => ({ error, seconds: Math.round(now / 1000) }))
      )
    )
    for (let i = 0; i < 200; i++) yield* TestClock.adjust("1 second")
    yield* TestClock.adjust("2 hours")
    const { error, seconds } = yield* Fiber.join(fiber)
    return { error, seconds, sent: (yield* requests).length }
  })

it.effect("the total deadline is a time of the monotonic clock that the policies beneath keep to", () =>
  Effect.gen(function* () {
    yield* TestClock.adjust("7 seconds")
    const { ran, run } = runner()
    yield* totalDeadline(Duration.minutes(2))(run)(outgoing())
    assert.strictEqual(ran[0]?.due, 127_000)
  })
)

// R29: how long until a user gets an answer
describe("a call whose every attempt", () => {
  const rows: ReadonlyArray<
    [what: string, answer: RecordingClient.Answer, library: readonly [seconds: number, sent: number], doimg: number]
  > = [
    ["is accepted and never answered", hang, [120, 4], 60],
    ["gets a head and no body", stall(200, '{"image":'), [120, 2], 60],
    ["finds no connection", fail("ECONNREFUSED"), [4, 5], 4],
    [
      "finds no connection within 10 seconds",
      (request) => Effect.delay(fail("ETIMEDOUT")(request), "10 seconds"),
      [54, 5],
      54
    ],
    ["loses the connection", fail("ECONNRESET"), [4, 5], 4],
    ["gets a body that breaks off", breakOff(200, '{"image":{'), [4, 5], 4],
    ["gets a 503", json({}, 503), [4, 5], 4],
    ["gets a 503 that requests 20 seconds", json({}, 503, { "retry-after": "20" }), [80, 5], 40],
    ["gets a 503 that requests 5 minutes", json({}, 503, { "retry-after": "300" }), [0, 1], 0],
    ["gets a 502 as HTML", answer(502, "<html>"), [4, 5], 4],
    ["gets a 408", json({}, 408), [4, 5], 4],
    ["gets a 429 without a hint", json({}, 429), [15, 5], 15]
  ]
  const run = (answer: RecordingClient.Answer, options?: Omit<Options, "token">) =>
    ending(get).pipe(recorded(Array(9).fill(answer), options))

  for (const [what, answer, [seconds, sent], doimg] of rows) {
    it.effect(`${what} ends after ${seconds} s and ${sent} requests by default`, () =>
      Effect.gen(function* () {
        const library = yield* run(answer)
        // the pauses have a jitter of a fifth
        assert.approximately(library.seconds, seconds, seconds === 0 || seconds === 120 ? 0 : 1)
        assert.strictEqual(library.sent, sent)
      })
    )
    it.effect(`${what} ends after ${doimg} s with a timeout of 60 s, as in doimg`, () =>
      Effect.gen(function* () {
        const { seconds } = yield* run(answer, { timeout: "60 seconds" })
        assert.approximately(seconds, doimg, doimg === 0 || doimg === 60 ? 0 : 1)
      })
    )
  }

  it.effect("is interrupted in a POST leaves the outcome unknown", () =>
    Effect.gen(function* () {
      const { error, sent } = yield* ending(post)
      assert.propertyVal(error, "outcome", "unknown")
      assert.include(error.message, "no response within 10s, the call's timeout")
      assert.strictEqual(sent, 1)
    }).pipe(recorded([hang], { timeout: "10 seconds" }))
  )
})

describe("the check whether an image is deleted", () => {
  const remove = (ignoreMissing: boolean) => Images.Images.use((images) => images.delete(7, { ignoreMissing }))
  const refusals: ReadonlyArray<RecordingClient.Answer> = [json({}, 503), json({}, 422), hang, hang]

  for (const ignoreMissing of [false, true]) {
    it.effect(`is within the time of the deletion, with ignoreMissing ${ignoreMissing}`, () =>
      Effect.gen(function* () {
        const { error, seconds } = yield* ending(remove(ignoreMissing))
        assert.strictEqual(seconds, 10)
        assert.propertyVal(error, "operation", "Images.delete")
      }).pipe(recorded(refusals, { timeout: "10 seconds" }))
    )
  }
})

describe("the time in the queue of the rate limit", () => {
  it.effect("is not time of the call, whether it precedes the request or follows a 429", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.all([get, get, get]))
      for (let i = 0; i < 120; i++) yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).length, 3)
    }).pipe(
      recorded(
        [
          json({ image: image({ id: 7 }) }),
          json({ image: image({ id: 7 }) }),
          json({}, 429, { "retry-after": "50" }),
          json({ image: image({ id: 7 }) })
        ],
        { timeout: "10 seconds", rateLimits: { perMinute: 2 } }
      )
    )
  )

  it.effect("leaves an attempt after it all the time that the call has left", () => {
    const late: RecordingClient.Answer = (request) =>
      Effect.delay(json({ action: action() }, 201)(request), "9 seconds")
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(post)
      for (let i = 0; i < 58; i++) yield* TestClock.adjust("1 second")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
    }).pipe(recorded([json({}, 429, { "retry-after": "50" }), late], { timeout: "10 seconds" }))
  })
})

it.effect("maxWait does not count the time of attempts and the pauses between them", () => {
  const slow: RecordingClient.Answer = (request) => Effect.delay(json({}, 503)(request), "20 seconds")
  return Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(get)
    yield* TestClock.adjust("1 minute")
    assert.strictEqual((yield* Fiber.join(fiber)).id, 7)
  }).pipe(
    recorded([slow, json({}, 429, { "retry-after": "25" }), json({ image: image({ id: 7 }) })], {
      retry: { maxWait: "30 seconds" }
    })
  )
})
