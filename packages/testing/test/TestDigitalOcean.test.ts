import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { type ClientRequest, createServer, get, type RequestOptions, request as startRequest } from "node:http"
import { inspect } from "node:util"
import * as Seed from "../src/Seed.ts"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"
import { action, image, send } from "./support/requests.ts"

const snapshot = 166404101

const test = TestDigitalOcean.TestDigitalOcean

const transfer = (region: string, token = "any") =>
  Effect.map(
    send("POST", `/v2/images/${snapshot}/actions`, { token, json: { type: "transfer", region } }),
    ({ body }) => body.action
  )

describe("requests", () => {
  it.effect("are what was sent, in order, with what was answered and when", () =>
    Effect.gen(function* () {
      yield* send("GET", "/v2/images?tag_name=a+b%26c&page=2", { headers: { accept: "application/json" } })
      yield* TestClock.adjust("5 seconds")
      yield* send("PUT", `/v2/images/${snapshot}`, { json: { name: "größer" } })
      yield* send("GET", "/v2/images/1")
      assert.deepStrictEqual(yield* (yield* test).requests, [
        {
          method: "GET",
          target: "/v2/images?tag_name=a+b%26c&page=2",
          path: "/v2/images",
          query: { tag_name: "a b&c", page: "2" },
          headers: { accept: "application/json" },
          body: "",
          status: 200,
          at: 0
        },
        {
          method: "PUT",
          target: `/v2/images/${snapshot}`,
          path: `/v2/images/${snapshot}`,
          query: {},
          headers: { "content-length": "19", "content-type": "application/json" },
          body: '{"name":"größer"}',
          status: 200,
          at: 5000
        },
        {
          method: "GET",
          target: "/v2/images/1",
          path: "/v2/images/1",
          query: {},
          headers: {},
          body: "",
          status: 404,
          at: 5000
        }
      ])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("hold no token", () =>
    Effect.gen(function* () {
      yield* send("GET", "/v2/images", { token: "dop_v1_secret" })
      yield* send("GET", "/v2/nothing", { token: "dop_v1_secret" })
      const service = yield* test
      assert.notInclude(inspect([yield* service.requests, service], { depth: 20, showHidden: true }), "secret")
    }).pipe(Effect.provide(TestDigitalOcean.layer({ token: "dop_v1_secret" })))
  )
})

describe("images and actions", () => {
  it.effect("are the account's own, as of now", () =>
    Effect.gen(function* () {
      const service = yield* test
      const { id } = yield* transfer("sfo3")
      assert.sameMembers(
        (yield* service.images()).map(({ id }) => id),
        Seed.demo.images.map(({ id }) => id)
      )
      assert.deepStrictEqual(
        (yield* service.actions()).map(({ status }) => status),
        ["in-progress"]
      )
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(
        (yield* service.actions()).map(({ id, status }) => [id, status]),
        [[id, "completed"]]
      )
      assert.deepStrictEqual(
        (yield* service.images()).find(({ id }) => id === snapshot),
        yield* image(snapshot)
      )
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("take effect in the order of their ends", () =>
    Effect.gen(function* () {
      yield* (yield* test).putImage({ id: 7, name: "small", size_gigabytes: 0.1 })
      yield* transfer("sfo3")
      yield* send("POST", "/v2/images/7/actions", { json: { type: "transfer", region: "sfo3" } })
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(
        (yield* (yield* test).actions()).map(({ completed_at }) => completed_at),
        ["1970-01-01T00:02:08Z", "1970-01-01T00:01:02Z"]
      )
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("of an account that does not exist are a defect that names it", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit((yield* test).images("nobody"))
      assert.match(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", /no account nobody/)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("changing the account behind the client's back", () => {
  it.effect("putImage adds an image, and replaces the one with its id", () =>
    Effect.gen(function* () {
      const { putImage } = yield* test
      yield* putImage({ id: 7, name: "added" })
      assert.deepInclude(yield* image(7), { name: "added", type: "snapshot", status: "available", regions: ["nyc3"] })
      yield* putImage({ id: 7, name: "replaced", type: "backup", size_gigabytes: null })
      assert.deepInclude(yield* image(7), { name: "replaced", type: "backup", size_gigabytes: null })
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed: Seed.empty })))
  )

  it.effect("removeImage removes an image with an action in progress, which errors", () =>
    Effect.gen(function* () {
      const { id } = yield* transfer("sfo3")
      yield* (yield* test).removeImage(snapshot)
      assert.strictEqual((yield* send("GET", `/v2/images/${snapshot}`)).status, 404)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* action(id)).status, "errored")
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const status of ["errored", "completed"] as const) {
    it.effect(`endAction ends an action as ${status} now, and nothing of its work is done`, () =>
      Effect.gen(function* () {
        const { id } = yield* transfer("sfo3")
        yield* TestClock.adjust("5 seconds")
        yield* (yield* test).endAction(id, status)
        const ended = yield* action(id)
        assert.deepStrictEqual([ended.status, ended.completed_at], [status, "1970-01-01T00:00:05Z"])
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* action(id), ended)
        assert.deepStrictEqual((yield* image(snapshot)).regions, ["nyc3"])
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }

  it.effect("endAction of an action that is not there is a defect", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit((yield* test).endAction(1, "errored"))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("a name chooses the account; without one it is the first", () =>
    Effect.gen(function* () {
      const service = yield* test
      yield* service.putImage({ id: 7, name: "of b" }, "b")
      assert.deepStrictEqual(
        (yield* service.images("b")).map(({ name }) => name),
        ["of b"]
      )
      assert.strictEqual((yield* service.images()).length, Seed.demo.images.length)
      assert.deepStrictEqual(yield* service.images(), yield* service.images("a"))
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          accounts: [
            { name: "a", token: "a" },
            { name: "b", token: "b", seed: Seed.empty }
          ]
        })
      )
    )
  )

  it.effect("reset makes the accounts as they were, forgets requests and budget, and gives no id twice", () =>
    Effect.gen(function* () {
      const service = yield* test
      const before = yield* service.images()
      const first = yield* transfer("sfo3")
      const json = { recipient_email: "x@example.com" }
      const offer = send("POST", `/v2/images/${snapshot}/account_transfer`, { json })
      yield* offer
      yield* send("DELETE", "/v2/images/165903377")
      yield* service.reset
      assert.deepStrictEqual(
        [yield* service.images(), yield* service.actions(), yield* service.requests],
        [before, [], []]
      )
      assert.strictEqual((yield* send("GET", "/v2/images")).headers["ratelimit-remaining"], "4999")
      assert.strictEqual((yield* offer).status, 201)
      const second = yield* transfer("ams3")
      assert.isAbove(second.id, first.id)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual((yield* image(snapshot)).regions, ["nyc3", "ams3"])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("options", () => {
  it.effect("speed divides how long things take", () =>
    Effect.gen(function* () {
      const { id } = yield* transfer("sfo3")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* action(id)).status, "in-progress")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* action(id)).status, "completed")
    }).pipe(Effect.provide(TestDigitalOcean.layer({ speed: 100 })))
  )

  it.effect("are optional: then the account is the demo's, in real proportions of time", () =>
    Effect.gen(function* () {
      const { images } = yield* test
      const own = yield* images()
      assert.isTrue(own.some(({ min_disk_size, type }) => type === "snapshot" && (min_disk_size ?? 99) <= 25))
      for (const type of ["snapshot", "backup", "custom"]) assert.isTrue(own.some((image) => image.type === type))
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("make every layer a world of its own", () =>
    Effect.gen(function* () {
      const count = Effect.flatMap(test, ({ images }) => Effect.map(images(), ({ length }) => length))
      const remove = send("DELETE", `/v2/images/${snapshot}`)
      assert.strictEqual(
        yield* Effect.provide(Effect.andThen(remove, count), TestDigitalOcean.layer()),
        Seed.demo.images.length - 1
      )
      assert.strictEqual(yield* Effect.provide(count, TestDigitalOcean.layer()), Seed.demo.images.length)
    })
  )
})

describe("a run", () => {
  const run = Effect.gen(function* () {
    const json = { name: "x", url: "https://example.com/x.img", region: "nyc3" }
    const answers = [yield* send("POST", "/v2/images", { json }), yield* transfer("sfo3"), yield* transfer("ams3")]
    yield* TestClock.adjust("150 seconds")
    answers.push(
      yield* send("GET", "/v2/images"),
      yield* send("GET", "/v2/actions"),
      yield* send("GET", "/v2/images/1")
    )
    const { actions, images, requests } = yield* test
    return JSON.stringify([answers, yield* images(), yield* actions(), yield* requests])
  })

  it.effect("repeats byte for byte", () =>
    Effect.gen(function* () {
      const again = Effect.gen(function* () {
        yield* TestClock.setTime(0)
        return yield* Effect.provide(run, TestDigitalOcean.layer())
      })
      assert.strictEqual(yield* again, yield* again)
    })
  )
})

describe("layerServer", () => {
  const server = (options?: TestDigitalOcean.Options) =>
    TestDigitalOcean.layerServer(options).pipe(
      Layer.provideMerge(NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" })),
      Layer.merge(NodeHttpClient.layerUndici)
    )
  const host = HttpServer.addressFormattedWith(Effect.succeed)

  it.live("answers on a socket as the layer does, and is observed the same", () =>
    Effect.gen(function* () {
      const at = { host: yield* host }
      const created = yield* send("POST", `/v2/images/${snapshot}/actions`, {
        ...at,
        json: { type: "transfer", region: "sfo3" }
      })
      assert.deepStrictEqual([created.status, created.headers["ratelimit-remaining"]], [201, "4999"])
      const { body } = yield* send("GET", "/v2/images?private=true&per_page=1", at)
      assert.strictEqual(body.links.pages?.next, `${at.host}/v2/images?private=true&per_page=1&page=2`)
      assert.strictEqual((yield* send("DELETE", "/v2/images/165903377", at)).status, 204)
      assert.strictEqual((yield* send("GET", "/v2/images/165903377", at)).status, 404)
      assert.strictEqual((yield* send("GET", "/v2/images", { ...at, token: "" })).status, 401)
      assert.deepStrictEqual(
        (yield* (yield* test).requests).map(({ body, method, status }) => [method, body, status]),
        [
          ["POST", '{"type":"transfer","region":"sfo3"}', 201],
          ["GET", "", 200],
          ["DELETE", "", 204],
          ["GET", "", 404],
          ["GET", "", 401]
        ]
      )
    }).pipe(Effect.provide(server()))
  )

  it.live("tells the target exactly as it was sent", () =>
    Effect.gen(function* () {
      const { hostname, port } = new URL(yield* host)
      const target = "/v2/images/../images?tag_name=%zz&page=1&page=2"
      yield* Effect.promise(
        () =>
          new Promise<void>((resolve) => {
            const headers = { authorization: "Bearer any" }
            get({ hostname, port, path: target, headers, agent: false }, (response) =>
              response.resume().on("end", resolve)
            )
          })
      )
      const [exchange] = yield* (yield* test).requests
      assert.deepStrictEqual([exchange?.target, exchange?.path], [target, "/v2/images"])
    }).pipe(Effect.provide(server()))
  )

  const request = (url: string, options: RequestOptions, send: (request: ClientRequest) => void) =>
    Effect.callback<{ readonly status: number | undefined; readonly text: string }>((resume) => {
      const headers = { authorization: "Bearer any", ...options.headers }
      const sent = startRequest(url, { agent: false, ...options, headers }, (response) => {
        let text = ""
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk
        })
        response.on("end", () => resume(Effect.succeed({ status: response.statusCode, text })))
      })
      // what is still being sent when the answer is here may be cut off
      sent.on("error", () => undefined)
      send(sent)
    })

  // R57
  it.live("answers only loopback names, unless it is to answer any", () =>
    Effect.gen(function* () {
      const get = Effect.flatMap(host, (host) =>
        request(`${host}/v2/account`, { headers: { host: "evil.example" } }, (sent) => sent.end())
      )
      const refused = yield* Effect.provide(get, server())
      assert.strictEqual(refused.status, 421)
      assert.include(refused.text, "localhost and 127.0.0.1 only")
      assert.strictEqual((yield* Effect.provide(get, server({ hosts: "any" }))).status, 200)
      assert.strictEqual((yield* Effect.provide(get, server({ hosts: undefined }))).status, 421)
    })
  )

  // R57
  it.live("refuses a body of 64 MiB with 413, and keeps none of it", () =>
    Effect.gen(function* () {
      const before = process.memoryUsage().arrayBuffers
      let most = 0
      const chunk = Buffer.alloc(2 ** 20, 0x20)
      const answer = yield* request(`${yield* host}/v2/images`, { method: "POST" }, (sent) => {
        let left = 64
        const more = (): void => {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before)
          left -= 1
          if (left < 0) sent.end()
          else sent.write(chunk, more)
        }
        more()
      })
      assert.strictEqual(answer.status, 413)
      assert.isBelow(most, 32 * 2 ** 20)
      assert.strictEqual((yield* send("GET", "/v2/account", { host: yield* host })).status, 200)
    }).pipe(Effect.provide(server()))
  )

  it.live("is not strict by default", () =>
    Effect.gen(function* () {
      const sloppy = { text: '{"name":"y","color":"red"}', headers: { "content-type": "text/plain" } }
      const put = Effect.flatMap(host, (host) => send("PUT", `/v2/images/${snapshot}?x=1`, { ...sloppy, host }))
      const lenient = yield* Effect.provide(put, server())
      assert.deepStrictEqual([lenient.status, lenient.body.image.name], [200, "y"])
      assert.strictEqual((yield* Effect.provide(put, server({ strict: true }))).status, 400)
    })
  )
})

describe("toWebHandler", () => {
  it("answers a Request with a Response, until it is disposed of", async () => {
    const { dispose, handler } = TestDigitalOcean.toWebHandler({ token: "t", seed: { images: [{ id: 7, name: "a" }] } })
    const headers = { authorization: "Bearer t" }
    const url = "https://do.example/v2/images/7"
    const found = await handler(new Request(url, { headers }))
    assert.strictEqual(found.status, 200)
    assert.strictEqual(found.headers.get("ratelimit-remaining"), "4999")
    assert.deepInclude(await found.json(), { image: Seed.image({ id: 7, name: "a" }) })
    const renamed = await handler(new Request(url, { method: "PUT", headers, body: '{"name":"b"}' }))
    assert.strictEqual((await renamed.json()).image.name, "b")
    assert.strictEqual((await handler(new Request(url))).status, 401)
    assert.strictEqual((await handler(new Request(url, { method: "DELETE", headers }))).status, 204)
    await dispose()
  })
})
