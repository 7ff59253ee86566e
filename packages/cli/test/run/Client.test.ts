import { Fixtures } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { session } from "../support/session.ts"

const { doimgWith } = session()

/** Three pages of images, one in each, on a server that counts its connections. */
const threePages = async (use: (url: string) => Promise<void>): Promise<number> => {
  let connections = 0
  const server = createServer((request, response) => {
    const page = Number(new URL(request.url!, "http://127.0.0.1").searchParams.get("page"))
    const next = page < 3 ? { pages: { next: `https://api.digitalocean.com/v2/images?page=${page + 1}` } } : {}
    response.setHeader("content-type", "application/json")
    response.end(JSON.stringify({ images: [Fixtures.image({ id: page })], links: next, meta: { total: 3 } }))
  }).on("connection", () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await new Promise((resolve) => server.close(resolve))
  return connections
}

describe("doimg's client", () => {
  it("asks for page after page on one connection", async () => {
    const connections = await threePages(async (url) => {
      const { code, err, out } = await doimgWith({ DIGITALOCEAN_API_URL: url }, "list", "--format", "ndjson")
      assert.deepStrictEqual({ code, err }, { code: 0, err: "" })
      assert.strictEqual(out.trim().split("\n").length, 3)
    })
    assert.strictEqual(connections, 1)
  })
})
