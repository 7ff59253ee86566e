import { DigitalOcean, DigitalOceanClient } from "@effect-digitalocean/client"
import * as PgRateLimit from "@effect-digitalocean/jobs/durable/PgRateLimit"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { take } from "../../src/internal/postgres/slots.ts"
import { migrate } from "../../src/internal/postgres/migrate.ts"
import * as Database from "./database.ts"
import { password, Server } from "./server.ts"

/** The most times of any window of this length. */
const worst = (times: ReadonlyArray<number>, length: number) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + length).length))

/** A Postgres of its own, which the test can stop. */
const ownServer = Effect.acquireRelease(
  Effect.promise(() => Server.start()),
  (server) => Effect.promise(() => server.delete())
)

const request = DigitalOceanClient.DigitalOceanClient.use((client) =>
  client.request({ method: "GET", path: "/v2/account" })
)

/** A client of a process of its own: a clock of its own is what separates it from the others. */
const inProcess = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.clockWith((clock) => Effect.provideService(self, Clock.Clock, Object.create(clock)))

const client = (options: Omit<DigitalOceanClient.Options, "token"> = {}) =>
  DigitalOcean.make({ token: Redacted.make("dop_v1_secret"), ...options })

describe("the slots of a token", () => {
  const limits = { minute: 245, hour: 600 }

  it.effect("never grant more than the limits in any minute and any hour, and say when to try again", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* migrate(sql)
      let now = 1_764_000_000_123
      const at = (key: string) => take(sql, key, limits, sql`to_timestamp(${now}::double precision / 1000)`)
      const granted: Array<number> = []
      const waits: Array<number> = []
      for (let index = 0; granted.length < 1500; index++) {
        const refused = yield* at("a")
        if (refused === undefined) granted.push(now)
        else {
          waits.push(refused.wait)
          now += refused.wait - 1
          assert.isDefined(yield* at("a"), "granted before the end of the wait")
          now += 1
        }
        now += [0, 1, 40, 777][index % 4]!
      }
      assert.strictEqual(worst(granted, 61_000), 245)
      assert.strictEqual(worst(granted, 3_660_000), 600)
      assert.isAtMost(Math.max(...waits), 62 * 60_000)
      assert.isUndefined(yield* at("b"))
      // the clock of the database was set back
      now -= 10_000
      for (let index = 0; index < 300; index++) yield* at("b")
      assert.deepInclude(yield* at("b"), { window: "minute", limit: 245 })
    }).pipe(Effect.provide(Database.layer(), { local: true }))
  )

  it.effect("are counted once by 8 processes at once", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* migrate(sql)
      const all = yield* Effect.forEach(
        Array.from({ length: 400 }),
        () => take(sql, "a", limits, sql.literal("clock_timestamp()")),
        { concurrency: 8 }
      )
      assert.strictEqual(all.filter((refused) => refused === undefined).length, 245)
    }).pipe(Effect.provide(Database.layer(), { local: true }))
  )
})

describe("two processes with one token", () => {
  it.live(
    "send at most 245 requests in any 60 seconds, and none while Postgres is away",
    () =>
      Effect.gen(function* () {
        const server = yield* ownServer
        const settings = { ...Database.settings(yield* Database.create(server.port), server.port), maxConnections: 4 }
        const times: Array<number> = []
        const outage = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
        const http = HttpClient.make((request) =>
          Effect.sync(() => {
            times.push(performance.now())
            return HttpClientResponse.fromWeb(request, Response.json({}))
          })
        )
        const one = inProcess(
          Effect.gen(function* () {
            const services = yield* client()
            yield* Effect.all(
              Array.from({ length: 8 }, () => Effect.forever(Effect.provide(request, services))),
              { concurrency: "unbounded" }
            )
          }).pipe(
            Effect.provide(
              Layer.provide(PgRateLimit.layer, PgClient.layer({ ...settings, connectTimeout: "1 second" })),
              {
                local: true
              }
            ),
            Effect.provideService(HttpClient.HttpClient, http)
          )
        )
        const crash = Effect.gen(function* () {
          while (times.length < 100) yield* Effect.sleep("1 millis")
          yield* Effect.promise(() => server.stop("SIGQUIT"))
          yield* Effect.sleep("200 millis")
          outage.from = performance.now()
          yield* Effect.sleep("4 seconds")
          outage.to = performance.now()
          yield* Effect.promise(() => server.resume())
        })
        yield* Effect.timeoutOption(Effect.all([one, one, crash], { concurrency: "unbounded" }), "75 seconds")
        assert.strictEqual(worst(times, 60_000), 245)
        assert.isAbove(times.length, 300)
        assert.isEmpty(times.filter((at) => at > outage.from && at < outage.to))
        assert.isBelow(times.filter((at) => at < outage.from).length, 245)
      }).pipe(Effect.provide(Logger.layer([]), { local: true })),
    120_000
  )
})

describe("a process without its Postgres", () => {
  it.live("fails a request that would wait for too long, and logs no address and no password", () =>
    Effect.gen(function* () {
      const server = yield* ownServer
      const settings = Database.settings(yield* Database.create(server.port), server.port)
      const logged: Array<string> = []
      const logger = Logger.make(({ message }) => {
        logged.push(String(message))
      })
      let sent = 0
      const http = HttpClient.make((request) =>
        Effect.sync(() => {
          sent += 1
          return HttpClientResponse.fromWeb(request, Response.json({}))
        })
      )
      const error = yield* inProcess(
        Effect.gen(function* () {
          const services = yield* client({ retry: { maxWait: "2 seconds" } })
          yield* Effect.provide(request, services)
          yield* Effect.promise(() => server.stop("SIGQUIT"))
          return yield* Effect.flip(Effect.provide(request, services))
        })
      ).pipe(
        Effect.provide(Layer.provide(PgRateLimit.layer, PgClient.layer(settings)), { local: true }),
        Effect.provideService(HttpClient.HttpClient, http),
        Effect.provide(Logger.layer([logger]), { local: true })
      )
      assert.deepInclude(error.reason, { _tag: "RateLimited", sent: false })
      assert.strictEqual(sent, 1)
      assert.strictEqual(logged.length, 1)
      assert.include(logged[0], "requests wait until it is: the database cannot be reached (ConnectionError")
      assert.notMatch(logged.join(), new RegExp(`${password}|${server.port}|127\\.0\\.0\\.1|dop_v1`))
    })
  )
})
