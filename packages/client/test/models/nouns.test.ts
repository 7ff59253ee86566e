import { assert, describe, it } from "@effect/vitest"
import { Fixtures } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Account, Droplet, Image, Placement, Region, Size, Snapshot, Tag, Volume } from "../../src/index.ts"

interface Model {
  readonly name: string
  readonly schema: Schema.Codec<unknown, unknown>
  readonly whole: Record<string, unknown>
  /** what must be there */
  readonly needed: ReadonlyArray<string>
}

const { droplet, image, region, size, snapshot, tag } = Fixtures
const { filesystem_label: _, filesystem_type: __, ...known } = Fixtures.volume()

const models: ReadonlyArray<Model> = [
  { name: "Droplet", schema: Droplet.Droplet, whole: droplet(), needed: ["id", "status", "created_at"] },
  { name: "Region", schema: Region.Region, whole: region(), needed: ["slug"] },
  { name: "Size", schema: Size.Size, whole: size(), needed: ["slug"] },
  { name: "Snapshot", schema: Snapshot.Snapshot, whole: snapshot(), needed: ["id", "created_at"] },
  { name: "Volume", schema: Volume.Volume, whole: known, needed: ["id", "created_at"] },
  { name: "Tag", schema: Tag.Tag, whole: tag(), needed: ["name"] },
  { name: "Account", schema: Account.Account, whole: Fixtures.account(), needed: ["uuid"] }
]

for (const { name, needed, schema, whole } of models) {
  describe(name, () => {
    const decode = Schema.decodeUnknownEffect(schema)

    it.effect("decodes and encodes back to the same JSON", () =>
      Effect.gen(function* () {
        const model = yield* decode(whole)
        assert.deepStrictEqual(JSON.parse(JSON.stringify(yield* Schema.encodeEffect(schema)(model))), whole)
      })
    )

    it.effect("survives every other field absent, null, or unknown", () =>
      Effect.gen(function* () {
        const least = Object.fromEntries(needed.map((key) => [key, whole[key]]))
        const nulls = Object.fromEntries(
          Object.keys(whole).map((key) => [key, needed.includes(key) ? whole[key] : null])
        )
        const absent = yield* decode(least)
        assert.deepStrictEqual(yield* decode(nulls), absent)
        assert.deepStrictEqual(yield* decode({ ...least, surprise: 1 }), absent)
      })
    )

    for (const key of needed) {
      it.effect(`refuses to be without ${key}, and says so`, () =>
        Effect.map(Effect.flip(decode({ ...whole, [key]: undefined })), (error) => assert.include(error.message, key))
      )
    }
  })
}

describe("one snapshot of a Droplet in its three forms", () => {
  const one = Schema.decodeUnknownSync(Snapshot.Snapshot)(snapshot())
  const asImage = Schema.decodeUnknownSync(Image.Image)(image({ id: 6372321 }))

  it("is the same image", () => {
    assert.deepStrictEqual(Snapshot.imageId(one), Option.some(asImage.id))
    assert.strictEqual(Snapshot.idOf(asImage), one.id)
    assert.strictEqual(Snapshot.idOf(6372321), one.id)
    assert.strictEqual(Snapshot.idOf("6372321"), one.id)
  })

  it("joins its Droplet", () => {
    const it = Schema.decodeUnknownSync(Droplet.Droplet)(droplet())
    assert.deepStrictEqual(Snapshot.dropletId(one), Option.some(it.id))
  })

  it("takes ids as numbers, and keeps them as text", () => {
    const numbers = Schema.decodeUnknownSync(Snapshot.Snapshot)(snapshot({ id: 6372321, resource_id: 3164494 }))
    assert.deepStrictEqual(numbers, one)
  })

  it("is no image when it is of a volume", () => {
    const fields = { id: "fbe805e8-866b-11e6-96bf-000f53315a41", resource_type: "volume", resource_id: "82a48a18" }
    const volume = Schema.decodeUnknownSync(Snapshot.Snapshot)(snapshot(fields))
    assert.isTrue(Snapshot.isVolumeSnapshot(volume))
    assert.deepStrictEqual([Snapshot.imageId(volume), Snapshot.dropletId(volume)], [Option.none(), Option.none()])
  })

  for (const id of ["0", "-7", "7.5", "9007199254740993", "abc"]) {
    it(`has no image id when its own is ${id}`, () => {
      const odd = Schema.decodeUnknownSync(Snapshot.Snapshot)(snapshot({ id }))
      assert.deepStrictEqual(Snapshot.imageId(odd), Option.none())
    })
  }
})

describe("where an image fits", () => {
  const decodeImage = (fields: object) => Schema.decodeUnknownSync(Image.Image)(image(fields))
  const decodeSize = (fields: object) => Schema.decodeUnknownSync(Size.Size)(size(fields))
  const decodeRegion = (fields: object) => Schema.decodeUnknownSync(Region.Region)(region(fields))

  for (const [disk, min, fits] of [
    [25, 25, true],
    [24, 25, false],
    [50, 25, true],
    [25, null, false]
  ] as const) {
    it(`a disk of ${disk} GB for an image that needs ${min}: ${fits}`, () => {
      assert.strictEqual(Placement.fits(decodeImage({ min_disk_size: min }))(decodeSize({ disk })), fits)
    })
  }

  for (const [what, imageFields, sizeFields, regionFields, runs] of [
    ["all is well", {}, {}, {}, true],
    ["the image is elsewhere", { regions: ["sfo3"] }, {}, {}, false],
    ["the size is not offered there", {}, { regions: ["sfo3"] }, {}, false],
    ["the size is not available", {}, { available: false }, {}, false],
    ["the region is not available", {}, {}, { available: false }, false],
    ["the disk is too small", { min_disk_size: 30 }, {}, {}, false]
  ] as const) {
    it(`a Droplet can run when ${what}: ${runs}`, () => {
      const [image, region, size] = [decodeImage(imageFields), decodeRegion(regionFields), decodeSize(sizeFields)]
      assert.strictEqual(Placement.canRunOn(image, region)(size), runs)
      assert.strictEqual(Placement.canRunIn(image, [size, decodeSize({ disk: 1 })])(region), runs)
      assert.isFalse(Placement.canRunIn(image, [])(region))
    })
  }

  it("sizes are ordered by price, and one whose price is not known comes last", () => {
    const sizes = [{ price_hourly: null }, { price_hourly: 2 }, { price_hourly: 0.5 }].map(decodeSize)
    assert.deepStrictEqual(
      sizes.toSorted(Size.byPrice).map(({ price_hourly }) => price_hourly),
      [0.5, 2, null]
    )
  })

  for (const [what, fields, receives] of [
    ["holds it already", {}, false],
    ["does not hold it", { slug: "sfo3" }, true],
    ["cannot transfer images", { slug: "sfo3", features: [] }, false],
    ["is not available", { slug: "sfo3", available: false }, false]
  ] as const) {
    it(`a region that ${what} can receive it: ${receives}`, () => {
      assert.strictEqual(Placement.canReceive(decodeImage({}))(decodeRegion(fields)), receives)
    })
  }
})

it("the count of images is read in the specification's spelling too", () => {
  const tag = Schema.decodeUnknownSync(Tag.Tag)({ name: "web", resources: { imgages: { count: 3 } } })
  assert.strictEqual(tag.resources.images.count, 3)
})
