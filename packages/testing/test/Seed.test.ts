import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Image } from "../src/DigitalOceanApi.ts"
import * as Seed from "../src/Seed.ts"

const all = [...Seed.publicImages, ...Seed.demo.images.map(Seed.image)]

describe("Seed", () => {
  it("image fills in what is not told", () => {
    const image = Seed.image({ id: 7, name: "web", regions: ["ams3"], description: null })
    assert.deepInclude(image, { id: 7, type: "snapshot", status: "available", regions: ["ams3"], description: null })
  })

  it("has an id for each image", () => {
    assert.strictEqual(new Set(all.map(({ id }) => id)).size, all.length)
  })

  it("has images as the contract declares them, of the past, in regions there are", () => {
    for (const image of all) {
      assert.isTrue(Schema.is(Image)(image), image.name)
      assert.isBelow(Date.parse(image.created_at), Date.parse("2026-11-24"))
      for (const region of image.regions) assert.isTrue(Seed.regions.has(region), region)
    }
  })

  it("has slugs for what is public alone", () => {
    for (const image of all) assert.strictEqual(typeof image.slug === "string", image.public, image.name)
    for (const slug of Seed.applications)
      assert.isTrue(
        all.some((image) => image.slug === slug),
        slug
      )
  })
})
