import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { Image } from "../src/DigitalOceanApi.ts"
import * as Seed from "../src/Seed.ts"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"
import { send } from "./support/requests.ts"

const all = [...Seed.publicImages, ...Seed.demo.images.map(Seed.image)]

describe("Seed", () => {
  it("image fills in what is missing", () => {
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

describe("the dates of a seed", () => {
  const newest = Effect.gen(function* () {
    const json = { name: "new", url: "https://example.com/x.img", region: "nyc3" }
    yield* send("POST", "/v2/images", { json })
    return (yield* send("GET", "/v2/images?private=true")).body.images.map(({ name }) => name)
  })

  it.effect("are of the past on the day the seeds speak of: what is made then is the newest", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Seed.now)
      const names = yield* Effect.provide(newest, TestDigitalOcean.layer(), { local: true })
      assert.strictEqual(names[0], "new")
      assert.strictEqual(names[1], "web-01 2026-11-22 04:12")
    })
  )

  it.effect("may be an age, which counts back from the beginning", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(86_400_000)
      const images = [
        { id: 7, name: "old", age: "2 days" },
        { id: 8, name: "young", age: "1 hour" }
      ] as const
      const layer = TestDigitalOcean.layer({ seed: { images } })
      assert.deepStrictEqual(yield* Effect.provide(newest, layer), ["new", "young", "old"])
      assert.deepStrictEqual(
        images.map((image) => Seed.image(image, 86_400_000).created_at),
        ["1969-12-31T00:00:00Z", "1970-01-01T23:00:00Z"]
      )
    })
  )
})

describe("a seed from JSON", () => {
  it.effect("is itself", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Seed.parse(JSON.stringify(Seed.demo)), Seed.demo)
      const seed: Seed.Seed = { images: [{ id: 7, name: "web", age: "3 days" }] }
      assert.deepStrictEqual(yield* Seed.decode(seed), seed)
    })
  )

  const image = { id: 7, name: "web" }
  const cases: ReadonlyArray<readonly [value: unknown, says: ReadonlyArray<string>]> = [
    [[], ["Expected object"]],
    [{}, ["images: missing"]],
    [{ images: [{ id: 7 }, { ...image, id: "8" }] }, ["images[0].name: missing", "images[1].id: Expected number"]],
    [{ images: [image], image: [] }, ["image: unknown"]],
    [{ images: [{ ...image, created: "now" }] }, ["images[0].created: unknown"]],
    [{ images: [{ ...image, created_at: "yesterday" }] }, ["images[0].created_at: Expected a time such as"]],
    [
      { images: [{ ...image, age: "old" }] },
      ["images[0].age: Expected a time span such as 5 days, of at most 100 years, got old"]
    ],
    [{ images: [{ ...image, regions: ["mars1"] }] }, ["images[0].regions[0]: Expected a region, one of ams3"]],
    [{ images: [image, image] }, ["images[1].id: Expected an id of its own, got 7 again"]],
    [
      { images: [image], droplets: [{ id: 1, name: "a", size: "huge", images: [8] }] },
      ["droplets[0].size: Expected a size, one of s-1vcpu"]
    ],
    [{ images: [{ ...image, age: "36526 days" }] }, ["images[0].age: Expected a time span such as 5 days"]],
    [{ images: [{ ...image, age: "-1 days" }] }, ["images[0].age: Expected a time span such as 5 days"]],
    [{ images: [{ ...image, age: 3 }] }, ["images[0].age: Expected string"]],
    [{ images: [{ ...image, created_at: "2026-02-31T00:00:00Z" }] }, ["images[0].created_at: Expected a time such as"]],
    [{ images: [{ ...image, id: 0 }] }, ["images[0].id: Expected a value greater than or equal to 1"]],
    [{ images: [{ ...image, id: 199_110_001 }] }, ["images[0].id: Expected an id of its own"]],
    [{ images: [{ ...image, tags: ["a b"] }] }, ["images[0].tags[0]: Expected a string matching"]],
    [{ images: [{ ...image, min_disk_size: 1.5 }] }, ["images[0].min_disk_size: Expected an integer"]],
    [
      { images: [], volumes: [{ id: "v", name: "v", size_gigabytes: 1.5, region: "nyc3" }] },
      ["volumes[0].size_gigabytes"]
    ],
    [
      { images: [image], droplets: [{ id: 1, name: "a", images: [7, 8] }] },
      ["droplets[0].images[1]: Expected the id of an image of this seed that no Droplet has yet, got 8"]
    ],
    [
      {
        images: [image],
        droplets: [
          { id: 1, name: "a", images: [7] },
          { id: 2, name: "b", images: [7] }
        ]
      },
      ["droplets[1].images[0]: Expected the id of an image of this seed that no Droplet has yet, got 7"]
    ],
    [
      { images: [], droplets: [{ id: 1, name: "a", size: "gpu-h100x1-80gb", region: "nyc3" }] },
      ["droplets[0].region: Expected a region that has gpu-h100x1-80gb, one of tor1, got nyc3"]
    ]
  ]
  for (const [value, says] of cases) {
    it.effect(`${JSON.stringify(value)} is refused with what is wrong and where`, () =>
      Effect.gen(function* () {
        const { message, problems } = yield* Effect.flip(Seed.decode(value))
        const found = problems.map(({ place, problem }) => (place === "" ? problem : `${place}: ${problem}`))
        for (const [i, text] of says.entries()) assert.include(found[i], text)
        assert.strictEqual(found.length, says.length)
        assert.include(message, says[0] ?? "?")
      })
    )
  }
})
