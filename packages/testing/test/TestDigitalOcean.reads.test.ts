import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"
import { action, image, refusal, send } from "./support/requests.ts"

const test = TestDigitalOcean.TestDigitalOcean

describe("readDelay", () => {
  const account = TestDigitalOcean.layer({ readDelay: "10 seconds", seed: { images: [{ id: 7, name: "a" }] } })
  const status = (path: string) => Effect.map(send("GET", path), ({ status }) => status)

  it.effect("lets what is new be read later: until then it is 404, and in no list", () =>
    Effect.gen(function* () {
      const json = { name: "x", url: "https://example.com/x.img", region: "nyc3" }
      const { body } = yield* send("POST", "/v2/images", { json })
      const started = yield* send("POST", "/v2/images/7/actions", { json: { type: "transfer", region: "sfo3" } })
      const paths = [`/v2/images/${body.image.id}`, `/v2/actions/${started.body.action.id}`]
      const ids = Effect.map(send("GET", "/v2/images?private=true"), ({ body }) => body.images.map(({ id }) => id))
      yield* TestClock.adjust("9999 millis")
      for (const path of paths) assert.strictEqual(yield* status(path), 404)
      assert.deepStrictEqual(yield* ids, [7])
      assert.strictEqual((yield* (yield* test).images()).length, 2)
      yield* TestClock.adjust("1 millis")
      for (const path of paths) assert.strictEqual(yield* status(path), 200)
      assert.sameMembers(yield* ids, [7, body.image.id])
    }).pipe(Effect.provide(account))
  )

  it.effect("lets what is changed or gone be read as it was; a request to change it is not fooled", () =>
    Effect.gen(function* () {
      yield* send("PUT", "/v2/images/7", { json: { name: "b" } })
      assert.strictEqual((yield* image(7)).name, "a")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* image(7)).name, "b")
      yield* send("DELETE", "/v2/images/7")
      assert.strictEqual(yield* status("/v2/images/7"), 200)
      assert.strictEqual((yield* send("DELETE", "/v2/images/7")).status, 404)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* status("/v2/images/7"), 404)
    }).pipe(Effect.provide(account))
  )

  const newDroplet = { name: "n", image: 7, size: "s-1vcpu-1gb", region: "nyc3" }
  const web = { id: 1, name: "web", images: [7] }
  const resource = (resource_id: number, resource_type: string) => ({
    resources: [{ resource_id: String(resource_id), resource_type }]
  })

  /** What is created, and the requests that name it: with whether each works once it can be read. */
  const created: ReadonlyArray<
    readonly [
      what: string,
      create: Effect.Effect<string | number, unknown, HttpClient.HttpClient | TestDigitalOcean.TestDigitalOcean>,
      requests: (id: string | number) => ReadonlyArray<readonly [Parameters<typeof send>[0], string, object?]>
    ]
  > = [
    [
      "a Droplet",
      Effect.map(send("POST", "/v2/droplets", { json: newDroplet }), ({ body }) => body.droplet.id),
      (id) => [
        ["GET", `/v2/droplets/${id}`],
        ["GET", `/v2/droplets/${id}/actions`],
        ["POST", `/v2/droplets/${id}/actions`, { type: "reboot" }],
        ["POST", "/v2/tags/web/resources", resource(Number(id), "droplet")],
        ["DELETE", `/v2/droplets/${id}`]
      ]
    ],
    [
      "an imported image",
      Effect.map(
        send("POST", "/v2/images", { json: { name: "x", url: "https://example.com/x.img", region: "nyc3" } }),
        ({ body }) => body.image.id
      ),
      (id) => [
        ["GET", `/v2/images/${id}`],
        ["PUT", `/v2/images/${id}`, { name: "y" }],
        ["POST", "/v2/tags/web/resources", resource(Number(id), "image")],
        ["DELETE", `/v2/images/${id}`]
      ]
    ],
    [
      "a snapshot's image",
      Effect.gen(function* () {
        yield* send("POST", "/v2/droplets/1/actions", { json: { type: "snapshot", name: "s" } })
        yield* TestClock.adjust("183 seconds")
        return (yield* (yield* test).images()).find(({ name }) => name === "s")!.id
      }),
      (id) => [
        ["GET", `/v2/images/${id}`],
        ["GET", `/v2/snapshots/${id}`],
        ["POST", `/v2/images/${id}/actions`, { type: "transfer", region: "sfo3" }],
        ["POST", "/v2/droplets", { ...newDroplet, image: id }],
        ["DELETE", `/v2/snapshots/${id}`]
      ]
    ],
    [
      "a tag",
      Effect.map(send("POST", "/v2/tags", { json: { name: "new" } }), ({ body }) => body.tag.name),
      (id) => [
        ["GET", `/v2/tags/${id}`],
        ["POST", `/v2/tags/${id}/resources`, resource(7, "image")],
        ["DELETE", `/v2/tags/${id}`]
      ]
    ],
    [
      "a tag that came with a Droplet",
      Effect.as(send("POST", "/v2/droplets", { json: { ...newDroplet, tags: ["new"] } }), "new"),
      (id) => [
        ["GET", `/v2/tags/${id}`],
        ["DELETE", `/v2/tags/${id}`]
      ]
    ]
  ]

  for (const [what, create, requests] of created) {
    it.effect(`keeps ${what} from requests that would read, change or delete it, which do nothing`, () =>
      Effect.gen(function* () {
        const id = yield* create
        const statuses = Effect.forEach(requests(id), ([method, path, json]) =>
          Effect.map(
            send(method, path, json === undefined ? {} : { json }),
            ({ status }) => `${status} ${method} ${path}`
          )
        )
        yield* TestClock.adjust("9999 millis")
        for (const line of yield* statuses) assert.match(line, /^(404|422 POST .v2.droplets$)/)
        yield* TestClock.adjust("1 minute")
        for (const line of yield* statuses) assert.match(line, /^20/)
      }).pipe(
        Effect.provide(
          TestDigitalOcean.layer({
            readDelay: "10 seconds",
            seed: { images: [{ id: 7, name: "a", tags: ["web"] }], droplets: [web] }
          })
        )
      )
    )
  }

  it.effect("keeps a new Droplet from what is requested of all with its tag", () =>
    Effect.gen(function* () {
      yield* send("POST", "/v2/droplets", { json: { ...newDroplet, tags: ["all"] } })
      yield* TestClock.adjust("9 seconds")
      const act = send("POST", "/v2/droplets/actions?tag_name=all", { json: { type: "power_cycle" } })
      const acted = Effect.map(act, ({ body }) => body.actions.map(({ resource_id }) => resource_id))
      assert.deepStrictEqual(yield* acted, [1])
      yield* send("DELETE", "/v2/droplets?tag_name=all")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        (yield* (yield* test).droplets()).map(({ name }) => name),
        ["n"]
      )
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          readDelay: "10 seconds",
          seed: { images: [{ id: 7, name: "a" }], droplets: [{ ...web, tags: ["all"] }] }
        })
      )
    )
  )

  it.effect("is over with a reset", () =>
    Effect.gen(function* () {
      yield* send("DELETE", "/v2/images/7")
      yield* (yield* test).reset
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* status("/v2/images/7"), 200)
      yield* send("DELETE", "/v2/images/7")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* status("/v2/images/7"), 404)
    }).pipe(Effect.provide(account))
  )
})

