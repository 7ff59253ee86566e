import { afterEach, assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Database from "../../../jobs/test/postgres/database.ts"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { freePort, password, Server } from "../../../jobs/test/postgres/server.ts"
import { until } from "../ends/sandbox.ts"
import { session } from "../support/session.ts"
import { database, type Runner, startRunner, urlOf } from "./runners.ts"

const own = session()

const list = (url: string) => own.doimgWith({ DOIMG_DATABASE: url }, "jobs", "list")

const runners: Array<Runner> = []
afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.stop("SIGKILL"))))

/** Runs statements in a database. */
const sql = (name: string, ...statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const client = yield* PgClient.PgClient
    for (const statement of statements) yield* client.unsafe(statement)
  }).pipe(Effect.provide(PgClient.layer(Database.settings(name))), Effect.runPromise)

describe("a database that is of no use is one line that says what to do:", () => {
  const cases: ReadonlyArray<
    readonly [what: string, code: number, problem: RegExp, url: () => string | Promise<string>]
  > = [
    [
      "no server",
      1,
      /the database cannot be reached .*does Postgres run there/,
      async () => `postgres://postgres:${password}@127.0.0.1:${await freePort()}/jobs`
    ],
    [
      "a wrong password",
      5,
      /does not accept the user or the password .*check user, password and database/,
      () => urlOf("postgres", "postgres", "wrong-password")
    ],
    ["no database of the name", 5, /there is no database of this name/, () => urlOf("nothing")],
    [
      "no permission to create tables",
      5,
      /lacks a permission .*let the owner of the database run "doimg jobs list" once/,
      async () => {
        const url = await database()
        const user = `guest_${process.pid}`
        await sql("postgres", `CREATE ROLE ${user} LOGIN PASSWORD '${password}'`)
        return urlOf(new URL(url).pathname.slice(1), user)
      }
    ],
    [
      "tables of another version",
      1,
      /another version of doimg has changed it: update this one/,
      async () => {
        const url = await database()
        assert.strictEqual((await list(url)).code, 0)
        await sql(new URL(url).pathname.slice(1), "ALTER TABLE digitalocean_jobs RENAME COLUMN account TO tenant")
        return url
      }
    ]
  ]
  for (const [what, code, problem, url] of cases) {
    it(what, async () => {
      const address = await url()
      const runner = startRunner(own, address)
      for (const ended of [
        await list(address),
        { code: await (await runner).ended, out: "", err: (await runner).err() }
      ]) {
        const last = ended.err.trim().split("\n").at(-1) ?? ""
        assert.deepStrictEqual({ code: ended.code, out: ended.out }, { code, out: "" }, ended.err)
        assert.match(last, problem)
        assert.match(last, /^doimg: 127\.0\.0\.1:\d+\/\w+ \(DOIMG_DATABASE\): /)
        assert.notInclude(ended.err, password)
        assert.notInclude(ended.err, "wrong-password")
      }
    })
  }
})

describe("a runner with a collector", () => {
  it("exports logs, metrics and traces there, without a token or a password", async () => {
    const received = new Map<string, string>()
    const collector = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += chunk))
      request.on("end", () => {
        received.set(request.url ?? "", `${received.get(request.url ?? "") ?? ""}${body}`)
        response.end("{}")
      })
    }).listen(0, "127.0.0.1")
    await once(collector, "listening")
    const { port } = collector.address() as AddressInfo
    const url = await database()
    const running = own.start(["runner", "--termination-timeout", "1s"], {
      ...{ DOIMG_DATABASE: url, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
      ...{ OTEL_METRIC_EXPORT_INTERVAL: "500", OTEL_BSP_SCHEDULE_DELAY: "500", OTEL_BLRP_SCHEDULE_DELAY: "500" }
    })
    try {
      const submitted = await own.doimgWith({ DOIMG_DATABASE: url }, "replicate", "165120954", "--to", "fra1")
      assert.strictEqual(submitted.code, 0, submitted.err)
      const all = ["/v1/logs", "/v1/metrics", "/v1/traces"]
      assert.isTrue(await until(async () => all.every((path) => received.has(path))), [...received.keys()].join())
      assert.match(received.get("/v1/traces") ?? "", /"doimg-runner"/)
      assert.match(running.err(), /Z info ready: listening/)
      assert.strictEqual(running.out(), "")
      for (const text of received.values()) {
        assert.notInclude(text, password)
        assert.notInclude(text, "secret-token")
      }
    } finally {
      running.child.kill("SIGKILL")
      await running.ended
      collector.closeAllConnections()
      collector.close()
    }
  })
})

describe("the health of a runner", () => {
  const get = async (port: number, path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: response.status, text: await response.text() }
  }

  it("is 200 while it has Postgres and shards, and 503 with the reason while Postgres is gone", async () => {
    const server = await Server.start()
    try {
      const port = await freePort()
      const url = `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`
      const runner = await startRunner(own, url, ["--health", String(port), "--termination-timeout", "1s"])
      runners.push(runner)
      const isStatus = (status: number) => until(async () => (await get(port, "/health")).status === status)
      assert.isTrue(await isStatus(200))
      const metrics = await get(port, "/metrics")
      assert.strictEqual(metrics.status, 200)
      assert.match(metrics.text, /^effect_cluster_shards 32$/m)
      assert.strictEqual((await get(port, "/")).status, 404)
      await server.stop("SIGQUIT")
      assert.isTrue(await isStatus(503))
      assert.match((await get(port, "/health")).text, /"reason":"(the database does not respond|no shards are held)/)
      await server.resume()
      assert.isTrue(await isStatus(200))
    } finally {
      await server.delete()
    }
  })

  it("says that its port is taken, and that an address that cannot be reached needs another", async () => {
    const url = await database()
    const port = String(await freePort())
    runners.push(await startRunner(own, url, ["--health", port]))
    const second = await startRunner(own, url, ["--health", port])
    assert.strictEqual(await second.ended, 2)
    assert.match(second.err(), /--health: port \d+ of 127\.0\.0\.1 cannot be listened on/)
    const third = await startRunner(own, url, ["--listen", "0.0.0.0:0"])
    assert.strictEqual(await third.ended, 2)
    assert.match(third.err(), /needs --address HOST:PORT/)
  })
})
