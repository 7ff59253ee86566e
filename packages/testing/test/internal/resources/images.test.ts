import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { action, image, refusal, send } from "../../support/requests.ts"

const snapshot = 166404101
const large = 165120954
const backup = 166480233
const custom = 160552018
const ubuntu = 199110001

const ids = (path: string) => Effect.map(send("GET", path), ({ body }) => body.images.map(({ id }) => id))
const act = (id: number, json: object) => send("POST", `/v2/images/${id}/actions`, { json })
const transfer = (id: number, region: string) => act(id, { type: "transfer", region })

describe("listing", () => {
  it.effect("shows the account's images before the public ones, the newest first", () =>
    Effect.gen(function* () {
      const { body } = yield* send("GET", "/v2/images?per_page=200")
      const sorted = (images: typeof body.images) =>
        images.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || b.id - a.id)
      const own = body.images.filter((image) => image.public === false)
      const others = body.images.filter((image) => image.public === true)
      assert.deepStrictEqual(body.images, [...sorted(own), ...sorted(others)])
      assert.strictEqual(own.length, Seed.demo.images.length)
      assert.strictEqual(others.length, Seed.publicImages.length)
      assert.deepStrictEqual([body.meta, body.links], [{ total: body.images.length }, {}])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("filters by privacy, kind and tag", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids("/v2/images?private=true&tag_name=web"), [snapshot, 165903377])
      assert.strictEqual((yield* ids("/v2/images?private=true")).length, Seed.demo.images.length)
      assert.deepStrictEqual(yield* ids("/v2/images?private=false&per_page=200"), yield* ids("/v2/images?per_page=200"))
      const applications = yield* ids("/v2/images?type=application")
      const distributions = yield* ids("/v2/images?type=distribution")
      assert.sameMembers(
        [...applications, ...distributions],
        Seed.publicImages.map(({ id }) => id)
      )
      assert.include(distributions, ubuntu)
      assert.deepStrictEqual(yield* ids("/v2/images?tag_name=none"), [])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("has pages that link to each other on the host that was asked", () =>
    Effect.gen(function* () {
      const host = "http://127.0.0.1:8080"
      const { body } = yield* send("GET", "/v2/images?private=true&per_page=4", { host })
      assert.deepStrictEqual(body.links.pages, {
        next: `${host}/v2/images?private=true&per_page=4&page=2`,
        last: `${host}/v2/images?private=true&per_page=4&page=2`
      })
      const next = yield* send("GET", body.links.pages!.next!.slice(host.length), { host })
      assert.strictEqual(body.images.length + next.body.images.length, body.meta.total)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("getting", () => {
  it.effect("finds a public image by id and by slug, a private one by id alone", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* image("ubuntu-24-04-x64")).id, ubuntu)
      assert.strictEqual((yield* image(ubuntu)).slug, "ubuntu-24-04-x64")
      assert.strictEqual((yield* image(7)).name, "own")
      assert.strictEqual((yield* send("GET", "/v2/images/own-slug")).status, 404)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed: { images: [{ id: 7, name: "own", slug: "own-slug" }] } })))
  )

  for (const path of ["/v2/images/1", "/v2/images/nothing", "/v2/images/1/actions", "/v2/actions/1"]) {
    it.effect(`answers 404 for ${path}`, () =>
      Effect.map(refusal(send("GET", path)), (answer) =>
        assert.deepStrictEqual(answer, [404, "not_found", "The resource you were accessing could not be found."])
      ).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }
})

describe("updating", () => {
  it.effect("renames any image of the account's own", () =>
    Effect.gen(function* () {
      for (const id of [snapshot, backup, custom]) {
        const { body, status } = yield* send("PUT", `/v2/images/${id}`, { json: { name: "new" } })
        assert.deepStrictEqual([status, body.image.name], [200, "new"])
        assert.deepStrictEqual(yield* image(id), body.image)
      }
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("changes description and distribution of a custom image, and what is absent stays", () =>
    Effect.gen(function* () {
      const before = yield* image(custom)
      const json = { description: "", distribution: "Debian" }
      const { body } = yield* send("PUT", `/v2/images/${custom}`, { json })
      assert.deepStrictEqual(body.image, { ...before, ...json })
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const [name, id, json, expected] of [
    ["a blank name", snapshot, { name: " " }, 422],
    ["the description of a snapshot", snapshot, { description: "x" }, 422],
    ["the distribution of a backup", backup, { distribution: "Debian" }, 422],
    ["a public image", ubuntu, { name: "mine" }, 403],
    ["an image that is not there", 1, { name: "x" }, 404]
  ] as const) {
    it.effect(`refuses ${name} with ${expected}`, () =>
      Effect.gen(function* () {
        const before = yield* (yield* TestDigitalOcean.TestDigitalOcean).images()
        assert.strictEqual((yield* send("PUT", `/v2/images/${id}`, { json })).status, expected)
        assert.deepStrictEqual(yield* (yield* TestDigitalOcean.TestDigitalOcean).images(), before)
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }
})

describe("deleting", () => {
  it.effect("answers 204 without a body, and then 404", () =>
    Effect.gen(function* () {
      const { status, text } = yield* send("DELETE", `/v2/images/${snapshot}`)
      assert.deepStrictEqual([status, text], [204, ""])
      assert.strictEqual((yield* send("DELETE", `/v2/images/${snapshot}`)).status, 404)
      assert.strictEqual((yield* send("GET", `/v2/images/${snapshot}`)).status, 404)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("refuses a public image with 403", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* send("DELETE", `/v2/images/${ubuntu}`)).status, 403)
      assert.strictEqual((yield* image(ubuntu)).id, ubuntu)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("ends actions in progress as errored", () =>
    Effect.gen(function* () {
      const { body } = yield* transfer(snapshot, "sfo3")
      yield* send("DELETE", `/v2/images/${snapshot}`)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* action(body.action.id)).status, "errored")
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("creating a custom image", () => {
  const json = { name: "flatcar", url: "https://example.com/flatcar.img.gz", region: "nyc3" }
  const create = (fields: object = {}) => send("POST", "/v2/images", { json: { ...json, ...fields } })

  it.effect("answers 202 with what is known of it by then", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-24T10:00:00.750Z"))
      const { body, status } = yield* create({ distribution: "CoreOS", description: "imported", tags: ["base"] })
      const { id, ...fields } = body.image
      assert.strictEqual(status, 202)
      assert.isTrue(Number.isSafeInteger(id))
      assert.deepStrictEqual<object>(fields, {
        name: "flatcar",
        type: "custom",
        distribution: "CoreOS",
        description: "imported",
        regions: [],
        tags: ["base"],
        created_at: "2026-11-24T10:00:00Z",
        status: "NEW",
        error_message: ""
      })
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("goes from NEW to pending after 20 seconds, and to available in its region after 3 minutes", () =>
    Effect.gen(function* () {
      const { id } = (yield* create()).body.image
      const seen: Array<unknown> = []
      for (const seconds of [0, 19, 1, 159, 1]) {
        yield* TestClock.adjust(`${seconds} seconds`)
        const { regions, size_gigabytes, status } = yield* image(id)
        seen.push([status, regions, typeof size_gigabytes])
      }
      assert.deepStrictEqual(seen, [
        ["NEW", [], "object"],
        ["NEW", [], "object"],
        ["pending", [], "object"],
        ["pending", [], "object"],
        ["available", ["nyc3"], "number"]
      ])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const [url, reason] of [
    ["https://example.com/fail.img", /answered 404/],
    ["https://example.com/disk.iso", /format is not supported/],
    ["https://example.com/huge.img", /too large/]
  ] as const) {
    it.effect(`of ${url} goes from NEW to pending to deleted, with the reason`, () =>
      Effect.gen(function* () {
        const created = (yield* create({ url })).body.image
        assert.strictEqual(created.status, "NEW")
        yield* TestClock.adjust("20 seconds")
        assert.deepInclude(yield* image(created.id), { status: "pending", error_message: "" })
        yield* TestClock.adjust("160 seconds")
        const { error_message, status } = yield* image(created.id)
        assert.strictEqual(status, "deleted")
        assert.match(error_message ?? "", reason)
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }

  it.effect("ends as deleted with a reason when its url contains fail, is listed no more and cannot be deleted", () =>
    Effect.gen(function* () {
      const { id } = (yield* create({ url: "https://example.com/fail.img" })).body.image
      yield* TestClock.adjust("1 minute")
      assert.include(yield* ids("/v2/images?private=true"), id)
      yield* TestClock.adjust("2 minutes")
      const { error_message, status } = yield* image(id)
      assert.strictEqual(status, "deleted")
      assert.match(error_message ?? "", /Unable to fetch/)
      assert.notInclude(yield* ids("/v2/images?private=true"), id)
      assert.strictEqual((yield* send("DELETE", `/v2/images/${id}`)).status, 422)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const fields of [
    { name: "" },
    { url: "flatcar.img" },
    { url: "file:///etc/passwd" },
    { region: "mars1" },
    { region: "" }
  ]) {
    it.effect(`refuses ${JSON.stringify(fields)} with 422`, () =>
      Effect.gen(function* () {
        const { body, status } = yield* create(fields)
        assert.deepStrictEqual([status, body.id], [422, "unprocessable_entity"])
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }
})

describe("transferring", () => {
  it.effect("returns 201 with an action in progress", () =>
    Effect.gen(function* () {
      const { body, status } = yield* transfer(snapshot, "sfo3")
      assert.strictEqual(status, 201)
      assert.isAbove(body.action.id, 2 ** 31)
      assert.deepInclude(body.action, {
        status: "in-progress",
        type: "transfer",
        started_at: "1970-01-01T00:00:00Z",
        completed_at: null,
        resource_id: snapshot,
        resource_type: "image",
        region_slug: "sfo3"
      })
      assert.strictEqual(body.action.region?.slug, "sfo3")
      assert.include(body.action.region?.features ?? [], "image_transfer")
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const [id, gigabytes, seconds] of [
    [snapshot, 3.42, 128.4],
    [large, 38.71, 834.2]
  ] as const) {
    it.effect(`of ${gigabytes} GB takes ${seconds} seconds: a minute, and 20 seconds a GB`, () =>
      Effect.gen(function* () {
        const { action: started } = (yield* transfer(id, "sfo3")).body
        yield* TestClock.adjust(Math.floor(seconds * 1000) - 1)
        assert.deepStrictEqual(yield* action(started.id), started)
        assert.notInclude((yield* image(id)).regions, "sfo3")
        yield* TestClock.adjust("1 second")
        const completed_at = new Date(Math.floor(seconds) * 1000).toISOString().replace(".000", "")
        assert.deepStrictEqual(yield* action(started.id), { ...started, status: "completed", completed_at })
        assert.include((yield* image(id)).regions, "sfo3")
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }

  it.effect("to several regions at once ends in each", () =>
    Effect.gen(function* () {
      for (const region of ["sfo3", "ams3", "syd1"]) yield* transfer(snapshot, region)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual((yield* image(snapshot)).regions, ["nyc3", "sfo3", "ams3", "syd1"])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const [name, id, region, expected] of [
    ["to a region it is in", snapshot, "nyc3", 422],
    ["to a region there is not", snapshot, "mars1", 422],
    ["of a backup", backup, "sfo3", 422],
    ["of a public image", ubuntu, "sfo3", 403],
    ["of an image that is not there", 1, "sfo3", 404]
  ] as const) {
    it.effect(`${name} is refused with ${expected}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* transfer(id, region)).status, expected)
        assert.deepStrictEqual((yield* send("GET", "/v2/actions")).body.actions, [])
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }

  it.effect("to a region that it is being transferred to is refused with 422", () =>
    Effect.gen(function* () {
      yield* transfer(snapshot, "sfo3")
      assert.deepStrictEqual(yield* refusal(transfer(snapshot, "sfo3")), [
        422,
        "unprocessable_entity",
        "Image already has a pending event."
      ])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("of an image that is being imported is refused with 422", () =>
    Effect.gen(function* () {
      const json = { name: "x", url: "https://example.com/x.img", region: "nyc3" }
      const { id } = (yield* send("POST", "/v2/images", { json })).body.image
      assert.strictEqual((yield* transfer(id, "sfo3")).status, 422)
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual((yield* transfer(id, "sfo3")).status, 201)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("converting", () => {
  it.effect("makes a backup a snapshot after 30 seconds, which can be transferred", () =>
    Effect.gen(function* () {
      const { body } = yield* act(backup, { type: "convert" })
      assert.deepInclude(body.action, { type: "convert", region_slug: "nyc3", resource_id: backup })
      yield* TestClock.adjust("29 seconds")
      assert.strictEqual((yield* image(backup)).type, "backup")
      assert.strictEqual((yield* act(backup, { type: "convert" })).status, 422)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* image(backup)).type, "snapshot")
      assert.strictEqual((yield* transfer(backup, "sfo3")).status, 201)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const id of [snapshot, custom]) {
    it.effect(`${id}, which is no backup, is refused with 422`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* act(id, { type: "convert" })).status, 422)
      }).pipe(Effect.provide(TestDigitalOcean.layer()))
    )
  }
})

describe("an image that is deleted while something is done to it", () => {
  it.effect("lets its action end as errored, which is found with the account's, and no more with the image's", () =>
    Effect.gen(function* () {
      const { id } = (yield* transfer(snapshot, "sfo3")).body.action
      assert.strictEqual((yield* send("DELETE", `/v2/images/${snapshot}`)).status, 204)
      assert.strictEqual((yield* action(id)).status, "in-progress")
      assert.strictEqual((yield* send("GET", `/v2/images/${snapshot}/actions/${id}`)).status, 404)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* action(id)).status, "errored")
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("is not brought back by its import", () =>
    Effect.gen(function* () {
      const json = { name: "n", url: "https://example.com/i.img", region: "nyc3" }
      const { id } = (yield* send("POST", "/v2/images", { json })).body.image
      yield* send("DELETE", `/v2/images/${id}`)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* send("GET", `/v2/images/${id}`)).status, 404)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

describe("actions", () => {
  it.effect("are listed newest first, for an image and for the account, in pages", () =>
    Effect.gen(function* () {
      for (const region of ["sfo3", "ams3"]) yield* transfer(snapshot, region)
      yield* transfer(large, "lon1")
      const regions = (path: string) =>
        Effect.map(send("GET", path), ({ body }) => body.actions.map(({ region_slug }) => region_slug))
      assert.deepStrictEqual(yield* regions(`/v2/images/${snapshot}/actions`), ["ams3", "sfo3"])
      assert.deepStrictEqual(yield* regions("/v2/actions"), ["lon1", "ams3", "sfo3"])
      assert.deepStrictEqual(yield* regions("/v2/actions?per_page=2&page=2"), ["sfo3"])
      assert.deepStrictEqual(yield* regions(`/v2/images/${snapshot}/actions?per_page=1&page=2`), ["sfo3"])
      assert.deepStrictEqual(yield* regions(`/v2/images/${ubuntu}/actions`), [])
      const { body } = yield* send("GET", "/v2/actions?per_page=2")
      assert.strictEqual(body.links.pages?.next, "https://api.digitalocean.com/v2/actions?per_page=2&page=2")
      assert.strictEqual(body.meta.total, 3)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("are found under their own image alone", () =>
    Effect.gen(function* () {
      const { id } = (yield* transfer(snapshot, "sfo3")).body.action
      const found = yield* send("GET", `/v2/images/${snapshot}/actions/${id}`)
      assert.deepStrictEqual(found.body.action, yield* action(id))
      assert.strictEqual((yield* send("GET", `/v2/images/${large}/actions/${id}`)).status, 404)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})

it.effect("a new image takes no id that another has", () =>
  Effect.gen(function* () {
    const test = yield* TestDigitalOcean.TestDigitalOcean
    yield* test.putImage({ id: 210000001, name: "precious" })
    const json = { name: "n", url: "https://example.com/i.img", region: "nyc3" }
    assert.notStrictEqual((yield* send("POST", "/v2/images", { json })).body.image.id, 210000001)
    assert.strictEqual((yield* image(210000001)).name, "precious")
  }).pipe(Effect.provide(TestDigitalOcean.layer()))
)
