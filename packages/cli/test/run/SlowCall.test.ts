import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import * as SlowCall from "../../src/run/SlowCall.ts"

const request = HttpClientRequest.get("https://api.digitalocean.com/v2/images")

/** A request that takes a number of seconds, and its status. */
const exchange = (seconds: number, status: number) =>
  SlowCall.observe(Effect.delay(Effect.succeed({ status }), `${seconds} seconds`), request)

const pause = (seconds: number) => Effect.sleep(`${seconds} seconds`)

/** What is written to stderr while a call sends its requests. */
const written = (...steps: ReadonlyArray<Effect.Effect<unknown>>) =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const console: Console.Console = Object.assign(Object.create(globalThis.console), {
      error: (line: unknown) => void lines.push(line)
    })
    const call = SlowCall.make()(Effect.all(steps, { discard: true }))
    const fiber = yield* Effect.forkChild(Effect.provideService(call, Console.Console, console))
    for (let i = 0; i < 100; i++) yield* TestClock.adjust("500 millis")
    yield* Fiber.join(fiber)
    return lines
  })

describe("a call", () => {
  const retry = "doimg: HTTP 503 from api.digitalocean.com, trying again"
  const table: ReadonlyArray<[what: string, steps: ReadonlyArray<Effect.Effect<unknown>>, lines: Array<unknown>]> = [
    ["that is quick is not reported", [exchange(0, 200)], []],
    ["whose request is in flight is not reported here", [exchange(8, 200)], []],
    ["that waits for the rate limit is reported", [pause(3), exchange(0, 200)], ["doimg: waiting for the rate limit"]],
    ["that is going to be retried is reported", [exchange(0, 503), pause(3), exchange(0, 200)], [retry]],
    ["that waits after a 429 is reported elsewhere", [exchange(0, 429), pause(3), exchange(0, 200)], []],
    ["is reported again after 10 seconds", [exchange(0, 503), pause(15), exchange(0, 200)], [retry, retry]]
  ]
  for (const [what, steps, lines] of table) {
    it.effect(what, () => Effect.map(written(...steps), (actual) => assert.deepStrictEqual(actual, lines)))
  }
})
