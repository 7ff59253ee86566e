import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as DigitalOcean from "../../../src/DigitalOcean.ts"
import * as Images from "../../../src/Images.ts"
import { image, page, recorded, requests } from "../../support/recorded.ts"

const list = Stream.unwrap(Images.Images.use((images) => Effect.succeed(images.list())))
const names = Effect.map(Stream.runCollect(list), (all) => all.map(({ name }) => name))
const body = JSON.stringify(page("images", [image(), image({ id: 8, name: "db é" })]))

const bytes = (content: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(content)
      controller.close()
    }
  })
const packed = (content: Uint8Array, encoding = "gzip") =>
  RecordingClient.answer(200, bytes(content), { "content-type": "application/json", "content-encoding": encoding })
const once = { retry: { times: 0 } }

describe("a compressed listing", () => {
  it.effect("is asked for, and unpacked; one image is asked for as it is", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* names, ["web", "db é"])
      yield* Images.Images.use((images) => images.get(7))
      const [first, second] = yield* requests
      assert.strictEqual(first!.headers["accept-encoding"], "gzip")
      assert.notProperty(second!.headers, "accept-encoding")
    }).pipe(recorded([packed(gzipSync(body), "GZIP"), RecordingClient.json({ image: image({ id: 7 }) })]))
  )

  it.effect("that the transport has unpacked already is taken as it is", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* names, ["web", "db é"])
    }).pipe(recorded([packed(new TextEncoder().encode(body))]))
  )

  const broken: ReadonlyArray<[string, Uint8Array]> = [
    ["breaks off", gzipSync(body).subarray(0, -9)],
    ["is damaged", gzipSync(body).fill(0xff, 20, 40)],
    ["has more behind it", Buffer.concat([gzipSync(body), Buffer.from("more")])]
  ]
  for (const [what, content] of broken) {
    it.effect(`that ${what} is a TransportError of the body`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(names)
        assert.deepInclude(error.reason, { _tag: "TransportError", phase: "body" })
        assert.isTrue(error.isRetryable)
      }).pipe(recorded([packed(content)], once))
    )
  }

  it.effect("is cut off where it unpacks to more than the client takes, however small it came", () =>
    Effect.gen(function* () {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20))
      assert.isBelow(bomb.byteLength, 100_000)
      const before = process.memoryUsage().arrayBuffers
      const error = yield* names.pipe(Effect.flip, recorded([packed(bomb)], { ...once, maxBodyBytes: 1_000_000 }))
      assert.deepInclude(error.reason, { _tag: "TransportError", code: "EMSGSIZE" })
      assert.isFalse(error.isRetryable)
      assert.isBelow(process.memoryUsage().arrayBuffers - before, 8_000_000)
    })
  )
})

describe("a server that compresses", () => {
  const server = Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        const gzip = /\bgzip\b/.test(String(request.headers["accept-encoding"]))
        response.setHeader("content-type", "application/json")
        if (gzip) response.setHeader("content-encoding", "gzip")
        response.end(gzip ? gzipSync(body) : body)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => void server.close().closeAllConnections())
  )
  const transports = [
    ["fetch", FetchHttpClient.layer],
    ["undici", NodeHttpClient.layerUndici],
    ["node:http", NodeHttpClient.layerNodeHttp]
  ] as const
  for (const [name, transport] of transports) {
    it.live(`is understood over ${name}`, () =>
      Effect.gen(function* () {
        const { port } = (yield* server).address() as AddressInfo
        const layer = DigitalOcean.layer({ token: Redacted.make("any"), baseUrl: `http://127.0.0.1:${port}` })
        assert.deepStrictEqual(yield* Effect.provide(names, Layer.provide(layer, transport)), ["web", "db é"])
      }).pipe(Effect.scoped)
    )
  }
})
