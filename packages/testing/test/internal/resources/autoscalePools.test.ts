import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { refusal, send } from "../../support/requests.ts"

const image = 166404101
const id = "0d3db13e-a604-4944-9827-7ec2642d32ac"
const path = "/v2/droplets/autoscale"

const seed: Seed.Seed = { ...Seed.demo, autoscalePools: [{ id, name: "fleet", image, instances: 2, tags: ["fleet"] }] }
const account = (pool: Partial<Seed.PoolSeed> = {}) =>
  TestDigitalOcean.layer({ seed: { ...seed, autoscalePools: [{ ...seed.autoscalePools![0]!, ...pool }] } })

const template = { region: "nyc3", size: "s-1vcpu-1gb", image: String(image), ssh_keys: [] }
const put = (body: object) => send("PUT", `${path}/${id}`, { json: body })
const fleet = Effect.map(send("GET", "/v2/droplets?tag_name=fleet"), ({ body }) =>
  body.droplets.map(({ image, name }) => `${name} of ${image.id}`).sort()
)
const history = Effect.map(send("GET", `${path}/${id}/history`), ({ body }) =>
  body.history.map(({ reason, status }) => `${reason} ${status}`)
)

describe("an autoscale pool", () => {
  it.effect("creates the Droplets that it lacks, from the image of its template", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* fleet, [`fleet-1 of ${image}`, `fleet-2 of ${image}`])
      assert.deepStrictEqual(yield* history, ["SCALE_UP success"])
      const { body } = yield* send("GET", `${path}/${id}/members`)
      assert.deepStrictEqual(
        body.droplets.map(({ status }) => status as string),
        ["provisioning", "provisioning"]
      )
    }).pipe(Effect.provide(account()))
  )

  it.effect("has the Droplets of the seed that it names, and creates no more than are missing", () =>
    Effect.gen(function* () {
      const { body } = yield* send("GET", `${path}/${id}/members`)
      assert.deepStrictEqual(
        body.droplets.map(({ droplet_id }) => droplet_id),
        [413_118_204]
      )
      assert.deepStrictEqual(yield* fleet, [])
    }).pipe(Effect.provide(account({ instances: 1, droplets: [413_118_204] })))
  )

  it.effect("replaces a Droplet that was destroyed", () =>
    Effect.gen(function* () {
      const [first] = (yield* send("GET", "/v2/droplets?tag_name=fleet")).body.droplets
      yield* send("DELETE", `/v2/droplets/${first!.id}`)
      assert.lengthOf(yield* fleet, 1)
      yield* TestClock.adjust("5 seconds")
      assert.lengthOf(yield* fleet, 2)
    }).pipe(Effect.provide(account()))
  )

  it.effect(
    "replaces the Droplets of an older template one after the other, and never has fewer than it is to have",
    () =>
      Effect.gen(function* () {
        yield* fleet
        yield* TestClock.adjust("1 minute")
        yield* put({
          name: "fleet",
          config: { target_number_instances: 2 },
          droplet_template: { ...template, image: "165903377", tags: ["fleet"] }
        })
        const seen = new Set<string>()
        for (let i = 0; i < 60; i++) {
          yield* TestClock.adjust("5 seconds")
          const names = yield* fleet
          assert.isAtLeast(names.length, 2)
          seen.add(names.map((one) => one.split(" of ")[1]).join(" "))
        }
        assert.deepStrictEqual([...seen].at(-1), "165903377 165903377")
        assert.isAtLeast(seen.size, 3)
      }).pipe(Effect.provide(account()))
  )

  it.effect("destroys the Droplets that are too many, and keeps its name whatever an update says", () =>
    Effect.gen(function* () {
      yield* fleet
      const { body } = yield* put({
        name: "other",
        config: { min_instances: 1, max_instances: 9 },
        droplet_template: { ...template, tags: ["fleet"] }
      })
      assert.strictEqual(body.autoscale_pool.name, "fleet")
      yield* TestClock.adjust("5 minutes")
      assert.lengthOf(yield* fleet, 1)
      assert.deepStrictEqual((yield* history)[1], "CONFIGURATION_CHANGE success")
    }).pipe(Effect.provide(account()))
  )

  it.effect("whose image is deleted is in error, says so in its history, and tries again", () =>
    Effect.gen(function* () {
      yield* fleet
      yield* send("DELETE", `/v2/images/${image}`)
      const [first] = (yield* send("GET", "/v2/droplets?tag_name=fleet")).body.droplets
      yield* send("DELETE", `/v2/droplets/${first!.id}`)
      yield* TestClock.adjust("5 seconds")
      assert.lengthOf(yield* fleet, 1)
      assert.strictEqual((yield* send("GET", `${path}/${id}`)).body.autoscale_pool.status, "error")
      assert.deepStrictEqual((yield* history)[0], "SCALE_UP error")
      yield* TestDigitalOcean.TestDigitalOcean.use(({ putImage }) => putImage({ id: image, name: "again" }))
      yield* TestClock.adjust("10 minutes")
      assert.lengthOf(yield* fleet, 2)
      assert.strictEqual((yield* send("GET", `${path}/${id}`)).body.autoscale_pool.status, "active")
    }).pipe(Effect.provide(account()))
  )

  it.effect("that is deleted leaves its Droplets, and creates no more", () =>
    Effect.gen(function* () {
      yield* fleet
      assert.strictEqual((yield* send("DELETE", `${path}/${id}`)).status, 202)
      const [first] = (yield* send("GET", "/v2/droplets?tag_name=fleet")).body.droplets
      yield* send("DELETE", `/v2/droplets/${first!.id}`)
      yield* TestClock.adjust("1 hour")
      assert.lengthOf(yield* fleet, 1)
      assert.strictEqual((yield* send("GET", `${path}/${id}`)).status, 404)
    }).pipe(Effect.provide(account()))
  )

  for (const [what, whole, message] of [
    ["an unknown image", { droplet_template: { ...template, image: "1" } }, "image is invalid"],
    ["an unknown region", { droplet_template: { ...template, region: "xyz1" } }, "region is invalid"],
    [
      "an unknown size",
      { droplet_template: { ...template, size: "x" } },
      "size is invalid or not available in the region"
    ],
    ["a blank name", { name: " " }, "Name can't be blank"]
  ] as const) {
    it.effect(`is refused with ${what}`, () =>
      Effect.gen(function* () {
        const json = { name: "web", config: { target_number_instances: 1 }, droplet_template: template, ...whole }
        assert.deepStrictEqual(yield* refusal(send("POST", path, { json })), [422, "unprocessable_entity", message])
      }).pipe(Effect.provide(account()))
    )
  }

  it.effect("shows no tags to a token that may not read them", () =>
    Effect.gen(function* () {
      const { body } = yield* send("GET", `${path}/${id}`)
      assert.isUndefined(body.autoscale_pool.droplet_template.tags)
      assert.lengthOf((yield* send("GET", `${path}/${id}/members`)).body.droplets, 2)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed, scopes: ["droplet:read"] })))
  )

  it("of a seed is told where it contradicts itself", () => {
    const problems = Seed.decode({
      images: [],
      autoscalePools: [{ id, name: "a", image: 1, size: "gpu-h100x1-80gb", region: "nyc3", droplets: [7] }]
    })
    const error = Effect.runSync(Effect.flip(problems))
    assert.deepStrictEqual(
      error.problems.map(({ place }) => place),
      ["autoscalePools[0].droplets[0]", "autoscalePools[0].region"]
    )
  })
})
