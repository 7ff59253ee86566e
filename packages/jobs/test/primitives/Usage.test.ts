import { AutoscalePool, Droplet, type Image } from "@effect-digitalocean/client"
import { Usage } from "@effect-digitalocean/jobs"
import { Fixtures, type Faults, type Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

const readAt = DateTime.makeUnsafe("2026-11-25T12:00:00Z")
const droplet = (fields: object) => Schema.decodeUnknownSync(Droplet.Droplet)(Fixtures.droplet(fields))
const pool = (template: object) =>
  Schema.decodeUnknownSync(AutoscalePool.AutoscalePool)(Fixtures.autoscalePool({ droplet_template: template }))

const reasons = (
  tags: ReadonlyArray<string> | null,
  account: Partial<Parameters<typeof Usage.of>[0]> = {},
  slug: string | null = null
) =>
  Usage.referencesTo(Usage.of({ readAt, droplets: [], pools: [], ...account }), {
    ...image(7, { tags }),
    slug: slug as Image.Image["slug"]
  }).map(Usage.format)

describe("what refers to an image", () => {
  for (const [what, account, expected] of [
    ["nothing", {}, []],
    [
      "a Droplet of it",
      { droplets: [droplet({ image: Fixtures.image({ id: 7 }) })] },
      ["image of Droplet web-1 (3164494)"]
    ],
    ["a Droplet of another image", { droplets: [droplet({ image: Fixtures.image({ id: 70 }) })] }, []],
    [
      "a Droplet whose image is not returned",
      { droplets: [droplet({ image: null })] },
      ["Droplet web-1 (3164494) may be created from it: its image is not returned"]
    ],
    ["a pool whose template names its id", { pools: [pool({ image: "7" })] }, ["template of autoscale pool web"]],
    [
      "a pool whose template names its slug",
      { pools: [pool({ image: "slug-7" })] },
      ["template of autoscale pool web"]
    ],
    ["a pool whose template names another image", { pools: [pool({ image: "77" })] }, []],
    [
      "a pool whose template is not returned",
      { pools: [pool({ image: null })] },
      ["autoscale pool web may create Droplets from it: its image is not returned"]
    ]
  ] as const) {
    it(`is ${expected.join() || "nothing"} with ${what}`, () =>
      assert.deepStrictEqual<ReadonlyArray<string>>(reasons([], account, "slug-7"), expected))
  }
})

describe("what protects an image", () => {
  for (const [tags, expected] of [
    [[], []],
    [["web", "unprotected", "protected:not"], []],
    [["Protected"], ["protected"]],
    [["expires:2026-11-25"], []],
    [["expires:2026-11-26"], ["protected until 2026-11-26"]],
    [["expires:2026-02-30"], ["protected: its tag expires:2026-02-30 names no day"]],
    [["expires:"], ["protected: its tag expires: names no day"]],
    [["EXPIRES:2027-01-01"], ["protected until 2027-01-01"]],
    [["channel:prod"], ["image of channel prod"]],
    [null, ["its tags are not visible, and may protect it: the token needs tag:read"]]
  ] as const) {
    it(`is ${expected.join() || "nothing"} with the tags ${JSON.stringify(tags)}`, () =>
      assert.deepStrictEqual<ReadonlyArray<string>>(reasons(tags), expected))
  }

  it("alone counts where references are ignored", () => {
    const usage = Usage.onlyProtection(readAt)
    const left = (tags: ReadonlyArray<string> | null) => Usage.referencesTo(usage, image(7, { tags })).length
    assert.deepStrictEqual([[], ["channel:prod"], ["protected"], ["expires:2027-01-01"]].map(left), [0, 0, 1, 1])
    assert.strictEqual(left(null), 1)
  })
})

const on = <A, E, R>(options: TestDigitalOcean.Options, program: Effect.Effect<A, E, R>) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(options), { local: true })

