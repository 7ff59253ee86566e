import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { send } from "../../support/requests.ts"

const scopes = ["image:read", "image:update", "snapshot:read", "droplet:read", "actions:read", "regions:read"]

const web = 166404101

/** What a token sees of tags and sizes, over all that carries them. */
const seen = Effect.gen(function* () {
  const get = (path: string) => Effect.map(send("GET", path), ({ text }) => JSON.parse(text))
  const json = { type: "transfer", region: "sfo3" }
  const started = JSON.parse((yield* send("POST", `/v2/images/${web}/actions`, { json })).text)
  return {
    tags: [
      (yield* get(`/v2/images/${web}`)).image.tags,
      (yield* get("/v2/images?private=true")).images.map(({ tags }: { tags: unknown }) => tags),
      (yield* get(`/v2/snapshots?resource_type=droplet`)).snapshots[0].tags,
      (yield* get("/v2/droplets/413118204")).droplet.tags
    ],
    sizes: [
      (yield* get("/v2/regions")).regions[0].sizes.length,
      started.action.region.sizes.length,
      (yield* get("/v2/actions")).actions[0].region.sizes.length,
      (yield* get("/v2/droplets")).droplets[0].region.sizes.length
    ]
  }
})

const own = Seed.demo.images.length

describe("a token", () => {
  it.effect("without tag:read sees null for tags, and without sizes:read no sizes of regions", () =>
    Effect.gen(function* () {
      const { sizes, tags } = yield* seen
      assert.deepStrictEqual(tags, [null, Array.from({ length: own }, () => null), null, []])
      assert.deepStrictEqual(sizes, [0, 0, 0, 0])
    }).pipe(Effect.provide(TestDigitalOcean.layer({ scopes })))
  )

  it.effect("with tag:read sees tags alone, and with sizes:read sizes alone", () =>
    Effect.gen(function* () {
      const withScope = (scope: string) =>
        Effect.provide(seen, TestDigitalOcean.layer({ scopes: [...scopes, scope] }), { local: true })
      const { length } = Seed.region("ams3").sizes
      const tagged = yield* withScope("tag:read")
      assert.deepStrictEqual([tagged.tags[0], tagged.tags[3], tagged.sizes], [["web"], ["web"], [0, 0, 0, 0]])
      const sized = yield* withScope("sizes:read")
      assert.deepStrictEqual([sized.tags[0], sized.sizes], [null, [length, length, length, length]])
    })
  )

  it.effect("that may do everything sees everything", () =>
    Effect.gen(function* () {
      const { sizes, tags } = yield* seen
      assert.deepStrictEqual([tags[0], sizes[0]], [["web"], Seed.region("ams3").sizes.length])
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )
})
