import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { image, refusal, send } from "../../support/requests.ts"

const account = TestDigitalOcean.layer()
const snapshot = 166404101
const volume = "506f78a4-e098-11e5-ad9f-000f53306ae1"

const resource = (resource_id: string, resource_type = "image") => ({ resources: [{ resource_id, resource_type }] })
const tag = (name: string, json: object) => send("POST", `/v2/tags/${name}/resources`, { json })

describe("a tag", () => {
  it.effect("has to exist before it is put on anything, and so has what it is put on", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* tag("new", resource(String(snapshot)))).status, 404)
      assert.strictEqual((yield* send("POST", "/v2/tags", { json: { name: "new" } })).status, 201)
      assert.strictEqual((yield* tag("new", resource("7"))).status, 404)
      const two = { resources: [...resource(String(snapshot)).resources, ...resource("7").resources] }
      assert.strictEqual((yield* tag("new", two)).status, 404)
      assert.deepStrictEqual((yield* image(snapshot)).tags, ["web"])
      const tagged = yield* tag("new", resource(String(snapshot)))
      assert.deepStrictEqual([tagged.status, tagged.text], [204, ""])
      assert.deepStrictEqual((yield* image(snapshot)).tags, ["web", "new"])
    }).pipe(Effect.provide(account))
  )

  it.effect("is taken off with a body, and off everything when it is deleted", () =>
    Effect.gen(function* () {
      const off = yield* send("DELETE", "/v2/tags/web/resources", { json: resource(String(snapshot)) })
      assert.strictEqual(off.status, 204)
      assert.deepStrictEqual((yield* image(snapshot)).tags, [])
      const { body } = yield* send("GET", "/v2/tags/web")
      const { count, droplets, images } = body.tag.resources
      assert.deepStrictEqual([count, images.count, droplets.count], [2, 1, 1])
      assert.strictEqual((yield* send("DELETE", "/v2/tags/web")).status, 204)
      assert.strictEqual((yield* send("GET", "/v2/tags/web")).status, 404)
      assert.strictEqual((yield* send("GET", "/v2/droplets?tag_name=web")).body.meta.total, 0)
    }).pipe(Effect.provide(account))
  )

  // R63
  it.effect("tells what carries it, and the address of what was tagged last, of each kind and of all", () =>
    Effect.gen(function* () {
      const host = "http://127.0.0.1:8080"
      yield* send("POST", "/v2/tags", { json: { name: "new" } })
      const resources = Effect.map(send("GET", "/v2/tags/new", { host }), ({ body }) => body.tag.resources)
      const nothing = { count: 0 }
      const before = {
        ...nothing,
        ...{ droplets: nothing, images: nothing, volumes: nothing, volume_snapshots: nothing, databases: nothing }
      }
      assert.deepStrictEqual<object>(yield* resources, before)
      yield* tag("new", resource("165903377"))
      yield* tag("new", resource(String(snapshot)))
      yield* tag("new", resource("413118204", "droplet"))
      const taken = yield* send("POST", `/v2/volumes/${volume}/snapshots`, { json: { name: "n", tags: ["new"] } })
      assert.deepStrictEqual<object>(yield* resources, {
        ...before,
        count: 4,
        last_tagged_uri: `${host}/v2/snapshots/${taken.body.snapshot.id}`,
        images: { count: 2, last_tagged_uri: `${host}/v2/images/${snapshot}` },
        droplets: { count: 1, last_tagged_uri: `${host}/v2/droplets/413118204` },
        volume_snapshots: { count: 1, last_tagged_uri: `${host}/v2/snapshots/${taken.body.snapshot.id}` }
      })
    }).pipe(Effect.provide(account))
  )

  it.effect("is there for whatever carries it: a seed's Droplet, an image that another account sent", () =>
    Effect.gen(function* () {
      const tags = (token: string) =>
        Effect.map(send("GET", "/v2/tags", { token }), ({ body }) => body.tags.map(({ name }) => name))
      assert.deepStrictEqual([yield* tags("a"), yield* tags("b")], [["image", "machine"], []])
      const json = { recipient_email: "b@example.com" }
      assert.strictEqual((yield* send("POST", "/v2/images/7/account_transfer", { token: "a", json })).status, 201)
      assert.deepStrictEqual([yield* tags("a"), yield* tags("b")], [["image", "machine"], ["image"]])
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          accounts: [
            {
              name: "a",
              token: "a",
              seed: {
                images: [{ id: 7, name: "i", tags: ["image"] }],
                droplets: [{ id: 1, name: "d", tags: ["machine"] }]
              }
            },
            { name: "b", token: "b", seed: { images: [] }, autoAccept: true }
          ]
        })
      )
    )
  )

  for (const [name, options, says] of [
    ["a b", {}, "body name: Expected a string matching"],
    ["a b", { strict: false }, "body name: Expected a string matching"],
    [7, {}, "body name: Expected string"]
  ] as const) {
    it.effect(`named ${name} is refused with a body of its own, ${JSON.stringify(options)}`, () =>
      Effect.gen(function* () {
        const { body, status } = yield* send("POST", "/v2/tags", { json: { name } })
        const { error, ...rest } = body as unknown as { readonly error: string }
        assert.strictEqual(status, 400)
        assert.include(error, says)
        assert.deepStrictEqual<object>(rest, { messages: null, root_causes: [error] })
      }).pipe(Effect.provide(TestDigitalOcean.layer(options)))
    )
  }
})

