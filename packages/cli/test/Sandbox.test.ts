import { Actions, DigitalOcean, DigitalOceanClient, Images } from "@effect-digitalocean/client"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { doimg, type Running, start, startDoimg } from "./support/process.ts"

const begin = (...args: ReadonlyArray<string>) => startDoimg("sandbox", "--port", "0", ...args)

const listening = async (sandbox: Running) => {
  const [, url = ""] = await sandbox.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
  return url
}

const transports: ReadonlyArray<[name: string, layer: Layer.Layer<HttpClient.HttpClient>]> = [
  ["undici", NodeHttpClient.layerUndici],
  ["fetch", FetchHttpClient.layer],
  ["node:http", NodeHttpClient.layerNodeHttp]
]

describe("doimg sandbox, started by npm", () => {
  let sandbox: Running
  let baseUrl: string
  beforeAll(async () => {
    sandbox = start("npm", ["run", "--silent", "doimg", "--", "sandbox", "--port", "0", "--speed", "600"])
    baseUrl = await listening(sandbox)
  }, 20_000)
  afterAll(async () => {
    sandbox.child.kill("SIGINT")
    await sandbox.ended
  })

  for (const [name, transport] of transports) {
    it.live(
      `answers the real client over ${name}`,
      () =>
        Effect.gen(function* () {
          const images = yield* Images.Images
          const actions = yield* Actions.Actions
          const all = yield* Stream.runCollect(images.list({ private: true, per_page: 2 }))
          assert.strictEqual(all.length, 6)
          const region = { undici: "sfo3", fetch: "sgp1", "node:http": "tor1" }[name] ?? ""
          const ended = yield* actions.await(yield* images.transfer(165120954, region), {
            schedule: Schedule.spaced("100 millis")
          })
          assert.strictEqual(ended.status, "completed")
          assert.include((yield* images.get(165120954)).regions, region)
          const missing = yield* Effect.flip(images.get(7))
          assert.strictEqual(missing.reason._tag, "NotFound")
          const client = yield* DigitalOceanClient.DigitalOceanClient
          assert.isTrue(Option.isSome(yield* client.rateLimit))
        }).pipe(
          Effect.provide(DigitalOcean.layer({ token: Redacted.make("any"), baseUrl }).pipe(Layer.provide(transport)))
        ),
      15_000
    )
  }
})

describe("a port that is taken", () => {
  it("is told in one line that says what to do, and exits 1", async () => {
    const other = createServer()
    await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve))
    const { port } = other.address() as AddressInfo
    const { code, err, out } = await doimg("sandbox", "--port", String(port))
    other.close()
    const line = `doimg: port ${port} of 127.0.0.1 is taken: choose another with --port, or 0 for a free one\n`
    assert.deepStrictEqual({ code, err, out }, { code: 1, err: line, out: "" })
  })
})

describe("doimg sandbox --seed empty --token t", () => {
  it("begins without images, takes no other token, and logs every request without its token", async () => {
    const sandbox = begin("--seed", "empty", "--token", "secret-token")
    const url = `${await listening(sandbox)}/v2/images?private=true`
    const get = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } })
    const right = await get("secret-token")
    assert.deepStrictEqual(await right.json(), { images: [], links: {}, meta: { total: 0 } })
    assert.strictEqual((await get("wrong-token")).status, 401)
    const other = await fetch(new URL("/v2/databases", url), { headers: { authorization: "Bearer secret-token" } })
    assert.strictEqual(other.status, 404)
    sandbox.child.kill("SIGINT")
    assert.strictEqual(await sandbox.ended, 0)
    const log = sandbox.err().trimEnd().split("\n")
    const when = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"
    assert.match(log[0] ?? "", new RegExp(`^${when} 200 GET /v2/images\\?private=true$`))
    assert.match(log[1] ?? "", new RegExp(`^${when} 401 GET /v2/images\\?private=true$`))
    assert.match(
      log[2] ?? "",
      new RegExp(`^${when} 404 GET /v2/databases \\(the account does not have this operation\\)$`)
    )
    assert.strictEqual(log.length, 3)
  }, 20_000)
})

