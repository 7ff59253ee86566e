import { assert, describe, it } from "@effect/vitest"
import { Fixtures } from "@effect-digitalocean/testing"
import * as Schema from "effect/Schema"
import * as Image from "../../src/Image.ts"
import * as Placement from "../../src/Placement.ts"
import * as Region from "../../src/Region.ts"
import * as Size from "../../src/Size.ts"

const decodeImage = (fields: object) => Schema.decodeUnknownSync(Image.Image)(Fixtures.image(fields))
const decodeSize = (fields: object) => Schema.decodeUnknownSync(Size.Size)(Fixtures.size(fields))
const decodeRegion = (fields: object) => Schema.decodeUnknownSync(Region.Region)(Fixtures.region(fields))

describe("fits", () => {
  for (const [disk, min, fits] of [
    [25, 25, true],
    [24, 25, false],
    [50, 25, true],
    [25, null, false]
  ] as const) {
    it(`returns ${fits} for a disk of ${disk} GB and an image that needs ${min} GB`, () => {
      assert.strictEqual(Placement.fits(decodeImage({ min_disk_size: min }))(decodeSize({ disk })), fits)
    })
  }
})

describe("canRunOn and canRunIn", () => {
  for (const [condition, imageFields, sizeFields, regionFields, runs] of [
    ["every condition is met", {}, {}, {}, true],
    ["the image is not in the region", { regions: ["sfo3"] }, {}, {}, false],
    ["the size is not offered in the region", {}, { regions: ["sfo3"] }, {}, false],
    ["the size is not available", {}, { available: false }, {}, false],
    ["the region is not available", {}, {}, { available: false }, false],
    ["the disk is too small", { min_disk_size: 30 }, {}, {}, false]
  ] as const) {
    it(`return ${runs} when ${condition}`, () => {
      const [image, region, size] = [decodeImage(imageFields), decodeRegion(regionFields), decodeSize(sizeFields)]
      assert.strictEqual(Placement.canRunOn(image, region)(size), runs)
      assert.strictEqual(Placement.canRunIn(image, [size, decodeSize({ disk: 1 })])(region), runs)
      assert.isFalse(Placement.canRunIn(image, [])(region))
    })
  }
})

describe("canReceive", () => {
  for (const [condition, fields, receives] of [
    ["already holds the image", {}, false],
    ["does not hold the image", { slug: "sfo3" }, true],
    ["cannot transfer images", { slug: "sfo3", features: [] }, false],
    ["is not available", { slug: "sfo3", available: false }, false]
  ] as const) {
    it(`returns ${receives} for a region that ${condition}`, () => {
      assert.strictEqual(Placement.canReceive(decodeImage({}))(decodeRegion(fields)), receives)
    })
  }
})
