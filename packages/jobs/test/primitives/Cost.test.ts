import { Image } from "@effect-digitalocean/client"
import { Cost } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

const image = (fields: { readonly [key: string]: unknown }): Image.Image =>
  Schema.decodeUnknownSync(Image.Image)({
    id: 7,
    name: "web",
    type: "snapshot",
    created_at: "2026-01-01T00:00:00Z",
    ...fields
  })

describe("Cost", () => {
  it("is a price per GB, the same for any number of regions", () => {
    const few = Cost.of([image({ size_gigabytes: 10, regions: ["nyc3"] })])
    const many = Cost.of([image({ size_gigabytes: 10, regions: ["nyc3", "ams3", "sfo3"] })])
    assert.deepStrictEqual(few, { usd: 0.6, unknown: 0 })
    assert.deepStrictEqual(many, few)
  })

  it("has a least charge for each image", () => {
    assert.deepStrictEqual(Cost.of([image({ size_gigabytes: 0.01 }), image({ size_gigabytes: 0 })]), {
      usd: 0.02,
      unknown: 0
    })
  })

  it("counts apart what has no known size", () => {
    const cost = Cost.of([image({ size_gigabytes: 10 }), image({ size_gigabytes: null })])
    assert.deepStrictEqual(cost, { usd: 0.6, unknown: 1 })
    assert.strictEqual(Cost.format(cost), "$0.60 a month, and 1 of unknown size")
  })

  it("leaves out public images, and backups, which their Droplet pays for", () => {
    const images = [image({ public: true, size_gigabytes: 10 }), image({ type: "backup", size_gigabytes: 10 })]
    assert.deepStrictEqual(Cost.of(images), Cost.zero)
  })

  it("follows the prices it is given", () => {
    assert.deepStrictEqual(Cost.of([image({ size_gigabytes: 10 })], { gigabyteMonth: 1, minimum: 0 }), {
      usd: 10,
      unknown: 0
    })
  })
})

describe("a change of the cost", () => {
  for (const [cost, text] of [
    [{ usd: 0.6, unknown: 0 }, "$0.60 a month more"],
    [Cost.negate({ usd: 0.6, unknown: 2 }), "$0.60 a month less, 2 images of unknown size less"],
    [Cost.negate({ usd: 0, unknown: 1 }), "1 image of unknown size less"],
    [{ usd: -1.2, unknown: 1 }, "$1.20 a month less, 1 image of unknown size more"],
    [Cost.negate(Cost.zero), "no change of the monthly cost"]
  ] as const) {
    it(`reads ${text}`, () => assert.strictEqual(Cost.formatChange(cost), text))
  }
})