const fleet: Seed.Seed = {
  images: [{ id: 1, name: "web", regions: ["tor1", "nyc3"] }],
  droplets: Array.from({ length: 401 }, (_, i) => ({ id: i + 1, name: `vm-${i}` })),
  autoscalePools: [
    { id: "0d3db13e-a604-4944-9827-7ec2642d32ac", name: "gpus", image: 1, size: "gpu-h100x1-80gb", instances: 2 }
  ]
}

describe("reading what images are used for", () => {
  it.effect("takes a request for each 200 Droplets of a kind, and one for each 200 pools", () =>
    on(
      { seed: fleet },
      Effect.gen(function* () {
        const usage = yield* Usage.read()
        const found = Usage.referencesTo(usage, image(1, { tags: [] })).map(({ _tag }) => _tag)
        assert.deepStrictEqual(found, ["Droplet", "Droplet", "AutoscalePool"])
        const requests = yield* TestDigitalOcean.TestDigitalOcean.use(({ requests }) => requests)
        assert.deepStrictEqual(
          requests.map(({ path }) => path),
          ["/v2/droplets", "/v2/droplets", "/v2/droplets", "/v2/droplets", "/v2/droplets/autoscale"]
        )
      })
    )
  )

  for (const listing of ["droplets.list", "autoscalePools.list"]) {
    it.effect(`fails when ${listing} fails, so that nothing is known to be unused`, () =>
      on(
        { seed: fleet, faults: [{ fault: "status", on: listing, status: 403, times: "always" }] },
        Effect.map(Effect.flip(Usage.read()), (error) => assert.strictEqual(error.reason._tag, "Forbidden"))
      )
    )
  }
})

describe("deleting an image", () => {
  const id = 1
  const seed = (image: Partial<Seed.ImageSeed>, more: Partial<Seed.Seed> = {}): Seed.Seed => ({
    images: [{ id, name: "web", ...image }],
    ...more
  })
  const deletion = (options: TestDigitalOcean.Options, deletionOptions?: Usage.DeletionOptions) =>
    on(
      options,
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const [first] = yield* test.images()
        const result = yield* Effect.result(
          Usage.deletion(image(id, { ...first, tags: first?.tags ?? null }), deletionOptions)
        )
        return {
          text: result._tag === "Success" ? result.success._tag : result.failure.message,
          left: (yield* test.images()).length,
          violations: (yield* test.violations).length
        }
      })
    )
  const forbidden: Faults.Script = [{ fault: "status", on: "autoscalePools.list", status: 403, times: "always" }]

  it.effect("deletes it when nothing refers to it", () =>
    Effect.map(deletion({ seed: seed({}) }), (end) =>
      assert.deepStrictEqual(end, { text: "Requested", left: 0, violations: 0 })
    )
  )

  it.effect("keeps it when something refers to it, and says what", () =>
    Effect.map(
      deletion({ seed: seed({}, { autoscalePools: [{ id: "p", name: "fleet", image: id }] }) }),
      ({ left, text }) => {
        assert.match(text, /^image 1 is kept: image of Droplet fleet-1 \(\d+\), template of autoscale pool fleet$/)
        assert.strictEqual(left, 1)
      }
    )
  )

  it.effect("keeps it when a listing is forbidden", () =>
    Effect.map(deletion({ seed: seed({}), faults: forbidden }), ({ left, text }) => {
      assert.include(text, "AutoscalePools.list: HTTP 403")
      assert.strictEqual(left, 1)
    })
  )

  it.effect("deletes it in use where that is ignored, which is a violation, and lists nothing", () =>
    Effect.map(deletion({ seed: seed({ tags: ["channel:prod"] }), faults: forbidden }, { evenIfInUse: true }), (end) =>
      assert.deepStrictEqual(end, { text: "Requested", left: 0, violations: 1 })
    )
  )

  it.effect("keeps it protected all the same", () =>
    Effect.map(deletion({ seed: seed({ tags: ["protected"] }) }, { evenIfInUse: true }), (end) =>
      assert.deepStrictEqual(end, { text: "image 1 is kept: protected", left: 1, violations: 0 })
    )
  )
})