describe("doimg sandbox --status-delay 10h --read-delay 1s --list-order oldest", () => {
  it("lists the oldest first, and shows a Droplet active after power_off has completed", async () => {
    const sandbox = begin("--status-delay", "10h", "--read-delay", "1s", "--list-order", "oldest", "--speed", "600")
    const url = await listening(sandbox)
    const call = async (path: string, body?: object) =>
      (
        await fetch(`${url}/v2/${path}`, {
          headers: { authorization: "Bearer any" },
          ...(body && { method: "POST", body: JSON.stringify(body) })
        })
      ).json()
    const droplets: ReadonlyArray<{ readonly id: number }> = (await call("droplets")).droplets
    assert.deepStrictEqual(
      droplets.map(({ id }) => id),
      [398250117, 413118204]
    )
    const { action } = await call("droplets/398250117/actions", { type: "power_off" })
    const begun = Date.now()
    let status = ""
    while (status !== "completed" && Date.now() - begun < 5000) {
      status = (await call(`actions/${action.id}`)).action?.status ?? "not found"
    }
    assert.strictEqual(status, "completed")
    assert.deepInclude((await call("droplets/398250117")).droplet, { status: "active", locked: true })
    sandbox.child.kill("SIGINT")
    assert.strictEqual(await sandbox.ended, 0)
  }, 20_000)
})

describe("a request with a long body", () => {
  it("is logged with its beginning", async () => {
    const sandbox = begin()
    const url = `${await listening(sandbox)}/v2/images`
    const body = JSON.stringify({ name: "n".repeat(5000), url: "https://example.com/x.img", region: "nyc3" })
    const headers = { authorization: "Bearer any" }
    assert.strictEqual((await fetch(url, { method: "POST", headers, body })).status, 202)
    sandbox.child.kill("SIGINT")
    assert.strictEqual(await sandbox.ended, 0)
    const line = `202 POST /v2/images ${body.slice(0, 1000)}... (${body.length - 1000} more)\n`
    assert.strictEqual(sandbox.err().slice(sandbox.err().indexOf(" ") + 1), line)
  }, 20_000)
})

describe("doimg sandbox --seed account.json --faults plan.json", () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"))
  afterAll(() => rmSync(folder, { recursive: true }))
  const write = (name: string, json: unknown) => {
    writeFileSync(join(folder, name), typeof json === "string" ? json : JSON.stringify(json))
    return join(folder, name)
  }
  const seed = write("account.json", { images: [{ id: 7, name: "web", size_gigabytes: 1, age: "3 days" }] })

  it("serves that account, lets that go wrong on real sockets, and marks it in the log", async () => {
    const plan = write("plan.json", [
      { on: "images.get", fault: "reset", when: "before" },
      { on: "images.get", nth: 2, fault: "status", status: 502, body: "html" },
      { on: "images.act", fault: "reset", when: "after" }
    ])
    const sandbox = begin("--seed", seed, "--faults", plan, "--speed", "600")
    const url = `${await listening(sandbox)}/v2/images/7`
    const headers = { authorization: "Bearer any" }
    const reset = await fetch(url, { headers }).catch((error: Error) => String(error.cause))
    assert.match(String(reset), /ECONNRESET|other side closed/)
    const bad = await fetch(url, { headers })
    assert.deepStrictEqual([bad.status, bad.headers.get("content-type")], [502, "text/html"])
    const body = JSON.stringify({ type: "transfer", region: "sfo3" })
    const lost = fetch(`${url}/actions`, { method: "POST", headers, body })
    assert.strictEqual(await lost.catch(() => "lost"), "lost")
    const begun = Date.now()
    let regions: ReadonlyArray<string> = []
    while (!regions.includes("sfo3") && Date.now() - begun < 5000) {
      regions = (await (await fetch(url, { headers })).json()).image.regions
    }
    assert.deepStrictEqual(regions, ["nyc3", "sfo3"])
    sandbox.child.kill("SIGINT")
    assert.strictEqual(await sandbox.ended, 0)
    const log = sandbox
      .err()
      .split("\n")
      .map((line) => line.slice(line.indexOf(" ") + 1))
    assert.deepStrictEqual(log.slice(0, 4), [
      "--- GET /v2/images/7 ! reset before",
      "502 GET /v2/images/7 ! status 502",
      `--- POST /v2/images/7/actions ${body} ! reset after`,
      "200 GET /v2/images/7"
    ])
  }, 20_000)

  for (const [what, args, says] of [
    [
      "a file that is not there",
      ["--seed", "no.json"],
      "doimg: no.json: there is no such file; expected demo, empty, or a JSON file"
    ],
    ["a folder", ["--seed", folder], /^doimg: .*sandbox-\w+: EISDIR: illegal operation on a directory/],
    [
      "a seed that is none",
      ["--seed", write("seed.json", { images: [{ id: 7, name: "web", region: "nyc3" }] })],
      /^doimg: .*seed\.json: images\[0\]\.region: unknown$/
    ],
    [
      "a plan that is none",
      ["--faults", write("faults.json", [{ fault: "reset" }])],
      /^doimg: .*faults\.json: \[0\]\.when: missing$/
    ],
    ["a plan that is no JSON", ["--faults", write("text.json", "[{")], /^doimg: .*text\.json: Expected JSON: /]
  ] as const) {
    it(`tells of ${what} in one line, and exits 2`, async () => {
      const { code, err, out } = await doimg("sandbox", "--port", "0", ...args)
      assert.deepStrictEqual([code, out], [2, ""])
      if (typeof says === "string") assert.strictEqual(err.trimEnd(), says)
      else assert.match(err.trimEnd(), says)
    }, 20_000)
  }
})

