import { DigitalOcean, DigitalOceanClient, Images, ServerTime } from "@effect-digitalocean/client"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { ServerClock } from "../../src/internal/pipeline/serverClock.ts"

const at = Date.parse("2026-11-25T03:10:00Z")
const hour = 3_600_000

describe("the time at DigitalOcean", () => {
  for (const [does, sent, received, date, expected] of [
    ["is this machine's while they agree to two seconds", at, at + 500, at - 1000, at + 500],
    ["is this machine's where the response has no date", at, at, undefined, at],
    [
      "is this machine's where a response that was long on its way does not contradict it",
      at,
      at + 60_000,
      at,
      at + 60_000
    ],
    ["is the response's where this machine is behind", at, at, at + hour, at + hour],
    ["is the response's where this machine is ahead", at, at, at - hour, at - hour],
    ["is the latest that the response allows where this machine is ahead", at, at + 9000, at - hour, at + 9000 - hour]
  ] as const) {
    it.effect(does, () =>
      Effect.gen(function* () {
        const clock = new ServerClock()
        clock.learn(sent, received, date)
        yield* TestClock.setTime(received)
        assert.strictEqual(DateTime.toEpochMillis(yield* clock.now), expected)
      })
    )
  }

  it.effect("is this machine's again once its clock has been corrected", () =>
    Effect.gen(function* () {
      const clock = new ServerClock()
      clock.learn(at, at, at + hour)
      clock.learn(at + hour, at + hour, at + hour)
      yield* TestClock.setTime(at + hour)
      assert.strictEqual(DateTime.toEpochMillis(yield* clock.now), at + hour)
    })
  )

  const options = { token: Redacted.make("any") }
  // an account an hour ahead: its clock is asked, and this machine's is set back
  const ask = Effect.gen(function* () {
    yield* Images.Images.use(({ get }) => get(166404101))
    return DateTime.toEpochMillis(yield* ServerTime.now)
  })

  for (const [name, client] of [
    ["DigitalOcean.layer", DigitalOcean.layer(options)],
    ["DigitalOceanClient.layer", Images.layer.pipe(Layer.provideMerge(DigitalOceanClient.layer(options)))]
  ] as const) {
    it.effect(`is known to what ${name} is provided to`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(at)
        const http = yield* HttpClient.HttpClient
        const ahead = HttpClient.make((request) =>
          Effect.map(http.execute(request), (response) =>
            Object.create(response, {
              headers: { value: { ...response.headers, date: new Date(at + hour).toUTCString() } }
            })
          )
        )
        const now = yield* ask.pipe(Effect.provide(client), Effect.provideService(HttpClient.HttpClient, ahead))
        assert.strictEqual(now, at + hour)
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }
})
