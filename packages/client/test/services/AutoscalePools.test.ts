import { assert, describe, it } from "@effect/vitest"
import { Fixtures, RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as AutoscalePools from "../../src/AutoscalePools.ts"
import { Droplets } from "../../src/Droplets.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { page } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2/droplets/autoscale"
const { json } = RecordingClient
const { autoscaleEvent, autoscaleMember, autoscalePool } = Fixtures
const { id } = autoscalePool()

const image = 166404101
const options: AutoscalePools.Options = {
  name: "web",
  config: { target_number_instances: 2 },
  droplet_template: { image, size: "s-1vcpu-1gb", region: "nyc3", ssh_keys: [512189], tags: ["web"] }
}
const template = '{"image":"166404101","size":"s-1vcpu-1gb","region":"nyc3","ssh_keys":["512189"],"tags":["web"]}'

const pools = <A, E>(f: (pools: AutoscalePools.AutoscalePools["Service"]) => Effect.Effect<A, E>) =>
  AutoscalePools.AutoscalePools.use(f)

describe("AutoscalePools", () => {
  it.effect("creates a pool, whose Droplets are created from the image of its template, and deletes it", () =>
    Effect.gen(function* () {
      const pools = yield* AutoscalePools.AutoscalePools
      const droplets = yield* Droplets
      const pool = yield* pools.create(options)
      assert.deepInclude(pool, { name: "web", status: "active", active_resources_count: 0 })
      assert.strictEqual(pool.droplet_template?.image, String(image))
      yield* TestClock.adjust("1 minute")
      const members = yield* Stream.runCollect(pools.members(pool))
      assert.deepStrictEqual(
        members.map(({ health_status, status }) => [health_status, status]),
        [
          ["healthy", "active"],
          ["healthy", "active"]
        ]
      )
      const of = yield* Effect.forEach(members, ({ droplet_id }) => droplets.get(droplet_id))
      assert.deepStrictEqual(
        of.map(({ image }) => Number(image?.id)),
        [image, image]
      )
      assert.strictEqual((yield* pools.get(pool)).active_resources_count, 2)
      assert.lengthOf(yield* Stream.runCollect(pools.list({ name: "web" })), 1)
      assert.lengthOf(yield* Stream.runCollect(pools.list({ name: "db" })), 0)
      yield* pools.delete(pool)
      yield* pools.delete(pool, { ignoreMissing: true })
      assert.strictEqual((yield* Effect.flip(pools.get(pool))).reason._tag, "NotFound")
      assert.strictEqual((yield* droplets.get(members[0]!.droplet_id)).status, "active")
    }).pipe(Effect.provide(account()))
  )

  it.effect("replaces the Droplets of a pool whose template is updated, and tells so in its history", () =>
    Effect.gen(function* () {
      const pools = yield* AutoscalePools.AutoscalePools
      const droplets = yield* Droplets
      const pool = yield* pools.create(options)
      yield* TestClock.adjust("1 minute")
      yield* Stream.runDrain(pools.members(pool))
      const droplet_template = { ...options.droplet_template, image: 165903377 }
      const updated = yield* pools.update(pool, {
        ...options,
        droplet_template,
        config: { target_number_instances: 1 }
      })
      assert.strictEqual(updated.config?.target_number_instances, 1)
      yield* TestClock.adjust("10 minutes")
      const [member, ...others] = yield* Stream.runCollect(pools.members(pool))
      assert.deepStrictEqual(others, [])
      assert.strictEqual(Number((yield* droplets.get(member!.droplet_id)).image?.id), 165903377)
      const reasons = (yield* Stream.runCollect(pools.history(pool))).map(({ reason }) => reason)
      assert.deepStrictEqual(reasons, ["SCALE_DOWN", "SCALE_UP", "SCALE_DOWN", "CONFIGURATION_CHANGE", "SCALE_UP"])
    }).pipe(Effect.provide(account()))
  )

  sendsRequests([
    [
      "list",
      pools((p) => Stream.runCollect(p.list({ name: "web" }))),
      json(page("autoscale_pools", [autoscalePool()])),
      `GET ${api}?name=web&page=1&per_page=200`
    ],
    ["get", pools((p) => p.get(id)), json({ autoscale_pool: autoscalePool() }), `GET ${api}/${id}`],
    [
      "create",
      pools((p) => p.create(options)),
      json({ autoscale_pool: autoscalePool() }, 202),
      `POST ${api} {"name":"web","config":{"target_number_instances":2},"droplet_template":${template}}`
    ],
    [
      "update",
      pools((p) => p.update(id, { ...options, config: { min_instances: 1, max_instances: 3, cooldown_minutes: 5 } })),
      json({ autoscale_pool: autoscalePool() }),
      `PUT ${api}/${id} {"name":"web","config":{"min_instances":1,"max_instances":3,"cooldown_minutes":5},"droplet_template":${template}}`
    ],
    ["delete", pools((p) => p.delete(id)), RecordingClient.empty(202), `DELETE ${api}/${id}`],
    [
      "members",
      pools((p) => Stream.runCollect(p.members(id))),
      json(page("droplets", [autoscaleMember()])),
      `GET ${api}/${id}/members?page=1&per_page=200`
    ],
    [
      "history",
      pools((p) => Stream.runCollect(p.history(id))),
      json(page("history", [autoscaleEvent()])),
      `GET ${api}/${id}/history?page=1&per_page=200`
    ]
  ])

  rejectsInput([
    ["a pool id that is a relative path", pools((p) => p.get("..")), "autoscale_pool_id"],
    ["a pool without a name", pools((p) => p.create({ ...options, name: "" })), "name"],
    [
      "a template with an invalid image id",
      pools((p) => p.create({ ...options, droplet_template: { ...options.droplet_template, image: -1 } })),
      "droplet_template.image"
    ]
  ])

  diesUnimplemented("get", pools((p) => p.get(id)).pipe(Effect.provide(AutoscalePools.layerTest({}))))
})