describe("SIGINT to the npm process", () => {
  it("ends the sandbox cleanly, and its port is free again", async () => {
    const sandbox = begin()
    const url = await listening(sandbox)
    sandbox.child.kill("SIGINT")
    assert.strictEqual(await sandbox.ended, 0)
    assert.strictEqual(sandbox.err(), "")
    assert.strictEqual(await fetch(url).catch(() => "nobody there"), "nobody there")
  }, 20_000)
})

describe("SIGINT while a client is still sending", () => {
  it("ends the sandbox all the same", async () => {
    const sandbox = begin()
    const { hostname, port } = new URL(await listening(sandbox))
    const socket = connect(Number(port), hostname)
    socket.on("error", () => undefined)
    const head =
      "POST /v2/images HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer x\r\ncontent-length: 100\r\n\r\n{"
    await new Promise<void>((resolve) => void socket.write(head, () => resolve()))
    const other = await fetch(`http://${hostname}:${port}/v2/account`, { headers: { authorization: "Bearer x" } })
    assert.strictEqual(other.status, 200)
    sandbox.child.kill("SIGINT")
    assert.strictEqual(await sandbox.ended, 0)
    socket.destroy()
  }, 10_000)
})

describe("a server that misbehaves on a real socket", () => {
  let server: Server
  let baseUrl: string
  let nobody: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? ""
      if (path.endsWith("/1")) return // never answers
      if (path.endsWith("/2")) return void response.writeHead(200, { "content-length": "100" }).write("{") // stalls
      if (path.endsWith("/3")) {
        response.writeHead(200, { "content-length": "100" }).write('{"image":')
        return void setTimeout(() => request.socket.destroy(), 50)
      }
      if (path.endsWith("/4")) return void request.socket.destroy()
      if (path.endsWith("/5")) return void response.writeHead(302, { location: "/v2/images/6" }).end()
      if (path.endsWith("/7")) return void response.writeHead(200).end("x".repeat(3_000_000))
      response.writeHead(200, { "content-type": "text/html" }).end("<html>hello</html>")
    })
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const closed = createServer()
    await new Promise<void>((resolve) => void closed.listen(0, "127.0.0.1", resolve))
    nobody = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`
    await new Promise((resolve) => closed.close(resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const expected: ReadonlyArray<[image: number, what: string, reason: object]> = [
    [1, "that never answers is given up", { _tag: "TransportError", phase: "headers", sent: true }],
    [2, "that stalls is given up", { _tag: "TransportError", phase: "body", sent: true }],
    [3, "that breaks off is a failure of the transport", { _tag: "TransportError", phase: "body", sent: true }],
    [4, "that hangs up may have executed the request", { _tag: "TransportError", sent: true }],
    [5, "that redirects is not followed", { _tag: "UnexpectedStatus", status: 302 }],
    [6, "that answers HTML is not believed", { _tag: "DecodeError", status: 200 }],
    [7, "that answers too much is cut off", { _tag: "TransportError", phase: "body" }]
  ]
  for (const [name, transport] of transports) {
    for (const [image, what, reason] of expected) {
      it.live(`${what}, over ${name}`, () =>
        Effect.gen(function* () {
          const options = { token: Redacted.make("any"), baseUrl, retry: { times: 0 }, maxBodyBytes: 1_000_000 }
          // where the limits are what is tested, they are short; elsewhere a busy machine must not meet them
          const services = yield* DigitalOcean.make({
            ...options,
            headersTimeout: image === 1 ? "300 millis" : "10 seconds",
            bodyTimeout: image === 2 ? "300 millis" : "10 seconds"
          })
          const get = Images.Images.use((images) => images.get(image))
          const error = yield* Effect.provide(Effect.flip(get), services)
          assert.deepInclude(error.reason, reason)
        }).pipe(Effect.provide(transport))
      )
    }

    it.live(`a port where nobody listens was never sent to, over ${name}`, () =>
      Effect.gen(function* () {
        const options = { token: Redacted.make("any"), baseUrl: nobody, retry: { times: 0 } }
        const services = yield* DigitalOcean.make(options)
        const error = yield* Effect.provide(Effect.flip(Images.Images.use((images) => images.get(7))), services)
        assert.deepInclude(error.reason, {
          _tag: "TransportError",
          phase: "connect",
          sent: false,
          code: "ECONNREFUSED"
        })
      }).pipe(Effect.provide(transport))
    )
  }
})
