import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { inspect } from "node:util"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { send } from "../../support/requests.ts"

const test = TestDigitalOcean.TestDigitalOcean

describe("options", () => {
  // R57
  const image = { id: 7, name: "a" }
  const refused: ReadonlyArray<readonly [options: object, says: string]> = [
    [{ speed: 0 }, "speed: Expected a value greater than 0"],
    [{ speed: Number.NaN }, "speed: Expected a finite number"],
    [{ speed: Number.POSITIVE_INFINITY }, "speed: Expected a finite number"],
    [{ limits: { minute: 0 } }, "limits.minute: Expected a value greater than or equal to 1"],
    [{ limits: { hour: Number.NaN } }, "limits.hour: Expected an integer"],
    [{ limits: { minute: 2.5 } }, "limits.minute: Expected an integer"],
    [{ limits: { second: 1 } }, "limits.second: unknown"],
    [{ latency: -1 }, "latency: Expected a time span such as 10 seconds, got -1"],
    [{ latency: "soon" }, "latency: Expected a time span such as 10 seconds, got soon"],
    [{ readDelay: "-10 seconds" }, "readDelay: Expected a time span"],
    [{ statusDelay: Number.POSITIVE_INFINITY }, "statusDelay: Expected a time span"],
    [{ imageDelay: Number.NaN }, "imageDelay: Expected a time span"],
    [{ keep: -1 }, "keep: Expected a value greater than or equal to 0"],
    [{ listOrder: "newest" }, 'listOrder: Expected "newest first" | "oldest first" | "shuffled"'],
    [{ hosts: "all" }, 'hosts: Expected "loopback" | "any"'],
    [{ sped: 2 }, "sped: unknown"],
    [{ token: "" }, "token: Expected a token without spaces"],
    [{ token: "a b" }, "token: Expected a token without spaces"],
    [{ seed: { images: [image, image] } }, "seed.images[1].id: Expected an id of its own, got 7 again"],
    [
      { seed: { images: [{ ...image, created_at: "yesterday" }] } },
      "seed.images[0].created_at: Expected a time such as"
    ],
    [{ seed: { images: [{ ...image, age: "-1 days" }] } }, "seed.images[0].age: Expected a time span"],
    [{ seed: { images: [{ ...image, min_disk_size: 0.5 }] } }, "seed.images[0].min_disk_size: Expected an integer"],
    [
      { seed: { images: [], droplets: [{ ...image, size: "huge" }] } },
      "seed.droplets[0].size: Expected a size, one of"
    ],
    [{ seed: [] }, "seed: Expected object"],
    [{ accounts: [] }, "accounts[0]: missing"],
    [
      { accounts: [{ name: "a", seed: { images: [image, image] } }] },
      "accounts[0].seed.images[1].id: Expected an id of its own, got 7 again"
    ],
    [
      { accounts: [{ name: "a" }, { name: "a", token: "t" }] },
      "accounts[1].name: Expected a name of its own, got a again"
    ],
    [
      {
        accounts: [
          { name: "a", token: "t" },
          { name: "b", token: "t" }
        ]
      },
      "accounts[1].token: Expected a token of its own, got t again"
    ],
    [{ accounts: [{ name: "a" }, { name: "b" }] }, "accounts[1].token: Expected a token of its own, got none again"],
    [
      { accounts: [{ name: "a" }, { name: "b", token: "t", email: "a@example.com" }] },
      "accounts[1].email: Expected a email of its own, got a@example.com again"
    ]
  ]
  for (const [options, says] of refused) {
    it.effect(`that make no sense are a defect that says so: ${inspect(options, { depth: 9, breakLength: 999 })}`, () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(Effect.provide(send("GET", "/v2/images"), TestDigitalOcean.layer(options)))
        const [defect] = Exit.isFailure(exit) ? exit.cause.reasons.filter(Cause.isDieReason) : []
        const error = defect?.defect
        assert.include(error instanceof TestDigitalOcean.InvalidOptions ? error.message : inspect(exit), says)
      })
    )
  }

  it.effect("that are all undefined are the default ones", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* send("GET", "/v2/images?private=true&x=1")).status, 400)
      assert.strictEqual((yield* (yield* test).images()).length, Seed.demo.images.length)
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          strict: undefined,
          seed: undefined,
          speed: undefined,
          hosts: undefined,
          limits: undefined
        })
      )
    )
  )
})

// R43: what is put in behind the client's back is read by the client, too
describe("putImage", () => {
  for (const [image, says] of [
    [{ id: 0, name: "a" }, "id: Expected a value greater than or equal to 1"],
    [{ id: 7, name: "a", min_disk_size: 0.5 }, "min_disk_size: Expected an integer"],
    [{ id: 7, name: "a", created_at: "yesterday" }, "created_at: Expected a time such as"]
  ] as const) {
    it.effect(`of what is no image is a defect that says so: ${JSON.stringify(image)}`, () =>
      Effect.gen(function* () {
        const { images, putImage } = yield* test
        const exit = yield* Effect.exit(putImage(image))
        assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", says)
        assert.deepStrictEqual(yield* images(), [])
      }).pipe(Effect.provide(TestDigitalOcean.layer({ seed: Seed.empty })))
    )
  }
})
