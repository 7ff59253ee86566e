import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { action, refusal, send } from "../../support/requests.ts"

const web = 413118204
const snapshot = 166404101
const backup = 166480233

const account = TestDigitalOcean.layer()
const create = (json: object) => send("POST", "/v2/droplets", { json })
const act = (json: object, id = web) => send("POST", `/v2/droplets/${id}/actions`, { json })
const byTag = (json: object) => send("POST", "/v2/droplets/actions?tag_name=web", { json })
const droplet = (id = web) => Effect.map(send("GET", `/v2/droplets/${id}`), ({ body }) => body.droplet)
const whole = { name: "web-02", image: snapshot, size: "s-1vcpu-1gb", region: "nyc3" }

it.effect("a Droplet's snapshots and backups are listed newest first", () =>
  Effect.gen(function* () {
    const names = Effect.fnUntraced(function* (kind: "snapshots" | "backups") {
      return (yield* send("GET", `/v2/droplets/413118204/${kind}`)).body[kind].map(({ id }) => Number(id))
    })
    assert.deepStrictEqual(yield* names("snapshots"), [166404101, 165903377])
    assert.deepStrictEqual(yield* names("backups"), [166480233, 166017820])
  }).pipe(Effect.provide(TestDigitalOcean.layer()))
)

