import { assert, describe, it } from "@effect/vitest"
import { Fixtures } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Action from "../../../src/Action.ts"
import * as Droplet from "../../../src/Droplet.ts"
import * as Endpoint from "../../../src/Endpoint.ts"
import * as Image from "../../../src/Image.ts"
import { describe as describeError } from "../../../src/internal/response/response.ts"
import { decoder } from "../../../src/internal/model/leniency.ts"
import { lenient, list } from "../../../src/internal/model/model.ts"
import * as Page from "../../../src/Page.ts"
import * as Region from "../../../src/Region.ts"
import * as Snapshot from "../../../src/Snapshot.ts"
import * as Tag from "../../../src/Tag.ts"

const { action, droplet, image, page, region, snapshot, tag } = Fixtures

const one = <A>(schema: Schema.Codec<A, unknown>, body: unknown) => Effect.runSync(decoder(schema)(body))
const problem = <A>(decode: Endpoint.Decode<A>, body: unknown) =>
  describeError(Effect.runSync(Effect.flip(decode(body))))

describe("an optional field that is invalid", () => {
  const reads: ReadonlyArray<[what: string, read: () => unknown, as: unknown]> = [
    // R42
    ['completed_at: ""', () => one(Action.Action, action({ completed_at: "" })).completed_at, null],
    [
      "completed_at: 31 February",
      () => one(Action.Action, action({ completed_at: "2026-02-31T00:00:00Z" })).completed_at,
      null
    ],
    ["a resource_id of text", () => one(Action.Action, action({ resource_id: "7" })).resource_id, null],
    ["a negative resource_id", () => one(Action.Action, action({ resource_id: -1 })).resource_id, null],
    [
      "an empty resource_id of a snapshot",
      () => one(Snapshot.Snapshot, snapshot({ resource_id: "" })).resource_id,
      null
    ],
    // R40
    ...["text", 7, true, [], {}, { slug: 7 }, { slug: null }].map((region): [string, () => unknown, unknown] => [
      `an action's region ${JSON.stringify(region)}`,
      () => one(Action.Action, action({ region })).region,
      null
    ]),
    // R66
    ["a Droplet's region {}", () => one(Droplet.Droplet, droplet({ region: {} })).region, null],
    ["a Droplet's size {}", () => one(Droplet.Droplet, droplet({ size: {} })).size, null],
    ["a Droplet's image {}", () => one(Droplet.Droplet, droplet({ image: {} })).image, null],
    ["a Droplet's image without id", () => one(Droplet.Droplet, droplet({ image: image({ id: null }) })).image, null],
    [
      "a Droplet's image of no time",
      () => one(Droplet.Droplet, droplet({ image: image({ created_at: "soon" }) })).image,
      null
    ],
    [
      "a backup window without end",
      () => one(Droplet.Droplet, droplet({ next_backup_window: { start: "2026-01-04T04:00:00Z" } })).next_backup_window,
      null
    ],
    ["a number as text", () => one(Image.Image, image({ size_gigabytes: "2.5" })).size_gigabytes, null],
    ["a flag as text", () => one(Image.Image, image({ public: "yes" })).public, null],
    ["a text as number", () => one(Image.Image, image({ name: 7 })).name, ""],
    ["a Droplet's status", () => one(Droplet.Droplet, droplet({ status: 7 })).status, ""],
    ["a list as text", () => one(Image.Image, image({ regions: "nyc3" })).regions, []],
    [
      "an element of a list",
      () => one(Image.Image, image({ regions: ["nyc3", 7, "sfo3", null] })).regions,
      ["nyc3", "sfo3"]
    ],
    ["an id in a list", () => one(Droplet.Droplet, droplet({ snapshot_ids: [1, "x", 2.5, 2] })).snapshot_ids, [1, 2]],
    [
      "an address in a list",
      () =>
        one(Droplet.Droplet, droplet({ networks: { v4: [{}, { ip_address: "10.0.0.2", gateway: 7 }], v6: 1 } }))
          .networks,
      { v4: [{ ip_address: "10.0.0.2", gateway: null }], v6: [] }
    ],
    // tags that are not known may not permit a deletion
    ["a tag among tags", () => one(Image.Image, image({ tags: ["keep", 7] })).tags, null],
    ["tags as text", () => one(Image.Image, image({ tags: "keep" })).tags, null],
    [
      "one count of a tag",
      () => one(Tag.Tag, tag({ resources: { count: 3, images: { count: "x" }, volumes: 7 } })).resources.images.count,
      null
    ],
    ["features of a region", () => one(Region.Region, region({ features: { 0: "a" } })).features, []]
  ]
  for (const [what, read, as] of reads) {
    it(`${what} reads as ${JSON.stringify(as)}`, () => assert.deepStrictEqual(read(), as))
  }

  it("leaves all the others as they are", () => {
    const whole = one(Droplet.Droplet, droplet())
    const odd = one(Droplet.Droplet, droplet({ region: {}, memory: "x", tags: [7], image: image({ description: 7 }) }))
    assert.deepStrictEqual(odd, {
      ...whole,
      region: null,
      memory: null,
      tags: null,
      image: { ...whole.image!, description: null }
    })
  })
})

