import { assert, it } from "@effect/vitest"
import type { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Services } from "../../src/DigitalOcean.ts"
import { version } from "../../src/internal/request/version.ts"
import { endpoints } from "./endpoints.ts"
import { lines, recorded, requests, token } from "./recorded.ts"

/** An operation, the response to it, and the exact request that it sends: `METHOD url body`. */
export type Operation = [
  name: string,
  program: Effect.Effect<unknown, unknown, Services>,
  response: RecordingClient.Answer,
  request: string
]

/** An operation with invalid input, and the field that the error names. */
export type Invalid = [input: string, program: Effect.Effect<unknown, unknown, Services>, field: string]

/** Tests that each operation sends exactly one request, and compares its method, URL, headers and body. */
export const sendsRequests = (operations: ReadonlyArray<Operation>) => {
  for (const [name, program, response, expected] of operations) {
    it.effect(`${name} sends ${expected}`, () =>
      Effect.gen(function* () {
        yield* program
        assert.deepStrictEqual(yield* lines, [expected])
        const [request] = yield* requests
        const { "content-length": length, ...headers } = request!.headers
        assert.strictEqual(Redacted.value(request!.authorization!), `Bearer ${token}`)
        assert.deepStrictEqual(headers, {
          accept: "application/json",
          ...(isCompressed(expected) ? { "accept-encoding": "gzip" } : undefined),
          "user-agent": `effect-digitalocean/${version}`,
          ...(request!.body === undefined ? undefined : { "content-type": "application/json" })
        })
        if (length !== undefined) assert.strictEqual(Number(length), new TextEncoder().encode(request!.body).byteLength)
      }).pipe(recorded([response]))
    )
  }
}

/** Whether the endpoint that a request is for declares that its response is compressed. */
const isCompressed = (request: string): boolean => {
  const [method, url = ""] = request.split(" ")
  const path = new URL(url).pathname
  return endpoints.some(
    (endpoint) =>
      endpoint.method === method &&
      new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path) &&
      endpoint.compressed
  )
}

/** Tests that each invalid input fails before a request is sent. */
export const rejectsInput = (invalid: ReadonlyArray<Invalid>) => {
  for (const [input, program, field] of invalid) {
    it.effect(`${input} is rejected before a request is sent, as an invalid ${field}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(program)
        assert.propertyVal(error, "_tag", "DigitalOceanError")
        assert.deepInclude((error as { reason: object }).reason, { _tag: "InvalidInput", field })
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(recorded([]))
    )
  }
}