describe("a new Droplet", () => {
  it.effect("is new and locked, and active after 30 seconds, with an address", () =>
    Effect.gen(function* () {
      const { body, status } = yield* create({ ...whole, tags: ["fresh"], backups: true })
      assert.strictEqual(status, 202)
      assert.deepInclude(body.droplet, { status: "new", locked: true, tags: ["fresh"], networks: { v4: [], v6: [] } })
      yield* TestClock.adjust("30 seconds")
      const made = yield* droplet(body.droplet.id)
      assert.deepInclude(made, { status: "active", locked: false, features: ["backups", "droplet_agent"] })
      assert.strictEqual(made.networks.v4.length, 1)
      assert.strictEqual(made.image.id, snapshot)
    }).pipe(Effect.provide(account))
  )

  it.effect("comes with others when names are given, each with its own action", () =>
    Effect.gen(function* () {
      const { name: _, ...rest } = whole
      const { body } = yield* create({ ...rest, names: ["a", "b"], image: "debian-13-x64" })
      assert.deepStrictEqual(
        body.droplets.map(({ name }) => name),
        ["a", "b"]
      )
      const listed = yield* send("GET", "/v2/actions")
      assert.deepStrictEqual(
        listed.body.actions.map(({ resource_id, type }) => [type, resource_id]),
        body.droplets.map(({ id }) => ["create", id]).reverse()
      )
    }).pipe(Effect.provide(account))
  )

  for (const [what, json, status] of [
    ["an image that is not there", { image: 7 }, 422],
    ["an image that is not in the region", { region: "sgp1" }, 422],
    ["an unknown region", { region: "mars1" }, 422],
    ["an unknown size", { size: "huge" }, 422],
    ["a disk that is too small", { size: "s-1vcpu-512mb-10gb" }, 422],
    ["an invalid name", { name: "a b" }, 422],
    ["a name and names", { names: ["a"] }, 400],
    ["a key nobody knows", { colour: "blue" }, 400]
  ] as const) {
    it.effect(`with ${what} is refused: ${status}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* create({ ...whole, ...json })).status, status)
        assert.strictEqual((yield* send("GET", "/v2/droplets")).body.meta.total, 2)
      }).pipe(Effect.provide(account))
    )
  }
})

describe("a GPU Droplet", () => {
  const seed = {
    images: [],
    droplets: [
      { id: 1, name: "web", tags: ["all"] },
      { id: 2, name: "ml", size: "gpu-h100x1-80gb", tags: ["all", "ml"] },
      { id: 3, name: "other" }
    ]
  }
  const account = TestDigitalOcean.layer({ seed })

  for (const [query, ids] of [
    ["", [3, 1]],
    ["?type=droplets", [3, 1]],
    ["?type=gpus", [2]],
    ["?tag_name=all", [2, 1]],
    ["?tag_name=ml", [2]],
    ["?name=ml", []],
    ["?name=ml&type=gpus", [2]],
    ["?name=web&type=gpus", []]
  ] as const) {
    it.effect(`is in GET /v2/droplets${query} only if its kind or its tag is asked for`, () =>
      Effect.gen(function* () {
        const { body } = yield* send("GET", `/v2/droplets${query}`)
        assert.deepStrictEqual(
          body.droplets.map(({ id }) => id),
          [...ids]
        )
        assert.strictEqual(body.meta.total, ids.length)
      }).pipe(Effect.provide(account))
    )
  }

  it.effect("is in the one region that has its size, acts like any other, and is there for a test to see", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* droplet(2), { size_slug: "gpu-h100x1-80gb", disk: 720, memory: 245_760 })
      const [listed] = (yield* send("GET", "/v2/droplets?type=gpus")).body.droplets
      assert.strictEqual(listed?.region.slug, "tor1")
      assert.include(listed?.region.sizes ?? [], "gpu-h100x1-80gb")
      assert.notInclude((yield* droplet(1)).region.sizes, "gpu-h100x1-80gb")
      assert.strictEqual((yield* act({ type: "snapshot" }, 2)).status, 201)
      const service = yield* TestDigitalOcean.TestDigitalOcean
      assert.deepStrictEqual(
        (yield* service.droplets()).map(({ id }) => id),
        [3, 2, 1]
      )
      const image = { image: "ubuntu-24-04-x64", size: "gpu-h100x1-80gb" }
      assert.strictEqual((yield* create({ name: "ml-2", region: "nyc3", ...image })).status, 422)
      assert.strictEqual((yield* create({ name: "ml-2", region: "tor1", ...image })).status, 202)
    }).pipe(Effect.provide(account))
  )
})

describe("a snapshot", () => {
  it.effect("takes half a minute and a minute a GB, and its image is listed 3 seconds later", () =>
    Effect.gen(function* () {
      const started = yield* act({ type: "snapshot", name: "n" })
      assert.deepInclude(started.body.action, { resource_type: "droplet", resource_id: web, status: "in-progress" })
      const names = Effect.map(send("GET", `/v2/droplets/${web}/snapshots`), ({ body }) =>
        body.snapshots.map(({ name }) => name)
      )
      yield* TestClock.adjust("179 seconds")
      assert.strictEqual((yield* action(started.body.action.id)).status, "in-progress")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* action(started.body.action.id)).status, "completed")
      assert.notInclude(yield* names, "n")
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* names)[0], "n")
    }).pipe(Effect.provide(account))
  )

  it.effect("of a Droplet that is destroyed meanwhile errors", () =>
    Effect.gen(function* () {
      const { body } = yield* act({ type: "snapshot" })
      assert.strictEqual((yield* send("DELETE", `/v2/droplets/${web}`)).status, 204)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* action(body.action.id)).status, "errored")
    }).pipe(Effect.provide(account))
  )
})

describe("an action", () => {
  it.effect("is one at a time", () =>
    Effect.gen(function* () {
      yield* act({ type: "power_off" })
      const busy = yield* refusal(act({ type: "snapshot" }))
      assert.deepStrictEqual(busy, [422, "unprocessable_entity", "Droplet already has a pending event."])
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* droplet()).status, "off")
      assert.strictEqual((yield* act({ type: "shutdown" })).status, 422)
      assert.strictEqual((yield* act({ type: "power_on" })).status, 201)
    }).pipe(Effect.provide(account))
  )

  it.effect("restores only a backup of the same Droplet", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* act({ type: "restore", image: snapshot })).status, 422)
      assert.strictEqual((yield* act({ type: "restore", image: backup }, 398250117)).status, 422)
      assert.strictEqual((yield* act({ type: "restore", image: backup })).status, 201)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* droplet()).image.id, backup)
    }).pipe(Effect.provide(account))
  )

  it.effect("renames, resizes, and changes backups", () =>
    Effect.gen(function* () {
      for (const json of [
        { type: "rename", name: "web-1" },
        { type: "resize", size: "s-2vcpu-4gb" },
        { type: "change_backup_policy", backup_policy: { plan: "daily", hour: 20 } }
      ]) {
        assert.strictEqual((yield* act(json)).status, 201)
        yield* TestClock.adjust("1 minute")
      }
      assert.deepInclude(yield* droplet(), { name: "web-1", size_slug: "s-2vcpu-4gb", disk: 80 })
      const { body } = yield* send("GET", `/v2/droplets/${web}/backups/policy`)
      assert.deepStrictEqual(body.policy, {
        droplet_id: web,
        backup_enabled: true,
        backup_policy: { plan: "daily", hour: 20, window_length_hours: 4, retention_period_days: 7 },
        next_backup_window: { start: "1970-01-01T20:00:00Z", end: "1970-01-02T00:00:00Z" }
      })
    }).pipe(Effect.provide(account))
  )

  it.effect("by tag is one for each Droplet that carries it", () =>
    Effect.gen(function* () {
      const { body, status } = yield* byTag({ type: "power_cycle" })
      assert.deepStrictEqual([status, body.actions.map(({ resource_id }) => resource_id)], [201, [web]])
    }).pipe(Effect.provide(account))
  )

  for (const json of [
    { type: "reboot" },
    { type: "rebuild", image: backup },
    { type: "enable_backups", backup_policy: {} }
  ]) {
    it.effect(`that is ${JSON.stringify(json)} is not for all with a tag: 400`, () =>
      Effect.map(byTag(json), ({ status }) => assert.strictEqual(status, 400)).pipe(Effect.provide(account))
    )
  }

  it.effect("that enables backups without a plan enables daily ones", () =>
    Effect.gen(function* () {
      yield* act({ type: "enable_backups", backup_policy: { hour: 8 } })
      yield* TestClock.adjust("1 minute")
      const { body } = yield* send("GET", `/v2/droplets/${web}/backups/policy`)
      assert.deepStrictEqual(body.policy, {
        droplet_id: web,
        backup_enabled: true,
        backup_policy: { plan: "daily", hour: 8, window_length_hours: 4, retention_period_days: 7 },
        next_backup_window: { start: "1970-01-01T08:00:00Z", end: "1970-01-01T12:00:00Z" }
      })
    }).pipe(Effect.provide(account))
  )

  for (const json of [{ type: "explode" }, { type: "restore" }, { type: "snapshot", nmae: "n" }, {}]) {
    it.effect(`that is ${JSON.stringify(json)} is refused: 400`, () =>
      Effect.map(act(json), ({ status }) => assert.strictEqual(status, 400)).pipe(Effect.provide(account))
    )
  }
})

it.effect("a Droplet that is destroyed takes its backups with it, and leaves its snapshots", () =>
  Effect.gen(function* () {
    assert.strictEqual((yield* send("GET", `/v2/droplets/${web}/backups`)).body.backups.length, 2)
    yield* send("DELETE", `/v2/droplets/${web}`)
    assert.strictEqual((yield* send("GET", `/v2/droplets/${web}`)).status, 404)
    assert.strictEqual((yield* send("GET", `/v2/images/${backup}`)).status, 404)
    assert.strictEqual((yield* send("GET", `/v2/images/${snapshot}`)).status, 200)
    assert.strictEqual((yield* send("GET", `/v2/droplets/${web}/snapshots`)).status, 404)
  }).pipe(Effect.provide(account))
)

// R64
describe("DELETE /v2/droplets", () => {
  const seed = {
    images: [{ id: 7, name: "b", type: "backup" }],
    droplets: [
      { id: 1, name: "a", tags: ["ci"], images: [7] },
      { id: 2, name: "b", tags: ["ci"], size: "gpu-h100x1-80gb" },
      { id: 3, name: "c", tags: ["other"] }
    ]
  }
  const left = Effect.flatMap(TestDigitalOcean.TestDigitalOcean, ({ droplets }) =>
    Effect.map(droplets(), (all) => all.map(({ id }) => id))
  )

  it.effect("destroys the Droplets with a tag, of both kinds, and their backups", () =>
    Effect.gen(function* () {
      const { status, text } = yield* send("DELETE", "/v2/droplets?tag_name=ci")
      assert.deepStrictEqual([status, text, yield* left], [204, "", [3]])
      assert.strictEqual((yield* send("GET", "/v2/images/7")).status, 404)
      assert.strictEqual((yield* send("DELETE", "/v2/droplets?tag_name=ci")).status, 204)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed })))
  )

  for (const [query, status] of [
    ["", 400],
    ["?name=c", 400],
    ["?tag_name=none", 404]
  ] as const) {
    it.effect(`destroys nothing without a tag that there is: ${query} is ${status}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* send("DELETE", `/v2/droplets${query}`)).status, status)
        assert.deepStrictEqual(yield* left, [3, 2, 1])
      }).pipe(Effect.provide(TestDigitalOcean.layer({ seed, strict: false })))
    )
  }
})
