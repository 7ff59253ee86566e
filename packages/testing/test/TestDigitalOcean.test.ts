import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import * as Seed from "../src/Seed.ts"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"

const { layer } = TestDigitalOcean

/** What an answer holds; the tests look into it as it is. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Body = any // JSON of any shape

const call = (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown, token = "any") =>
  Effect.gen(function* () {
    const request = HttpClientRequest.make(method)(`https://api.digitalocean.com/v2${path}`).pipe(
      HttpClientRequest.setHeader("authorization", `Bearer ${token}`),
      body === undefined ? (same) => same : HttpClientRequest.bodyJsonUnsafe(body)
    )
    const response = yield* HttpClient.execute(request)
    const text = yield* response.text
    return {
      status: response.status,
      headers: response.headers,
      body: (text === "" ? undefined : JSON.parse(text)) as Body
    }
  })

const status = (...args: Parameters<typeof call>) => Effect.map(call(...args), ({ status }) => status)

const snapshot = 166404101
const backup = 166480233
const custom = 160552018

describe("the account", () => {
  it.effect("demo holds public images of today, snapshots, backups and a custom image, one snapshot under 25 GB", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/images?per_page=200")
      const all: ReadonlyArray<Body> = body.images
      const of = (type: string) => all.filter((image) => image.type === type && !image.public)
      assert.isTrue(all.some((image) => image.public && image.slug === "ubuntu-24-04-x64"))
      assert.isAtLeast(of("snapshot").length, 3)
      assert.isAtLeast(of("backup").length, 2)
      assert.strictEqual(of("custom").length, 1)
      assert.isTrue(of("snapshot").some((image) => image.size_gigabytes < 25))
    }).pipe(Effect.provide(layer()))
  )

  it.effect("can be empty, or hold what a seed tells", () =>
    Effect.gen(function* () {
      const list = call("GET", "/images?private=true")
      const empty = yield* Effect.provide(list, layer({ seed: Seed.empty }))
      const one = yield* Effect.provide(list, layer({ seed: { images: [{ id: 7, name: "mine" }] } }))
      assert.deepStrictEqual(empty.body, { images: [], links: {}, meta: { total: 0 } })
      assert.deepInclude(one.body.images[0], { id: 7, name: "mine", type: "snapshot", regions: ["nyc3"] })
    })
  )
})

describe("a token", () => {
  for (const [name, header, expected] of [
    ["that is there is accepted", "Bearer x", 200],
    ["that is missing is 401", undefined, 401],
    ["that is empty is 401", "Bearer ", 401],
    ["of another scheme is 401", "Basic eDp5", 401]
  ] as const) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const request = HttpClientRequest.get("https://api.digitalocean.com/v2/actions", {
          ...(header === undefined ? undefined : { headers: { authorization: header } })
        })
        const response = yield* HttpClient.execute(request)
        assert.strictEqual(response.status, expected)
        if (expected === 401) assert.propertyVal(yield* response.json, "id", "unauthorized")
      }).pipe(Effect.provide(layer()))
    )
  }

  it.effect("that is set is the only one", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* status("GET", "/images", undefined, "right"), 200)
      assert.strictEqual(yield* status("GET", "/images", undefined, "wrong"), 401)
    }).pipe(Effect.provide(layer({ token: "right" })))
  )
})

describe("a listing", () => {
  it.effect("has 20 rows in a page by default, and links to the others", () =>
    Effect.gen(function* () {
      const first = yield* call("GET", "/images")
      assert.strictEqual(first.body.images.length, 20)
      assert.strictEqual(first.body.meta.total, Seed.demo.images.length + Seed.publicImages.length)
      assert.deepStrictEqual(first.body.links, {
        pages: {
          next: "https://api.digitalocean.com/v2/images?page=2",
          last: "https://api.digitalocean.com/v2/images?page=2"
        }
      })
      const second = yield* call("GET", "/images?page=2")
      assert.deepStrictEqual(Object.keys(second.body.links.pages), ["first", "prev"])
      const beyond = yield* call("GET", "/images?page=9")
      assert.deepStrictEqual(beyond.body.images, [])
    }).pipe(Effect.provide(layer()))
  )

  it.effect("keeps the filters in its links, and has none when everything fits", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/images?private=true&per_page=4")
      assert.strictEqual(body.links.pages.next, "https://api.digitalocean.com/v2/images?private=true&per_page=4&page=2")
      assert.deepStrictEqual((yield* call("GET", "/images?private=true")).body.links, {})
    }).pipe(Effect.provide(layer()))
  )
})

describe("an image", () => {
  it.effect("is found by id, a public one by slug too, a private one not by name", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* call("GET", `/images/${snapshot}`)).body.image.name, "web-2026-11-20")
      assert.strictEqual((yield* call("GET", "/images/debian-13-x64")).body.image.public, true)
      assert.strictEqual(yield* status("GET", "/images/web-2026-11-20"), 404)
      assert.strictEqual(yield* status("GET", "/images/7"), 404)
    }).pipe(Effect.provide(layer()))
  )

  it.effect("is renamed; only a custom one is described", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* call("PUT", `/images/${snapshot}`, { name: "n" })).body.image.name, "n")
      assert.strictEqual(yield* status("PUT", `/images/${snapshot}`, { description: "d" }), 422)
      const { body } = yield* call("PUT", `/images/${custom}`, { description: "", distribution: "Debian" })
      assert.deepInclude(body.image, { description: "", distribution: "Debian", name: "flatcar-4230" })
      assert.strictEqual(yield* status("PUT", `/images/${snapshot}`, { name: " " }), 422)
      assert.strictEqual(yield* status("PUT", "/images/7", { name: "n" }), 404)
    }).pipe(Effect.provide(layer()))
  )

  it.effect("is deleted once, and a public one never", () =>
    Effect.gen(function* () {
      const deleted = yield* call("DELETE", `/images/${snapshot}`)
      assert.deepStrictEqual([deleted.status, deleted.body], [204, undefined])
      assert.strictEqual(yield* status("DELETE", `/images/${snapshot}`), 404)
      assert.strictEqual(yield* status("DELETE", `/images/${Seed.publicImages[0]!.id}`), 403)
    }).pipe(Effect.provide(layer()))
  )

  it.effect("that is imported is NEW, pending, available", () =>
    Effect.gen(function* () {
      const created = yield* call("POST", "/images", { name: "n", url: "https://example.com/i.img", region: "nyc3" })
      assert.strictEqual(created.status, 202)
      assert.notProperty(created.body.image, "slug")
      assert.notProperty(created.body.image, "size_gigabytes")
      const state = Effect.map(call("GET", `/images/${created.body.image.id}`), ({ body }) => body.image.status)
      const states: Array<string> = [yield* state]
      for (const pause of ["20 seconds", "159 seconds", "1 second"] as const) {
        yield* TestClock.adjust(pause)
        states.push(yield* state)
      }
      assert.deepStrictEqual(states, ["NEW", "pending", "pending", "available"])
    }).pipe(Effect.provide(layer()))
  )

  it.effect("whose import fails is deleted with a reason, and out of the listing", () =>
    Effect.gen(function* () {
      const created = yield* call("POST", "/images", { name: "n", url: "https://example.com/fail", region: "nyc3" })
      yield* TestClock.adjust("1 hour")
      const { body } = yield* call("GET", `/images/${created.body.image.id}`)
      assert.strictEqual(body.image.status, "deleted")
      assert.match(body.image.error_message, /404/)
      const listed = yield* call("GET", "/images?private=true&per_page=200")
      assert.isFalse(listed.body.images.some((image: Body) => image.id === created.body.image.id))
    }).pipe(Effect.provide(layer()))
  )

  for (const body of [
    { name: "", url: "https://example.com/i", region: "nyc3" },
    { name: "n", url: "i.img", region: "nyc3" },
    { name: "n", url: "https://example.com/i", region: "mars1" }
  ]) {
    it.effect(`that is ${JSON.stringify(body)} is not imported: 422`, () =>
      Effect.map(status("POST", "/images", body), (status) => assert.strictEqual(status, 422)).pipe(
        Effect.provide(layer())
      )
    )
  }
})

describe("an action", () => {
  const transfer = (image: number, region: string) =>
    call("POST", `/images/${image}/actions`, { type: "transfer", region })

  it.effect("takes a minute and 20 seconds a GB to transfer, then the image is there", () =>
    Effect.gen(function* () {
      const begun = yield* transfer(snapshot, "sfo3")
      assert.strictEqual(begun.status, 201)
      const { id } = begun.body.action
      assert.isAbove(id, 2 ** 31)
      const seconds = 60 + 20 * 3.42
      yield* TestClock.adjust(`${seconds - 1} seconds`)
      assert.strictEqual((yield* call("GET", `/actions/${id}`)).body.action.status, "in-progress")
      assert.deepStrictEqual((yield* call("GET", `/images/${snapshot}`)).body.image.regions, ["nyc3"])
      yield* TestClock.adjust("1 second")
      const ended = yield* call("GET", `/images/${snapshot}/actions/${id}`)
      assert.deepInclude(ended.body.action, { status: "completed", completed_at: "1970-01-01T00:02:08Z" })
      assert.deepStrictEqual((yield* call("GET", `/images/${snapshot}`)).body.image.regions, ["nyc3", "sfo3"])
    }).pipe(Effect.provide(layer()))
  )

  it.effect("ends faster by the speed", () =>
    Effect.gen(function* () {
      const { body } = yield* transfer(snapshot, "sfo3")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* call("GET", `/actions/${body.action.id}`)).body.action.status, "completed")
    }).pipe(Effect.provide(layer({ speed: 600 })))
  )

  it.effect("converts a backup, and nothing else", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* status("POST", `/images/${backup}/actions`, { type: "convert" }), 201)
      assert.strictEqual(yield* status("POST", `/images/${backup}/actions`, { type: "convert" }), 422)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual((yield* call("GET", `/images/${backup}`)).body.image.type, "snapshot")
      assert.strictEqual(yield* status("POST", `/images/${snapshot}/actions`, { type: "convert" }), 422)
    }).pipe(Effect.provide(layer()))
  )

  it.effect("is refused: a backup's transfer, a region twice, one that is there, one that is none", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* transfer(backup, "sfo3")).status, 422)
      assert.strictEqual((yield* transfer(snapshot, "nyc3")).status, 422)
      assert.strictEqual((yield* transfer(snapshot, "mars1")).status, 422)
      assert.strictEqual((yield* transfer(snapshot, "sfo3")).status, 201)
      assert.strictEqual((yield* transfer(snapshot, "sfo3")).status, 422)
      assert.strictEqual((yield* transfer(7, "sfo3")).status, 404)
      assert.strictEqual((yield* transfer(Seed.publicImages[0]!.id, "sfo3")).status, 403)
    }).pipe(Effect.provide(layer()))
  )

  it.effect("on an image that is deleted meanwhile errors", () =>
    Effect.gen(function* () {
      const { body } = yield* transfer(snapshot, "sfo3")
      yield* call("DELETE", `/images/${snapshot}`)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* call("GET", `/actions/${body.action.id}`)).body.action.status, "errored")
      assert.strictEqual(yield* status("GET", `/images/${snapshot}/actions`), 404)
    }).pipe(Effect.provide(layer()))
  )

  it.effect("is listed newest first, of its image and of the account", () =>
    Effect.gen(function* () {
      const one = (yield* transfer(snapshot, "sfo3")).body.action.id
      const two = (yield* transfer(snapshot, "ams3")).body.action.id
      const other = (yield* transfer(165903377, "sfo3")).body.action.id
      const ids = (body: Body) => body.actions.map(({ id }: Body) => id)
      assert.deepStrictEqual(ids((yield* call("GET", `/images/${snapshot}/actions`)).body), [two, one])
      assert.deepStrictEqual(ids((yield* call("GET", "/actions")).body), [other, two, one])
      assert.deepStrictEqual(ids((yield* call("GET", "/actions?per_page=2&page=2")).body), [one])
      assert.strictEqual(yield* status("GET", `/images/165903377/actions/${one}`), 404)
      assert.strictEqual(yield* status("GET", "/actions/7"), 404)
    }).pipe(Effect.provide(layer()))
  )
})

describe("between accounts", () => {
  const accounts = [
    { name: "one", token: "one" },
    { name: "two", token: "two", seed: Seed.empty, uuid: "u2", email: "two@example.com" },
    { name: "three", token: "three", seed: Seed.empty, autoAccept: true }
  ]
  const offer = (body: object) => call("POST", `/images/${snapshot}/account_transfer`, body, "one")
  const answer = (what: string, body: object, token: string) =>
    status("POST", `/images/${snapshot}/account_transfer/${what}`, body, token)

  it.effect("an image moves when it is accepted", () =>
    Effect.gen(function* () {
      const offered = yield* offer({ recipient_email: "two@example.com" })
      assert.strictEqual(offered.status, 201)
      const { transfer_id } = offered.body
      assert.strictEqual((yield* offer({ recipient_uuid: "u2" })).status, 400)
      assert.strictEqual(yield* answer("accept", { transfer_id, recipient_uuid: "u2" }, "three"), 404)
      assert.strictEqual(yield* answer("accept", { transfer_id, recipient_uuid: "u9" }, "two"), 400)
      assert.strictEqual(yield* answer("accept", { transfer_id, recipient_uuid: "u2" }, "two"), 201)
      assert.strictEqual(yield* status("GET", `/images/${snapshot}`, undefined, "one"), 404)
      assert.strictEqual(yield* status("GET", `/images/${snapshot}`, undefined, "two"), 200)
    }).pipe(Effect.provide(layer({ accounts })))
  )

  it.effect("an offer that is accepted at once answers 0", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* offer({ recipient_email: "three@example.com" })).body, { transfer_id: 0 })
      assert.strictEqual(yield* status("GET", `/images/${snapshot}`, undefined, "three"), 200)
    }).pipe(Effect.provide(layer({ accounts })))
  )

  it.effect("only the sender cancels, only the recipient declines", () =>
    Effect.gen(function* () {
      const { transfer_id } = (yield* offer({ recipient_uuid: "u2" })).body
      assert.strictEqual(yield* answer("cancel", { transfer_id }, "two"), 404)
      assert.strictEqual(yield* answer("decline", { transfer_id }, "one"), 404)
      assert.strictEqual(yield* answer("decline", { transfer_id }, "two"), 204)
      const again = (yield* offer({ recipient_uuid: "u2" })).body
      assert.strictEqual(yield* answer("cancel", { transfer_id: again.transfer_id }, "one"), 204)
    }).pipe(Effect.provide(layer({ accounts })))
  )

  it.effect("only snapshots can be offered", () =>
    Effect.gen(function* () {
      const refused = yield* call("POST", `/images/${backup}/account_transfer`, { recipient_uuid: "u2" }, "one")
      assert.strictEqual(refused.status, 400)
    }).pipe(Effect.provide(layer({ accounts })))
  )
})

describe("what the specification does not know", () => {
  const broken: ReadonlyArray<[name: string, request: Parameters<typeof call>, problem: string]> = [
    ["an unknown parameter", ["GET", "/images?region=nyc3"], "region"],
    ["a parameter where there is none", ["GET", `/images/${snapshot}?x=1`], "x"],
    ["an unknown key", ["PUT", `/images/${snapshot}`, { name: "n", nmae: "m" }], "nmae"],
    ["a body where there is none", ["DELETE", `/images/${snapshot}`, {}], "no body"]
  ]
  for (const [name, request, problem] of broken) {
    it.effect(`${name}: 400 that says so when strict, ignored when not`, () =>
      Effect.gen(function* () {
        const strict = yield* Effect.provide(call(...request), layer())
        assert.strictEqual(strict.status, 400)
        assert.include(strict.body.message, problem)
        assert.isBelow(yield* Effect.provide(status(...request), layer({ strict: false })), 300)
      })
    )
  }

  for (const [name, request] of [
    ["page 0", ["GET", "/images?page=0"]],
    ["per_page 201", ["GET", "/images?per_page=201"]],
    ["a filter that is none", ["GET", "/images?type=user"]],
    ["a missing key", ["POST", "/images", { name: "n" }]],
    ["a key of another type", ["PUT", `/images/${snapshot}`, { name: 7 }]],
    ["an unknown action", ["POST", `/images/${snapshot}/actions`, { type: "explode" }]]
  ] as ReadonlyArray<[string, Parameters<typeof call>]>) {
    it.effect(`${name} is 400, strict or not`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* Effect.provide(status(...request), layer()), 400)
        assert.strictEqual(yield* Effect.provide(status(...request), layer({ strict: false })), 400)
      })
    )
  }

  it.effect("a path or a method is 404 in DigitalOcean's words", () =>
    Effect.gen(function* () {
      for (const answer of [
        yield* call("GET", "/nothing"),
        yield* call("DELETE", "/images"),
        yield* call("GET", "/images/7/x")
      ]) {
        assert.strictEqual(answer.status, 404)
        assert.propertyVal(answer.body, "id", "not_found")
      }
    }).pipe(Effect.provide(layer()))
  )
})

describe("every answer", () => {
  it.effect("has a request id and tells the hourly budget, which slides", () =>
    Effect.gen(function* () {
      const first = yield* call("GET", "/actions")
      assert.deepInclude(first.headers, {
        "ratelimit-limit": "5000",
        "ratelimit-remaining": "4999",
        "ratelimit-reset": "3600"
      })
      yield* TestClock.adjust("10 minutes")
      const second = yield* call("GET", "/actions")
      assert.deepInclude(second.headers, { "ratelimit-remaining": "4998", "ratelimit-reset": "3600" })
      assert.notStrictEqual(first.headers["x-request-id"], second.headers["x-request-id"])
      yield* TestClock.adjust("50 minutes")
      const third = yield* call("GET", "/actions")
      assert.deepInclude(third.headers, { "ratelimit-remaining": "4998", "ratelimit-reset": "4200" })
    }).pipe(Effect.provide(layer()))
  )
})

describe("TestDigitalOcean", () => {
  it.effect("tells every request, without its token", () =>
    Effect.gen(function* () {
      const test = yield* TestDigitalOcean.TestDigitalOcean
      yield* call("GET", "/images?private=true&page=2", undefined, "secret-token")
      yield* TestClock.adjust("1 second")
      yield* call("PUT", "/images/7", { name: "n" }, "secret-token")
      const requests = yield* test.requests
      assert.deepStrictEqual(
        requests.map(({ at, body, method, path, query, status }) => ({ at, body, method, path, query, status })),
        [
          { at: 0, body: "", method: "GET", path: "/v2/images", query: { private: "true", page: "2" }, status: 200 },
          { at: 1000, body: '{"name":"n"}', method: "PUT", path: "/v2/images/7", query: {}, status: 404 }
        ]
      )
      assert.notInclude(JSON.stringify(requests), "secret-token")
    }).pipe(Effect.provide(layer()))
  )

  it.effect("changes the account behind the client's back", () =>
    Effect.gen(function* () {
      const test = yield* TestDigitalOcean.TestDigitalOcean
      yield* test.putImage({ id: 7, name: "planted" })
      assert.strictEqual((yield* call("GET", "/images/7")).body.image.name, "planted")
      const { body } = yield* call("POST", "/images/7/actions", { type: "transfer", region: "sfo3" })
      yield* test.endAction(body.action.id, "errored")
      assert.strictEqual((yield* call("GET", `/actions/${body.action.id}`)).body.action.status, "errored")
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual((yield* test.images()).find(({ id }) => id === 7)?.regions, ["nyc3"])
      assert.strictEqual((yield* test.actions()).length, 1)
      yield* test.removeImage(7)
      assert.strictEqual(yield* status("GET", "/images/7"), 404)
    }).pipe(Effect.provide(layer()))
  )
})
