import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { DigitalOceanClient, withRetry } from "../../../src/DigitalOceanClient.ts"
import { InvalidInput } from "../../../src/DigitalOceanError.ts"
import * as Images from "../../../src/Images.ts"
import { CallState, type Run } from "../../../src/internal/pipeline/call.ts"
import { encoding, type Input } from "../../../src/internal/pipeline/encoding.ts"
import { recorded } from "../../support/recorded.ts"
import { outgoing, runner } from "../../support/outgoing.ts"

const options = {
  baseUrl: "https://api.digitalocean.com/prefix",
  headers: Headers.fromInput({ authorization: "Bearer any" }),
  retry: { times: 4, schedule: Schedule.spaced("1 second"), maxWait: Duration.minutes(65) },
  scrub: (text: string) => text.replaceAll("secret", "***"),
  requestInit: { redirect: "follow", keepalive: true } satisfies globalThis.RequestInit
}

const input = (rest: Partial<Input<unknown>> = {}): Input<unknown> => ({
  ...outgoing().call,
  path: { image_id: 7 },
  compressed: false,
  encoded: Effect.succeed({ path: "/v2/images/7", query: undefined, body: undefined }),
  ...rest
})

describe("the encoding policy", () => {
  it.effect("runs the request that the input encodes to, and retries as the scope says", () =>
    Effect.gen(function* () {
      const { ran, run } = runner()
      yield* withRetry(encoding(options, run)(input()), { times: 1 })
      assert.strictEqual(ran[0]?.request.url, "https://api.digitalocean.com/prefix/v2/images/7")
      assert.strictEqual(ran[0]?.request.headers["authorization"], "Bearer any")
      assert.strictEqual(ran[0]?.policy.times, 1)
      assert.strictEqual(ran[0]?.policy.maxWait, options.retry.maxWait)
    })
  )

  for (const compressed of [true, false]) {
    it.effect(`requests a response ${compressed ? "compressed" : "as it is"} where the endpoint declares that`, () =>
      Effect.gen(function* () {
        const { ran, run } = runner()
        yield* encoding(options, run)(input({ compressed }))
        assert.strictEqual(ran[0]?.request.headers["accept-encoding"], compressed ? "gzip" : undefined)
      })
    )
  }

  it.effect("fails with invalid input, redacted, without running the call", () =>
    Effect.gen(function* () {
      const { ran, run } = runner()
      const encoded = Effect.fail(new InvalidInput({ field: "image_id", problem: "got secret" }))
      const error = yield* Effect.flip(encoding(options, run)(input({ encoded, operation: "GET secret" })))
      assert.strictEqual(error.message, "GET ***: image_id: got ***")
      assert.strictEqual(ran.length, 0)
    })
  )

  for (const id of [Object.create(null), { toString: () => assert.fail() }, Symbol("7"), null, 7n]) {
    it.effect(`leaves an id of the type ${typeof id} to the validation of the input`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          DigitalOceanClient.use((client) => client.run(Images.endpoints.get, { path: { image_id: id as never } }))
        )
        assert.deepInclude(error.reason, { _tag: "InvalidInput", field: "image_id" })
      }).pipe(recorded([]))
    )
  }

  it.effect(
    "gives each call a state of its own, a transport that follows no redirect, and no span of the transport",
    () =>
      Effect.gen(function* () {
        const contexts: Array<Context.Context<never>> = []
        const run: Run = () => Effect.contextWith((context) => Effect.sync(() => contexts.push(context) as never))
        const call = encoding(options, run)(input())
        yield* call
        yield* call
        const [first, second] = contexts
        assert.notStrictEqual(Context.get(first!, CallState), Context.get(second!, CallState))
        assert.deepStrictEqual(Option.getOrThrow(Context.getOption(first!, FetchHttpClient.RequestInit)), {
          redirect: "manual",
          keepalive: true
        })
        assert.isTrue(Context.get(first!, HttpClient.TracerDisabledWhen)(outgoing().request))
      })
  )
})