describe("statusDelay", () => {
  const seed = {
    images: [
      { id: 7, name: "a", size_gigabytes: 1 },
      { id: 8, name: "b", type: "backup" }
    ],
    droplets: [{ id: 1, name: "web", images: [7, 8] }]
  }
  const account = TestDigitalOcean.layer({ statusDelay: "10 seconds", seed })
  const act = (json: object) => Effect.map(send("POST", "/v2/droplets/1/actions", { json }), ({ body }) => body.action)

  const seen = Effect.gen(function* () {
    const { droplet } = (yield* send("GET", "/v2/droplets/1")).body
    const [listed] = (yield* send("GET", "/v2/droplets")).body.droplets
    assert.deepStrictEqual(listed, droplet)
    return `${droplet.status}${droplet.locked ? ", locked" : ""}`
  })

  it.effect("lets a Droplet read active and locked for a while after power_off has completed", () =>
    Effect.gen(function* () {
      const { id } = yield* act({ type: "power_off" })
      const states = [yield* seen]
      yield* TestClock.adjust("5 seconds")
      states.push(yield* seen)
      assert.strictEqual((yield* action(id)).status, "completed")
      yield* TestClock.adjust("9999 millis")
      states.push(yield* seen)
      yield* TestClock.adjust("1 millis")
      states.push(yield* seen)
      assert.deepStrictEqual(states, ["active, locked", "active, locked", "active, locked", "off"])
    }).pipe(Effect.provide(account))
  )

  it.effect("fools no request that changes something: what is off can be snapshotted, and not be powered off", () =>
    Effect.gen(function* () {
      yield* act({ type: "power_off" })
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* seen, "active, locked")
      const off = yield* refusal(send("POST", "/v2/droplets/1/actions", { json: { type: "power_off" } }))
      assert.deepStrictEqual(off, [422, "unprocessable_entity", "Droplet is already powered off."])
      const { id } = yield* act({ type: "snapshot", name: "s" })
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* action(id)).status, "completed")
    }).pipe(Effect.provide(account))
  )

  it.effect("holds for the regions and the type of an image, single and listed", () =>
    Effect.gen(function* () {
      yield* send("POST", "/v2/images/7/actions", { json: { type: "transfer", region: "sfo3" } })
      yield* send("POST", "/v2/images/8/actions", { json: { type: "convert" } })
      const read = Effect.gen(function* () {
        const { images } = (yield* send("GET", "/v2/images?private=true")).body
        const { snapshots } = (yield* send("GET", "/v2/snapshots")).body
        const pair = [yield* image(7), yield* image(8)] as const
        assert.sameDeepMembers([...images], [...pair])
        return [pair[0].regions.join(), pair[1].type, snapshots.length]
      })
      yield* TestClock.adjust("89 seconds")
      const actions = (yield* send("GET", "/v2/actions")).body.actions
      assert.deepStrictEqual(
        actions.map(({ status }) => status),
        ["completed", "completed"]
      )
      assert.deepStrictEqual(yield* read, ["nyc3", "snapshot", 2])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* read, ["nyc3,sfo3", "snapshot", 2])
    }).pipe(Effect.provide(account))
  )

  it.effect("leaves what no action changes to be read at once, and is not overtaken by it", () =>
    Effect.gen(function* () {
      yield* act({ type: "power_off" })
      yield* send("POST", "/v2/images/7/actions", { json: { type: "transfer", region: "sfo3" } })
      yield* TestClock.adjust("80 seconds")
      yield* send("PUT", "/v2/images/7", { json: { name: "c" } })
      assert.deepInclude(yield* image(7), { name: "c", regions: ["nyc3"] })
      yield* TestClock.adjust("10 seconds")
      assert.deepInclude(yield* image(7), { name: "c", regions: ["nyc3", "sfo3"] })
    }).pipe(Effect.provide(account))
  )

  it.effect("does not touch an image that took the place of a deleted one", () =>
    Effect.gen(function* () {
      const { putImage, removeImage } = yield* test
      yield* send("POST", "/v2/images/7/actions", { json: { type: "transfer", region: "sfo3" } })
      yield* TestClock.adjust("80 seconds")
      yield* removeImage(7)
      yield* putImage({ id: 7, name: "another", regions: ["ams3"] })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual((yield* image(7)).regions, ["ams3"])
    }).pipe(Effect.provide(account))
  )

  it.effect("is added to readDelay, and divided by speed", () =>
    Effect.gen(function* () {
      yield* act({ type: "power_off" })
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* seen, "active, locked")
      yield* TestClock.adjust("499 millis")
      assert.strictEqual(yield* seen, "active, locked")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* seen, "off")
    }).pipe(
      Effect.provide(TestDigitalOcean.layer({ statusDelay: "10 seconds", readDelay: "10 seconds", speed: 10, seed }))
    )
  )
})

