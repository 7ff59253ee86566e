import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { bursts, interleaved, median, ratio, worstMinute } from "../bench/harness/measure.ts"
import { missed, table } from "../bench/harness/report.ts"
import { byRoute, listingAge, type Sent } from "../bench/simulation/requests.ts"
import * as Bodies from "../bench/stub/bodies.ts"

describe("what benches measure with", () => {
  it("the median is the middle, or the mean of the two in the middle", () => {
    assert.strictEqual(median([30, 10, 20]), 20)
    assert.strictEqual(median([40, 10, 20, 30]), 25)
  })

  it("a ratio compares within a round, so that a slow round does not count", () => {
    assert.strictEqual(ratio([2, 40, 2], [1, 20, 1]), 2)
  })

  it("contenders take turns, and none always follows the same one", async () => {
    const order: Array<string> = []
    const run = (name: string) => () => order.push(name)
    await interleaved(2, { a: run("a"), b: run("b") })
    assert.deepStrictEqual(order, ["a", "b", "b", "a"])
  })

  it("the worst minute slides, and is shorter than 60 seconds at both ends", () => {
    assert.strictEqual(worstMinute([]), 0)
    assert.strictEqual(worstMinute([0, 59_999, 60_000]), 2)
    assert.strictEqual(worstMinute([90_000, 50_000, 0, 70_000]), 3)
  })

  it("what comes close together is one burst", () => {
    assert.strictEqual(bursts([5000, 0, 10, 5300, 10_000], 500), 3)
  })

  it("a table shows the target, and marks what misses it", () => {
    const rows = [
      { what: "requests", value: 130, atMost: 130 },
      { what: "lag", value: 5.51, unit: "s", atMost: 5.5 }
    ]
    const bench = { name: "waits", what: "waits", seconds: 1, run: () => Promise.reject(new Error("not run")) }
    assert.match(table(bench, rows), /requests +130 +<= 130 +met\n.*lag +5\.51 s +<= 5\.5 +MISSED/)
    assert.strictEqual(missed(rows), 1)
  })
})

describe("the requests of a job", () => {
  const send = (method: string, path: string, seconds: number, query = {}, status = 200): Sent => ({
    method,
    path,
    query,
    status,
    at: 1000 * seconds
  })
  const page = (number: number, seconds: number) =>
    send("GET", "/v2/images", seconds, { private: "true", page: String(number), per_page: "200" })

  it("are counted by route, the most frequent first", () => {
    const requests = [
      send("POST", "/v2/tags/web-1/resources", 0),
      send("GET", "/v2/images/7/actions", 0),
      send("GET", "/v2/images/8/actions", 0),
      send("GET", "/v2/actions/9", 0)
    ]
    assert.deepStrictEqual(byRoute(requests), [
      ["GET /v2/images/{id}/actions", 2],
      ["GET /v2/actions/{id}", 1],
      ["POST /v2/tags/{name}/resources", 1]
    ])
  })

  it("the age of a listing counts from its last page to each DELETE that succeeds", () => {
    const requests = [page(1, 0), page(2, 1), page(3, 3), page(1, 9), send("DELETE", "/v2/images/7", 13)]
    assert.strictEqual(listingAge(requests, 401), 10)
    assert.strictEqual(listingAge([page(1, 0), send("DELETE", "/v2/images/7", 20, {}, 429)], 1), 0)
  })

  it("a listing is complete with fewer pages when images were deleted", () => {
    const requests = [page(1, 0), page(2, 0), send("DELETE", "/v2/images/7", 4), page(1, 9)]
    assert.strictEqual(listingAge([...requests, send("DELETE", "/v2/images/8", 11)], 201), 4)
    assert.strictEqual(listingAge([...requests, send("DELETE", "/v2/images/8", 11)], 202), 11)
  })

  it("a DELETE without a listing is infinitely late", () => {
    assert.strictEqual(listingAge([send("DELETE", "/v2/images/7", 4)], 1), Number.POSITIVE_INFINITY)
  })
})

describe("the stub of the benches", () => {
  const url = new URL("http://127.0.0.1/v2/images?private=true&page=2&per_page=200")
  const page = (total: number) =>
    Bodies.page(url, "images", total, (from, to) => Array.from({ length: to - from }, (_, i) => Bodies.image(from + i)))

  it("answers with pages of the size that DigitalOcean's have", () => {
    const bytes = JSON.stringify(page(10_000)).length
    assert.isTrue(bytes > 60_000 && bytes < 68_000, `${bytes} bytes`)
  })

  it("links each page to the next, but for the last", () => {
    assert.include(JSON.stringify(page(401).links), "private=true&page=3&per_page=200")
    assert.notInclude(JSON.stringify(page(400).links), "next")
  })
})

it("a bench nobody knows is an error that names those there are", async () => {
  const main = fileURLToPath(new URL("../bench/main.ts", import.meta.url))
  const said = await new Promise<string>((resolve) => {
    const args = ["--conditions=@effect-digitalocean/source", main, "--only", "speed"]
    execFile(process.execPath, args, (error, _, stderr) => resolve(`${error?.code}: ${stderr}`))
  })
  assert.match(said, /^1: there is no bench speed; there are waits, waits1000, .*bundle, durable\n$/)
})
