import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redis from "effect/persistence/Redis"
import * as Redacted from "effect/Redacted"
import * as DigitalOcean from "../../../src/DigitalOcean.ts"
import { withRetry } from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { image, requests, token } from "../../support/recorded.ts"

const installed = spawnSync("redis-server", ["--version"]).status === 0

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** A Redis of the test's own, which keeps nothing and ends with the scope. */
const redisServer = Effect.gen(function* () {
  const port = yield* freePort
  const started = Effect.callback<ChildProcess>((resume) => {
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    const child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "ignore"] })
    child.stdout.on("data", (text) => {
      if (String(text).includes("Ready to accept connections")) resume(Effect.succeed(child))
    })
  })
  const child = yield* Effect.acquireRelease(started, (child) => Effect.sync(() => void child.kill("SIGKILL")))
  return { child, url: `redis://127.0.0.1:${port}` }
})

/** A clock of its own is what a process has, and with it limits of its own. */
const elsewhere = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.clockWith((clock) => Effect.provideService(self, Clock.Clock, Object.create(clock)))

const get = withRetry(
  Images.Images.use((images) => images.get(7)),
  { maxWait: 0 }
)
const ok = RecordingClient.json({ image: image({ id: 7 }) })

describe.skipIf(!installed)(
  `Effect's store on Redis${installed ? "" : " (skipped: redis-server is not installed)"}`,
  () => {
    const program = Effect.gen(function* () {
      const { child, url } = yield* redisServer
      const redis = yield* Layer.build(RateLimiter.layerStoreRedis().pipe(Layer.provideMerge(NodeRedis.layer({ url }))))
      const options = { token: Redacted.make(token), rateLimits: { perMinute: 5 } }
      const client = Effect.map(Effect.provide(DigitalOcean.make(options), redis), (services) =>
        Effect.provide(get, services)
      )
      return { child, redis, client }
    })
    const count = Effect.map(requests, (all) => all.length)

    it.live("holds several processes to one budget, and its keys do not tell the token", () =>
      Effect.gen(function* () {
        const { client, redis } = yield* program
        const process = elsewhere(
          Effect.flatMap(client, (get) =>
            Effect.forEach(Array(4), () => Effect.result(get), { concurrency: "unbounded" })
          )
        )
        const results = (yield* Effect.all([process, process], { concurrency: "unbounded" })).flat()
        assert.strictEqual(yield* count, 5)
        const refused = results.flatMap((result) => (result._tag === "Failure" ? [result.failure.reason] : []))
        assert.strictEqual(refused.length, 3)
        for (const reason of refused) {
          assert.deepInclude(reason, { _tag: "RateLimited", window: "minute", limit: 5, remaining: 0, sent: false })
        }
        const keys = yield* Effect.provide(
          Redis.Redis.use((redis) => redis.send<ReadonlyArray<string>>("KEYS", "*")),
          redis
        )
        assert.deepStrictEqual(keys.map((key) => key.replace(/[0-9a-f]{32}/, "<digest>")).sort(), [
          "ratelimiter:digitalocean:<digest>:hour",
          "ratelimiter:digitalocean:<digest>:minute"
        ])
      }).pipe(Effect.scoped, Effect.provide(RecordingClient.layer(Array(8).fill(ok))))
    )

    it.live("leaves each process its own limits when Redis answers no more", () =>
      Effect.gen(function* () {
        const { child, client } = yield* program
        const get = yield* client
        yield* get
        yield* Effect.acquireRelease(
          Effect.sync(() => child.kill("SIGSTOP")),
          () => Effect.sync(() => child.kill("SIGCONT"))
        )
        const results = yield* Effect.forEach(Array(7), () => Effect.result(get), { concurrency: "unbounded" })
        assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 4)
        assert.strictEqual(yield* count, 5)
      }).pipe(
        Effect.scoped,
        elsewhere,
        Effect.provideService(Logger.CurrentLoggers, new Set()),
        Effect.provide(RecordingClient.layer(Array(8).fill(ok)))
      )
    )
  }
)