describe("imageDelay", () => {
  it.effect("is from the end of a snapshot's action until there is its image", () =>
    Effect.gen(function* () {
      const json = { type: "snapshot", name: "late" }
      const { body } = yield* send("POST", "/v2/droplets/413118204/actions", { json })
      const names = Effect.map(send("GET", "/v2/images?private=true"), ({ body }) =>
        body.images.map(({ name }) => name)
      )
      yield* TestClock.adjust("180 seconds")
      assert.strictEqual((yield* action(body.action.id)).status, "completed")
      yield* TestClock.adjust("59 seconds")
      assert.notInclude(yield* names, "late")
      yield* TestClock.adjust("1 second")
      assert.include(yield* names, "late")
    }).pipe(Effect.provide(TestDigitalOcean.layer({ imageDelay: "1 minute" })))
  )
})

describe("listOrder", () => {
  const ids = Array.from({ length: 40 }, (_, i) => i + 1)
  const seed = {
    images: ids.map((id) => ({ id, name: `i${id}`, created_at: `2026-01-01T00:00:${String(id).padStart(2, "0")}Z` })),
    droplets: ids.map((id) => ({ id, name: `d${id}`, ...(id === 1 ? { images: ids } : {}) }))
  }
  const listings = {
    "/v2/images?private=true": "images",
    "/v2/droplets?type=droplets": "droplets",
    "/v2/snapshots?resource_type=droplet": "snapshots",
    "/v2/droplets/1/snapshots?": "snapshots",
    "/v2/actions?": "actions",
    "/v2/images/1/actions?": "actions"
  } as const
  /** Every listing, from pages of seven. */
  const listed = Effect.gen(function* () {
    for (const region of ["sfo3", "sfo2", "ams3", "fra1", "lon1", "tor1", "syd1", "sgp1"]) {
      yield* send("POST", "/v2/images/1/actions", { json: { type: "transfer", region } })
    }
    return yield* Effect.forEach(Object.entries(listings), ([path, key]) =>
      Effect.map(
        Effect.forEach([1, 2, 3, 4, 5, 6], (page) => send("GET", `${path}&per_page=7&page=${page}`)),
        (pages) => pages.flatMap(({ body }) => body[key].map(({ id }) => Number(id)))
      )
    )
  })
  const within = (listOrder: TestDigitalOcean.ListOrder, chance = "1") =>
    listed.pipe(Effect.provide(TestDigitalOcean.layer({ listOrder, seed })), Random.withSeed(chance))
  const up = (a: number, b: number) => a - b

  it.effect("is newest first, or oldest first, in every listing", () =>
    Effect.gen(function* () {
      const newest = yield* within("newest first")
      const oldest = yield* within("oldest first")
      for (const rows of newest) assert.deepStrictEqual(rows, rows.toSorted(up).reverse())
      assert.deepStrictEqual(
        newest.map(({ length }) => length),
        [40, 40, 40, 40, 8, 8]
      )
      assert.deepStrictEqual(
        oldest,
        newest.map((rows) => rows.toReversed())
      )
    })
  )

  it.effect("shuffled is another order, in which pages miss and repeat nothing", () =>
    Effect.gen(function* () {
      const newest = yield* within("newest first")
      const shuffled = yield* within("shuffled")
      assert.deepStrictEqual(
        shuffled.map((rows) => rows.toSorted(up)),
        newest.map((rows) => rows.toSorted(up))
      )
      for (const rows of shuffled) {
        const ups = rows.slice(1).filter((id, i) => id > rows[i]!).length
        assert.isAbove(ups, rows.length / 8)
        assert.isBelow(ups, (rows.length * 7) / 8)
      }
    })
  )

  it.effect("shuffled is the same for the same seed of Random, and another for another", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* within("shuffled", "7"), yield* within("shuffled", "7"))
      assert.notDeepEqual(yield* within("shuffled", "7"), yield* within("shuffled", "8"))
    })
  )

  it.effect("shuffled lets no row pass another when one is created or deleted", () =>
    Effect.gen(function* () {
      const names = Effect.map(send("GET", "/v2/images?private=true&per_page=200"), ({ body }) =>
        body.images.map(({ name }) => name)
      )
      const before = yield* names
      yield* send("POST", "/v2/images", { json: { name: "x", url: "https://example.com/x.img", region: "nyc3" } })
      yield* send("DELETE", "/v2/images/7")
      assert.deepStrictEqual(
        (yield* names).filter((name) => name !== "x"),
        before.filter((name) => name !== "i7")
      )
    }).pipe(Effect.provide(TestDigitalOcean.layer({ listOrder: "shuffled", seed })))
  )
})
