import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import * as SlowResponse from "../../src/run/SlowResponse.ts"

/** What is written to stderr while a response takes this many seconds. */
const written = (seconds: number) =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const console: Console.Console = Object.assign(Object.create(globalThis.console), {
      error: (line: unknown) => void lines.push(line)
    })
    const response = Effect.delay(Effect.succeed("response"), `${seconds} seconds`)
    const request = HttpClientRequest.get("https://api.digitalocean.com/v2/images")
    const fiber = yield* Effect.forkChild(
      Effect.provideService(SlowResponse.reported(response, request), Console.Console, console)
    )
    yield* TestClock.adjust("1 minute")
    assert.strictEqual(yield* Fiber.join(fiber), "response")
    return lines
  })

describe("a request", () => {
  it.effect("whose response takes more than 5 seconds is reported once, and not given up", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written(30), ["doimg: no response from api.digitalocean.com for 5s, still waiting"])
    })
  )

  it.effect("whose response arrives in time is not reported", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written(4), [])
    })
  )
})