describe("a snapshot", () => {
  it.effect("of a Droplet has its image's id as text, and names its Droplet", () =>
    Effect.gen(function* () {
      const { body } = yield* send("GET", `/v2/snapshots/${snapshot}`)
      assert.deepInclude(body.snapshot, { id: "166404101", resource_id: "413118204", resource_type: "droplet" })
      const refused = yield* refusal(send("GET", "/v2/snapshots/166480233"))
      assert.deepStrictEqual(refused, [400, "bad_request", "the resource is not a snapshot"])
      assert.strictEqual((yield* send("DELETE", `/v2/snapshots/${snapshot}`)).status, 204)
      assert.strictEqual((yield* send("GET", `/v2/images/${snapshot}`)).status, 404)
    }).pipe(Effect.provide(account))
  )

  // R43
  it.effect("of a Droplet that a seed does not name is of one that has been destroyed", () =>
    Effect.gen(function* () {
      const { body } = yield* send("GET", "/v2/snapshots/7")
      const { resource_id } = body.snapshot as unknown as { readonly resource_id: string }
      assert.match(resource_id, /^\d+$/)
      assert.strictEqual((yield* send("GET", `/v2/droplets/${resource_id}`)).status, 404)
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          seed: { images: [{ id: 7, name: "a" }], droplets: [{ id: 399_000_001, name: "d" }] }
        })
      )
    )
  )

  it.effect("of a volume is taken once in ten minutes; the refusal is a 429 with budget left", () =>
    Effect.gen(function* () {
      const take = send("POST", `/v2/volumes/${volume}/snapshots`, { json: { name: "n", tags: ["nightly"] } })
      const { body, status } = yield* take
      assert.deepInclude(body.snapshot, { resource_id: volume, resource_type: "volume", tags: ["nightly"] })
      assert.strictEqual(status, 201)
      const refused = yield* take
      assert.strictEqual(refused.status, 429)
      assert.isUndefined(refused.headers["retry-after"])
      assert.isAbove(Number(refused.headers["ratelimit-remaining"]), 0)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* take).status, 201)
      const listed = yield* send("GET", "/v2/snapshots?resource_type=volume")
      assert.strictEqual(listed.body.meta.total, 2)
      assert.strictEqual((yield* send("GET", "/v2/volumes/7/snapshots")).status, 404)
    }).pipe(Effect.provide(account))
  )

  it.effect("of a volume has an id that no other had, and at a speed of 60 is taken once in ten seconds", () =>
    Effect.gen(function* () {
      const take = send("POST", `/v2/volumes/${volume}/snapshots`, { json: { name: "n" } })
      const first = (yield* take).body.snapshot.id
      yield* TestClock.adjust("9 seconds")
      assert.strictEqual((yield* take).status, 429)
      yield* TestClock.adjust("1 second")
      const second = (yield* take).body.snapshot.id
      yield* send("DELETE", `/v2/snapshots/${first}`)
      yield* TestClock.adjust("10 seconds")
      const third = (yield* take).body.snapshot.id
      assert.strictEqual(new Set([first, second, third]).size, 3)
      assert.strictEqual((yield* send("GET", "/v2/snapshots?resource_type=volume")).body.meta.total, 2)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ speed: 60 })))
  )
})

// R64
describe("a volume and its snapshots", () => {
  it.effect("are read and deleted by their own paths", () =>
    Effect.gen(function* () {
      assert.deepInclude((yield* send("GET", `/v2/volumes/${volume}`)).body.volume, { id: volume, name: "data" })
      const { body } = yield* send("POST", `/v2/volumes/${volume}/snapshots`, { json: { name: "n" } })
      const path = `/v2/volumes/snapshots/${body.snapshot.id}`
      assert.deepStrictEqual((yield* send("GET", path)).body.snapshot, body.snapshot)
      assert.strictEqual((yield* send("DELETE", path)).status, 204)
      assert.strictEqual((yield* send("GET", path)).status, 404)
      assert.strictEqual((yield* send("GET", "/v2/snapshots?resource_type=volume")).body.meta.total, 0)
    }).pipe(Effect.provide(account))
  )

  for (const path of [
    "/v2/volumes/506f78a4-e098-11e5-ad9f-000f53306ae2",
    `/v2/volumes/snapshots/${snapshot}`,
    "/v2/volumes/snapshots/506f78a4-e098-11e5-ad9f-000f53306ae1"
  ]) {
    it.effect(`are 404 where there is none: ${path}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* send("GET", path)).status, 404)
        assert.strictEqual((yield* send("DELETE", path)).status, 404)
        assert.strictEqual((yield* send("GET", `/v2/images/${snapshot}`)).status, 200)
      }).pipe(Effect.provide(account))
    )
  }
})
