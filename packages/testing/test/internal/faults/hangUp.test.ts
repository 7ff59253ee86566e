import { DigitalOcean, type DigitalOceanClient, Images } from "@effect-digitalocean/client"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer } from "node:http"
import type * as Faults from "../../../src/Faults.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"

const snapshot = 166404101

const cases: ReadonlyArray<readonly [fault: Faults.Fault, reason: object, started: number]> = [
  [{ fault: "refuse" }, { _tag: "TransportError", sent: true }, 0],
  [{ fault: "reset", when: "before" }, { _tag: "TransportError", sent: true, phase: "headers" }, 0],
  [{ fault: "reset", when: "after" }, { _tag: "TransportError", sent: true, phase: "headers" }, 1],
  [{ fault: "reset", when: "body" }, { _tag: "TransportError", sent: true, phase: "body" }, 1],
  [{ fault: "silence" }, { _tag: "TransportError", phase: "headers", code: "ETIMEDOUT" }, 0],
  [{ fault: "slow", seconds: 600 }, { _tag: "TransportError", phase: "body", code: "ETIMEDOUT" }, 1],
  [{ fault: "truncate" }, { _tag: "TransportError", phase: "body", description: "the body is truncated" }, 1],
  [{ fault: "status", status: 502, body: "html" }, { _tag: "ServerError", status: 502 }, 0],
  [{ fault: "status", status: 504, body: "none", executed: true }, { _tag: "ServerError", status: 504 }, 1]
]

/** Where the limits are what is tested, they are short; elsewhere a busy machine must not meet them. */
const limits: Record<string, Partial<DigitalOceanClient.Options>> = {
  silence: { headersTimeout: "300 millis" },
  slow: { bodyTimeout: "300 millis" }
}

describe("on a socket, a request that is hit", () => {
  for (const [name, transport] of [
    ["undici", NodeHttpClient.layerUndici],
    ["fetch", FetchHttpClient.layer]
  ] as const) {
    for (const [fault, reason, started] of cases) {
      it.live(`by ${JSON.stringify(fault)} fails as it says, over ${name}`, () =>
        Effect.gen(function* () {
          const baseUrl = yield* HttpServer.addressFormattedWith(Effect.succeed)
          const options = { token: Redacted.make("any"), baseUrl, retry: { times: 0 } }
          const impatient = yield* DigitalOcean.make({ ...options, ...limits[fault.fault] })
          const transfer = Images.Images.use((images) => images.transfer(snapshot, "sfo3"))
          const error = yield* Effect.provide(Effect.flip(transfer), impatient)
          if (error._tag === "DigitalOceanError") assert.deepInclude({ ...error.reason }, reason)
          else assert.fail(error._tag)
          const { actions } = yield* TestDigitalOcean.TestDigitalOcean
          assert.strictEqual((yield* actions()).length, started)
          yield* Effect.provide(
            Images.Images.use((images) => images.get(snapshot)),
            yield* DigitalOcean.make(options)
          )
        }).pipe(
          Effect.provide(
            TestDigitalOcean.layerServer({ faults: [fault] }).pipe(
              Layer.provideMerge(
                NodeHttpServer.layer(() => createServer(), {
                  port: 0,
                  host: "127.0.0.1",
                  gracefulShutdownTimeout: "50 millis"
                })
              ),
              Layer.merge(transport)
            )
          )
        )
      )
    }
  }
})

describe("as a web handler, a request that is hit", () => {
  const answered = async (fault: Faults.Fault) => {
    const { dispose, handler } = TestDigitalOcean.toWebHandler({ faults: [fault] })
    const headers = { authorization: "Bearer any" }
    const response = await handler(new Request(`https://do.example/v2/images/${snapshot}`, { headers }))
    return { response, dispose }
  }

  for (const when of ["before", "after"] as const) {
    it(`by a reset ${when} is a network error, as fetch has it`, async () => {
      const { dispose, response } = await answered({ fault: "reset", when })
      assert.deepStrictEqual([response.type, response.status], ["error", 0])
      await dispose()
    })
  }

  it("by a reset in its body has a body that breaks", async () => {
    const { dispose, response } = await answered({ fault: "reset", when: "body" })
    assert.strictEqual(response.status, 200)
    let failed = false
    await response.text().catch(() => {
      failed = true
    })
    assert.isTrue(failed)
    await dispose()
  })

  it("by a truncation has a body that ends in the middle", async () => {
    const { dispose, response } = await answered({ fault: "truncate", bytes: 9 })
    assert.strictEqual(await response.text(), '{"image":')
    await dispose()
  })
})
