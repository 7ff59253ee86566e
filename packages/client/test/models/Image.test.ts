import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Image from "../../src/Image.ts"

const whole = {
  id: 7555620,
  name: "Nifty New Snapshot",
  type: "snapshot",
  distribution: "Ubuntu",
  slug: null,
  public: false,
  regions: ["nyc2", "nyc3"],
  created_at: "2014-11-04T22:23:02.000Z",
  min_disk_size: 20,
  size_gigabytes: 2.34,
  description: null,
  tags: ["web"],
  status: "available",
  error_message: null
}

const decode = Schema.decodeUnknownSync(Image.Image)
const decodeEffect = Schema.decodeUnknownEffect(Image.Image)
const image = (fields: object) => decode({ ...whole, ...fields })

describe("Image", () => {
  it("decodes to DateTime and encodes back to the same JSON", () => {
    const decoded = decode(whole)
    assert.isTrue(DateTime.isUtc(decoded.created_at))
    assert.deepStrictEqual(Schema.encodeSync(Image.Image)(decoded), whole as never)
  })

  it("reads every absent field as null or empty when only id and created_at are there", () => {
    const { created_at, ...rest } = decode({ id: 1, created_at: "2014-11-04T22:23:02Z" })
    assert.strictEqual(DateTime.formatIso(created_at), "2014-11-04T22:23:02.000Z")
    assert.deepStrictEqual(rest as unknown, {
      id: 1,
      name: "",
      type: "",
      distribution: "",
      slug: null,
      public: null,
      regions: [],
      min_disk_size: null,
      size_gigabytes: null,
      description: null,
      tags: null,
      status: "",
      error_message: null
    })
  })

  it("reads null as absent in every field but id and created_at", () => {
    const nulls = Object.fromEntries(Object.keys(whole).map((key) => [key, null]))
    assert.deepStrictEqual(
      decode({ ...nulls, id: 1, created_at: whole.created_at }),
      decode({ id: 1, created_at: whole.created_at })
    )
  })

  it("takes regions, distributions, types and statuses that nobody knows yet", () => {
    const decoded = image({ regions: ["mars1"], distribution: "AlmaLinux", type: "golden", status: "resting" })
    assert.deepStrictEqual(
      [decoded.regions, decoded.distribution, decoded.type, decoded.status],
      [["mars1"], "AlmaLinux", "golden", "resting"]
    )
  })

  it("drops fields it does not know", () => {
    assert.notProperty(image({ surprise: 1 }), "surprise")
  })

  it("takes ids up to 2^53-1", () => {
    assert.strictEqual(image({ id: 2 ** 53 - 1 }).id, 2 ** 53 - 1)
  })

  for (const fields of [
    { id: JSON.parse("9007199254740993") },
    { id: 0 },
    { id: -1 },
    { id: 1.5 },
    { id: "7" },
    { id: null },
    { id: undefined },
    { created_at: "yesterday" },
    { created_at: null },
    { created_at: undefined },
    { regions: "nyc3" },
    { name: 7 },
    { public: "yes" },
    { min_disk_size: "20" },
    { tags: [1] }
  ]) {
    it.effect(`refuses ${JSON.stringify(fields)}`, () =>
      Effect.map(Effect.flip(decodeEffect({ ...whole, ...fields })), (error) =>
        assert.include(error.message, Object.keys(fields).join())
      )
    )
  }

  it("tells an image from other values", () => {
    assert.isTrue(Schema.is(Image.Image)(image({})))
    assert.isFalse(Schema.is(Image.Image)(whole))
  })
})

describe("slugOf", () => {
  it.effect("is the slug of a public image", () =>
    Effect.map(Image.slugOf(image({ slug: "ubuntu-24-04-x64" })), (slug) =>
      assert.strictEqual(slug, "ubuntu-24-04-x64")
    )
  )

  for (const slug of [null, ""]) {
    it.effect(`fails with MissingSlug for ${JSON.stringify(slug)}`, () =>
      Effect.map(Effect.flip(Image.slugOf(image({ slug }))), (error) => {
        assert.strictEqual(error._tag, "MissingSlug")
        assert.include(error.message, "7555620")
      })
    )
  }
})

describe("predicates", () => {
  const all = { ...Image }
  const table: ReadonlyArray<[name: keyof typeof all, fields: object, holds: boolean]> = [
    ["isSnapshot", { type: "snapshot" }, true],
    ["isSnapshot", { type: "backup" }, false],
    ["isBackup", { type: "backup" }, true],
    ["isBackup", { type: "snapshot" }, false],
    ["isCustom", { type: "custom" }, true],
    ["isCustom", { type: "base" }, false],
    ["isPrivate", { public: false }, true],
    ["isPrivate", { public: true }, false],
    ["isAvailable", { status: "available" }, true],
    ["isAvailable", { status: "NEW" }, false],
    ["isPending", { status: "NEW" }, true],
    ["isPending", { status: "new" }, true],
    ["isPending", { status: "pending" }, true],
    ["isPending", { status: "available" }, false],
    ["isDeleted", { status: "deleted" }, true],
    ["isDeleted", { status: "retired" }, true],
    ["isDeleted", { status: "pending" }, false]
  ]
  for (const [name, fields, holds] of table) {
    it(`${name} is ${holds} for ${JSON.stringify(fields)}`, () => {
      assert.strictEqual((all[name] as (image: Image.Image) => boolean)(image(fields)), holds)
    })
  }

  it("isAvailableIn takes a slug or a region", () => {
    const nyc2 = { slug: "nyc2", name: "New York 2", available: true, features: [], sizes: [] }
    assert.isTrue(Image.isAvailableIn("nyc3")(image({})))
    assert.isTrue(Image.isAvailableIn(nyc2)(image({})))
    assert.isFalse(Image.isAvailableIn("sfo3")(image({})))
  })

  it("hasTag is false when tags are not visible", () => {
    assert.isTrue(Image.hasTag("web")(image({})))
    assert.isFalse(Image.hasTag("web")(image({ tags: null })))
  })
})

describe("url", () => {
  it("is the image's address in the API", () => {
    assert.strictEqual(Image.url(image({})), "https://api.digitalocean.com/v2/images/7555620")
    assert.strictEqual(Image.url(7, "http://127.0.0.1:8080/"), "http://127.0.0.1:8080/v2/images/7")
  })
})
