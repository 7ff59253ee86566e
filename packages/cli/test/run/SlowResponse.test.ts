import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import * as SlowResponse from "../../src/run/SlowResponse.ts"

/** What is written to stderr while the responses of several requests take these many seconds, one after the other. */
const written = (...seconds: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const console: Console.Console = Object.assign(Object.create(globalThis.console), {
      error: (line: unknown) => void lines.push(line)
    })
    const request = HttpClientRequest.get("https://api.digitalocean.com/v2/images")
    const reported = SlowResponse.make()
    const responses = Effect.forEach(seconds, (seconds) =>
      reported(Effect.delay(Effect.succeed("response"), `${seconds} seconds`), request)
    )
    const fiber = yield* Effect.forkChild(Effect.provideService(responses, Console.Console, console))
    for (let i = 0; i < 200; i++) yield* TestClock.adjust("1 second")
    assert.strictEqual((yield* Fiber.join(fiber)).length, seconds.length)
    return lines
  })

const line = "doimg: no response from api.digitalocean.com for 5s, still waiting"

describe("a request", () => {
  it.effect("whose response takes more than 5 seconds is reported once, and not given up", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written(60), [line])
    })
  )

  it.effect("whose response arrives in time is not reported", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written(4, 4, 4), [])
    })
  )

  it.effect("is not reported within 30 seconds after another one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written(10, 10, 10), [line])
      assert.deepStrictEqual(yield* written(30, 30), [line, line])
    })
  )
})