describe("a required field that is invalid", () => {
  const images = Page.decode("images", Image.Image)

  it("fails with its place, whatever else is invalid", () => {
    const rows = [image(), image({ regions: 7, id: "x", name: 7 }), image({ tags: 7 })]
    assert.strictEqual(problem(images, page("images", rows)).path, "images[1].id")
    assert.strictEqual(
      problem(Endpoint.field("action", Action.Action), { action: action({ region: 7, status: 7 }) }).path,
      "action.status"
    )
  })

  it("drops no row of a listing", () => {
    for (const row of [null, 7, "x", [], {}]) {
      assert.include(problem(images, page("images", [image(), row])).path, "images[1]")
    }
  })

  it("of a million rows without an id fails at the first, and does not describe the others", () => {
    const rows = Array.from({ length: 1_000_000 }, () => 0)
    const start = performance.now()
    assert.strictEqual(problem(images, { images: rows, meta: { total: 1 } }).path, "images[0]")
    assert.isBelow(performance.now() - start, 2000)
  })

  for (const created_at of ["2026-02-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01", ""]) {
    it(`is a time of creation such as ${JSON.stringify(created_at)}`, () =>
      assert.deepStrictEqual(problem(images, page("images", [image({ created_at })])), {
        path: "images[0].created_at",
        issue: "Expected an ISO 8601 timestamp"
      }))
  }
})

describe("a schema of one's own", () => {
  const Key = Schema.Struct({ id: Schema.Int, name: Schema.optionalKey(Schema.NullOr(Schema.String)) })

  it("is decoded as it is written", () =>
    assert.strictEqual(problem(Endpoint.json(Key), { id: 1, name: 7 }).path, "name"))

  it("has the leniency of the models in it", () => {
    const Mine = Schema.Struct({ image: Image.Image, mine: Schema.optionalKey(Schema.String) })
    const decode = Endpoint.json(Mine)
    assert.isNull(Effect.runSync(decode({ image: image({ tags: 7 }) })).image.tags)
    assert.strictEqual(problem(decode, { image: image({ tags: 7 }), mine: 7 }).path, "mine")
  })
})

it("a list of a hundred thousand elements, half of them invalid, is read in one round", () => {
  const All = Schema.Struct({ ids: list(Schema.Int), names: lenient(Schema.Array(Schema.String)) })
  const odd = Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? i : String(i)))
  const read = one(All as Schema.Codec<{ ids?: ReadonlyArray<number> | null; names?: unknown }>, {
    ids: odd,
    names: odd
  })
  assert.strictEqual(read.ids?.length, 50_000)
  assert.isNull(read.names)
})

// R55
describe("a body that is nested 100,000 levels deep", () => {
  const deep: unknown = JSON.parse(`${'{"a":['.repeat(50_000)}${"]}".repeat(50_000)}`)
  const message = "Expected at most 100 levels of nesting"

  for (const [what, decode, body] of [
    ["is refused where anything is accepted", Endpoint.json(Schema.Unknown), deep],
    ["is refused as JSON", Endpoint.json(Schema.Json), deep],
    ["is refused in a field", Endpoint.field("x", Schema.Struct({ y: Schema.Unknown })), { x: { y: deep } }],
    [
      "is refused in a row",
      Page.decode("rows", Schema.Record(Schema.String, Schema.Unknown)),
      page("rows", [{ y: deep }])
    ]
  ] as const) {
    it(what, () => assert.strictEqual(problem(decode as Endpoint.Decode<unknown>, body).issue, message))
  }

  it("is ignored where nobody reads it, and reads as null in an optional field", () => {
    const body = { image: image({ surprise: deep, description: deep, regions: deep }) }
    const read = Effect.runSync(Endpoint.field("image", Image.Image)(body))
    assert.deepStrictEqual([read.description, read.regions], [null, []])
  })

  it("is refused in a required field", () => {
    assert.strictEqual(problem(Endpoint.field("image", Image.Image), { image: image({ id: deep }) }).path, "image.id")
  })

  it("does not refuse what is 100 levels deep", () => {
    const nested: unknown = JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`)
    assert.deepStrictEqual(Effect.runSync(Endpoint.json(Schema.Unknown)(nested)), nested)
  })
})
