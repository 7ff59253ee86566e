import * as Client from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Arbitraries from "../src/Arbitraries.ts"

const sample = <A>(arbitrary: Arbitrary.Arbitrary<A>) =>
  Effect.map(Effect.orDie(Arbitrary.sampleEffect(arbitrary, { count: 400, seed: "7" })), (all) => [...all])

describe("what is generated of an image", () => {
  it.effect("is known and unknown, null, absent and there, small and large", () =>
    Effect.gen(function* () {
      const images = yield* sample(Arbitraries.image.wire)
      const some = (name: string, test: (image: (typeof images)[number]) => boolean) => {
        const share = images.filter(test).length / images.length
        assert.isAbove(share, 0.05, name)
        assert.isBelow(share, 0.95, name)
      }
      const isKnown = (status: unknown) => typeof status === "string" && Client.Image.Status.isKnown(status)
      some("a known status", ({ status }) => isKnown(status))
      some("an unknown status", ({ status }) => typeof status === "string" && !isKnown(status))
      some("a status of null", ({ status }) => status === null)
      some("no status", (image) => !("status" in image))
      some("an id beyond 2^31", ({ id }) => id >= 2 ** 31)
      some("a region nobody knows", ({ regions }) => (regions ?? []).some((slug) => !Client.Region.Slug.isKnown(slug)))
      some("a field nobody knows", (image) => "added_tomorrow" in image)
    })
  )

  it.effect("is the same for the same seed", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* sample(Arbitraries.image.wire), yield* sample(Arbitraries.image.wire)]
      assert.strictEqual(JSON.stringify(one), JSON.stringify(two))
    })
  )
})

describe("every model", () => {
  it("of the client has its arbitrary", () => {
    const schemas = Object.entries(Client).flatMap(([name, module]) => {
      const own: unknown = (module as Record<string, unknown>)[name]
      return Schema.isSchema(own) ? [name] : []
    })
    const named = Object.keys(Arbitraries).map((name) => name.toLowerCase())
    assert.includeMembers(schemas, ["Action", "BackupPolicy", "Droplet", "Image", "Region", "Size", "Snapshot", "Tag"])
    // a policy is part of a Droplet's, a rate limit is read from headers, an error is no body
    const others = ["BackupPolicy", "RateLimit", "DigitalOceanError"]
    assert.deepStrictEqual(
      schemas.filter((name) => !named.includes(name.toLowerCase()) && !others.includes(name)),
      []
    )
  })

  for (const [name, { model, schema, wire }] of Object.entries(Arbitraries)) {
    it.effect(`is JSON on the wire, and what the client decodes of it: ${name}`, () =>
      Effect.gen(function* () {
        for (const json of yield* sample<unknown>(wire)) {
          assert.strictEqual(JSON.stringify(JSON.parse(JSON.stringify(json))), JSON.stringify(json))
          yield* Schema.decodeUnknownEffect(schema as Schema.Codec<unknown, unknown>)(json)
        }
        for (const one of yield* sample<unknown>(model)) {
          yield* Schema.encodeEffect(schema as Schema.Codec<unknown, unknown>)(one)
        }
      })
    )
  }
})
