import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { send } from "../../support/requests.ts"

const id = 1
const pool = "0d3db13e-a604-4944-9827-7ec2642d32ac"
const seed = (more: Partial<Seed.Seed>, image: Partial<Seed.ImageSeed> = {}): Seed.Seed => ({
  ...{ droplets: [], volumes: [] },
  ...more,
  images: [{ id, name: "web", ...image }]
})

const violations = TestDigitalOcean.TestDigitalOcean.use(({ violations }) =>
  Effect.map(violations, (all) => all.map(({ message }) => message.replace(/^DELETE \S+ deleted what /, "")))
)

describe("the invariant nothing-in-use-deleted", () => {
  const droplet = Effect.fnUntraced(function* (size: string, region: string) {
    yield* send("POST", "/v2/droplets", { json: { name: "vm", size, region, image: id } })
  })
  for (const [what, given, before, expected] of [
    ["nothing", seed({}), Effect.void, undefined],
    ["a Droplet", seed({}), droplet("s-1vcpu-1gb", "nyc3"), /^Droplet vm \(\d+\) was created from$/],
    [
      "a GPU Droplet",
      seed({}, { regions: ["tor1"] }),
      droplet("gpu-h100x1-80gb", "tor1"),
      /^Droplet vm \(\d+\) was created from$/
    ],
    [
      "an autoscale pool",
      seed({ autoscalePools: [{ id: pool, name: "fleet", image: id, size: "gpu-h100x1-80gb" }] }),
      Effect.void,
      /^autoscale pool fleet creates Droplets from$/
    ],
    [
      "an action",
      seed({}),
      send("POST", `/v2/images/${id}/actions`, { json: { type: "transfer", region: "sfo3" } }),
      /^action \d+ works on$/
    ],
    ["the tag protected", seed({}, { tags: ["Protected"] }), Effect.void, /^the tag Protected protects$/],
    ["a channel", seed({}, { tags: ["channel:prod"] }), Effect.void, /^the tag channel:prod protects$/],
    ["a day to come", seed({}, { tags: ["expires:1970-01-02"] }), Effect.void, /^the tag expires:1970-01-02 protects$/],
    ["a day that has come", seed({}, { tags: ["expires:1970-01-01"] }), Effect.void, undefined],
    ["no day", seed({}, { tags: ["expires:soon"] }), Effect.void, /^the tag expires:soon protects$/],
    ["another tag", seed({}, { tags: ["protected-not"] }), Effect.void, undefined]
  ] as const) {
    for (const kind of ["images", "snapshots"]) {
      it.effect(`${expected === undefined ? "holds" : "is violated"} when DELETE /v2/${kind} meets ${what}`, () =>
        Effect.gen(function* () {
          yield* before
          assert.deepStrictEqual(yield* violations, [])
          assert.strictEqual((yield* send("DELETE", `/v2/${kind}/${id}`)).status, 204)
          const found = yield* violations
          assert.lengthOf(found, expected === undefined ? 0 : 1)
          if (expected !== undefined) assert.match(found[0] ?? "", expected)
        }).pipe(Effect.provide(TestDigitalOcean.layer({ seed: given })))
      )
    }
  }

  it.effect("holds when a deletion is refused", () =>
    Effect.gen(function* () {
      yield* send("DELETE", `/v2/images/${id}`)
      assert.deepStrictEqual(yield* violations, [])
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed: seed({}, { tags: ["protected"] }), scopes: ["image:read"] })))
  )
})
