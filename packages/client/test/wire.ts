import { assert, describe, it } from "@effect/vitest"
import type { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Services } from "../src/DigitalOcean.ts"
import { version } from "../src/internal/request/version.ts"
import { endpoints } from "./endpoints.ts"
import { lines, recorded, requests, token } from "./recorded.ts"

/** An operation, an answer to it, and the exact request it is: `METHOD url body`. */
export type Operation = [
  name: string,
  program: Effect.Effect<unknown, unknown, Services>,
  answer: RecordingClient.Answer,
  wire: string
]

/** An operation whose input cannot be right, and the field the refusal names. */
export type Refused = [name: string, program: Effect.Effect<unknown, unknown, Services>, field: string]

/** Each operation is one request: method, path, query, headers and body to the letter. */
export const onTheWire = (operations: ReadonlyArray<Operation>) =>
  describe("on the wire", () => {
    for (const [name, program, answer, wire] of operations) {
      it.effect(name, () =>
        Effect.gen(function* () {
          yield* program
          assert.deepStrictEqual(yield* lines, [wire])
          const [request] = yield* requests
          const { "content-length": length, ...headers } = request!.headers
          assert.strictEqual(Redacted.value(request!.authorization!), `Bearer ${token}`)
          assert.deepStrictEqual(headers, {
            accept: "application/json",
            ...(isCompressed(wire) ? { "accept-encoding": "gzip" } : undefined),
            "user-agent": `effect-digitalocean/${version}`,
            ...(request!.body === undefined ? undefined : { "content-type": "application/json" })
          })
          if (length !== undefined)
            assert.strictEqual(Number(length), new TextEncoder().encode(request!.body).byteLength)
        }).pipe(recorded([answer]))
      )
    }
  })

/** Whether the endpoint that a request is for declares that its response is compressed. */
const isCompressed = (wire: string): boolean => {
  const [method, url = ""] = wire.split(" ")
  const path = new URL(url).pathname
  return endpoints.some(
    (endpoint) =>
      endpoint.method === method &&
      new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path) &&
      endpoint.compressed
  )
}

/** Each is refused, and nothing is sent. */
export const refusedUnsent = (refused: ReadonlyArray<Refused>) =>
  describe("refused before a request is sent", () => {
    for (const [name, program, field] of refused) {
      it.effect(name, () =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(program)
          assert.propertyVal(error, "_tag", "DigitalOceanError")
          assert.deepInclude((error as { reason: object }).reason, { _tag: "InvalidInput", field })
          assert.deepStrictEqual(yield* requests, [])
        }).pipe(recorded([]))
      )
    }
  })
