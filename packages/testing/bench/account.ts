/**
 * What a large account costs: ten thousand images and a thousand running actions, in memory and per listing page.
 *
 * Run by `npm run bench -- --only testing`, or with `node --expose-gc --conditions=@effect-digitalocean/source
 * packages/testing/bench/account.ts [--json]`. Figures are medians over rounds; memory is the heap's growth after
 * garbage collection.
 */
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"

const images = 10_000
const actions = 1_000

const seed = (): Seed.Seed => ({
  images: Array.from({ length: images }, (_, i) => ({
    id: 100_000_000 + i,
    name: `web-${i}`,
    created_at: Seed.timestamp(Seed.now - ((i * 7919) % images) * 60_000),
    size_gigabytes: 1000,
    tags: [`team-${i % 50}`, "web"]
  })),
  droplets: Array.from({ length: 500 }, (_, i) => ({
    id: 300_000_000 + i,
    name: `web-${i}`,
    images: Array.from({ length: 20 }, (_, j) => 100_000_000 + i * 20 + j)
  }))
})

const memory = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

const send = Effect.fnUntraced(function* (method: "GET" | "POST", path: string, json?: object) {
  const client = yield* HttpClient.HttpClient
  const bare = HttpClientRequest.make(method)(`https://api.digitalocean.com${path}`)
  const filled = json === undefined ? bare : HttpClientRequest.bodyText(bare, JSON.stringify(json), "application/json")
  const response = yield* client.execute(HttpClientRequest.setHeader(filled, "authorization", "Bearer any"))
  const text = yield* response.text
  if (response.status > 299) return yield* Effect.die(new Error(`${method} ${path}: ${response.status} ${text}`))
  return text
})

const median = (all: ReadonlyArray<number>) => all.toSorted((a, b) => a - b)[all.length >> 1]!

/** The median of what an effect takes, in milliseconds, after a warm-up. */
const took = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>, rounds = 200) {
  for (let i = 0; i < 50; i++) yield* effect
  const all: Array<number> = []
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    yield* effect
    all.push(performance.now() - start)
  }
  return median(all)
})

const pages = [
  "/v2/images?private=true&per_page=200",
  "/v2/images?private=true&per_page=200&page=25",
  "/v2/images?per_page=20&page=501",
  "/v2/images?tag_name=team-7&per_page=200",
  "/v2/actions?per_page=200",
  "/v2/snapshots?resource_type=droplet&per_page=200&page=25",
  "/v2/droplets?per_page=200",
  "/v2/tags?per_page=200",
  "/v2/images/100000007",
  "/v2/images/100000007/actions"
]

const before = memory()

const program = Effect.gen(function* () {
  const begin = Effect.forEach(
    Array.from({ length: actions }, (_, i) => 100_000_000 + i),
    (id) => send("POST", `/v2/images/${id}/actions`, { type: "transfer", region: "sfo3" }),
    { discard: true }
  )
  yield* begin
  const { actions: started } = yield* TestDigitalOcean.TestDigitalOcean
  const running = (yield* started()).filter(({ status }) => status === "in-progress").length
  const megabytes = memory() - before
  const milliseconds: Record<string, number> = {}
  for (const path of pages) milliseconds[path] = yield* took(send("GET", path))
  return { images, running, megabytes, milliseconds }
}).pipe(Effect.provide(TestDigitalOcean.layer({ seed: seed(), limits: { minute: 1e9, hour: 1e9 } })))

const { megabytes, milliseconds, running } = await Effect.runPromise(program)

const print = (line: string) => process.stdout.write(`${line}\n`)

if (process.argv.includes("--json")) {
  print(JSON.stringify({ images, running, megabytes, milliseconds }))
} else {
  print(`${images} images, ${running} running actions: ${megabytes.toFixed(1)} MB`)
  for (const [path, ms] of Object.entries(milliseconds)) print(`${ms.toFixed(2).padStart(7)} ms  ${path}`)
}
