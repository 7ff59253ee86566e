import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { withoutNulls } from "../../../src/internal/server/lenient.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { send } from "../../support/requests.ts"

const web = 413118204
const image = 166404101
const uuid = "506f78a4-e098-11e5-ad9f-000f53306ae1"
const droplet = { name: "n", image, size: "s-1vcpu-1gb", region: "nyc3" }

/** Bodies as clients send them, with null for what was not given: all are taken. */
const bodies: ReadonlyArray<
  readonly [who: string, method: "POST" | "PUT", path: string, body: object, status: number]
> = [
  [
    "godo, Terraform and the MCP server",
    "POST",
    "/v2/droplets",
    { ...droplet, ssh_keys: null, backups: false, ipv6: false, monitoring: false, tags: null, volumes: null },
    202
  ],
  ["python-digitalocean", "POST", "/v2/droplets", { ...droplet, vpc_uuid: null, user_data: null, volumes: [] }, 202],
  ["libcloud", "POST", "/v2/droplets", { ...droplet, user_data: null }, 202],
  [
    "droplet_kit",
    "POST",
    "/v2/droplets",
    {
      ...droplet,
      ...{ ssh_keys: null, backups: null, backup_policy: null, ipv6: null, monitoring: null, tags: null },
      ...{ user_data: null, private_networking: null, volumes: null, vpc_uuid: null },
      ...{ with_droplet_agent: null, public_networking: null, names: null }
    },
    202
  ],
  [
    "one that names several",
    "POST",
    "/v2/droplets",
    { ...droplet, name: null, names: ["a"], backup_policy: { plan: "daily", weekday: null, hour: null } },
    202
  ],
  [
    "an import",
    "POST",
    "/v2/images",
    {
      ...{ name: "x", url: "https://example.com/x.img", region: "nyc3" },
      ...{ distribution: null, description: null, tags: null }
    },
    202
  ],
  ["a rename", "PUT", `/v2/images/${image}`, { name: "y", distribution: null, description: null }, 200],
  ["a transfer", "POST", `/v2/images/${image}/actions`, { type: "transfer", region: "sfo3", name: null }, 201],
  ["a conversion", "POST", "/v2/images/166480233/actions", { type: "convert", region: null }, 201],
  [
    "an offer",
    "POST",
    `/v2/images/${image}/account_transfer`,
    { recipient_email: "a@example.com", recipient_uuid: null },
    201
  ],
  ["a snapshot", "POST", `/v2/droplets/${web}/actions`, { type: "snapshot", name: null }, 201],
  ["a snapshot by tag", "POST", "/v2/droplets/actions?tag_name=web", { type: "snapshot", name: null }, 201],
  [
    "backups",
    "POST",
    `/v2/droplets/${web}/actions`,
    { type: "enable_backups", backup_policy: { plan: null, hour: 4 } },
    201
  ],
  [
    "backups without a policy",
    "POST",
    `/v2/droplets/${web}/actions`,
    { type: "enable_backups", backup_policy: null },
    201
  ],
  ["a resize", "POST", `/v2/droplets/${web}/actions`, { type: "resize", size: "s-2vcpu-4gb", disk: null }, 201],
  ["a volume's snapshot", "POST", `/v2/volumes/${uuid}/snapshots`, { name: "n", tags: null }, 201]
]

// R60
describe("null in an optional field of a body", () => {
  for (const [who, method, path, json, status] of bodies) {
    it.effect(`is the same as none, from ${who}`, () =>
      Effect.gen(function* () {
        const answer = yield* send(method, path, { json })
        assert.strictEqual(answer.status, status, answer.text)
        yield* TestClock.adjust("1 hour")
      }).pipe(Effect.provide(TestDigitalOcean.layer({ strict: false })))
    )
  }

  it.effect("is refused by a strict account, where the specification has no null", () =>
    Effect.gen(function* () {
      for (const [who, method, path, json] of bodies.slice(0, 4)) {
        assert.strictEqual((yield* send(method, path, { json })).status, 400, who)
      }
      assert.strictEqual((yield* send("POST", "/v2/droplets", { json: { ...droplet, tags: null } })).status, 202)
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  for (const json of [
    { ...droplet, image: null },
    { ...droplet, ssh_keys: [null] },
    { ...droplet, name: null }
  ]) {
    it.effect(`is not taken for a required one, or in a list: ${JSON.stringify(json)}`, () =>
      Effect.map(send("POST", "/v2/droplets", { json }), ({ status }) => assert.strictEqual(status, 400)).pipe(
        Effect.provide(TestDigitalOcean.layer({ strict: false }))
      )
    )
  }

  it.prop("is left out at any depth, and nothing else is", [Arbitrary.schema(Schema.Json)], ([json]) => {
    const holds = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(holds)
      if (typeof value !== "object" || value === null) return value
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, value]) => (value === null ? [] : [[key, holds(value)]]))
      )
    }
    const text = JSON.stringify(json)
    assert.deepStrictEqual<unknown>(JSON.parse(withoutNulls(text)), holds(JSON.parse(text)))
  })

  for (const text of ["", "{", "null", '{"a": null', "[null]"]) {
    it(`changes nothing of what is no record: ${text}`, () => assert.strictEqual(withoutNulls(text), text))
  }
})

// R62
describe("private", () => {
  for (const [value, status, total] of [
    ["True", 200, 6],
    ["TRUE", 200, 6],
    ["true", 200, 6],
    ["False", 200, 22],
    ["false", 200, 22],
    ["yes", 400, undefined],
    ["1", 400, undefined]
  ] as const) {
    for (const strict of [true, false]) {
      it.effect(`of ${value} is ${status}, ${strict ? "strict" : "lenient"}`, () =>
        Effect.gen(function* () {
          const answer = yield* send("GET", `/v2/images?private=${value}`)
          assert.strictEqual(answer.status, status)
          assert.strictEqual(answer.body.meta?.total, total)
        }).pipe(Effect.provide(TestDigitalOcean.layer({ strict })))
      )
    }
  }
})

// R61
describe("the image of a Droplet", () => {
  for (const [given, status] of [
    [String(image), 202],
    ["ubuntu-24-04-x64", 202],
    ["199110001", 202],
    ["7", 422],
    [7, 422],
    ["no-such-slug", 422],
    ["", 422]
  ] as const) {
    it.effect(`given as ${JSON.stringify(given)} is ${status}`, () =>
      Effect.gen(function* () {
        const { body, status: got } = yield* send("POST", "/v2/droplets", { json: { ...droplet, image: given } })
        assert.strictEqual(got, status)
        if (status === 202) assert.isAbove(body.droplet.image.id, 0)
        else assert.strictEqual(body.message, "You specified an invalid image for Droplet creation.")
        const rebuild = { type: "rebuild", image: given }
        const rebuilt = yield* send("POST", `/v2/droplets/${web}/actions`, { json: rebuild })
        assert.strictEqual(rebuilt.status, status === 202 ? 201 : 422)
      }).pipe(Effect.provide(TestDigitalOcean.layer({ strict: false })))
    )
  }
})
