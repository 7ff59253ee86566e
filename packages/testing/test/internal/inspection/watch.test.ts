import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { send } from "../../support/requests.ts"

const test = TestDigitalOcean.TestDigitalOcean

const seed: Seed.Seed = {
  images: [{ id: 7, name: "web", size_gigabytes: 1 }],
  droplets: [{ id: 413, name: "web-01" }],
  volumes: [{ id: "v", name: "data", size_gigabytes: 10, region: "nyc3" }]
}

const account = TestDigitalOcean.layer({ seed })

const messages = Effect.gen(function* () {
  return (yield* (yield* test).violations).map(({ invariant, message }) => `${invariant}: ${message}`)
})

const image = { name: "x", url: "https://example.com/x.img", region: "nyc3" }
const droplet = { name: "web-02", image: 7, size: "s-1vcpu-1gb", region: "nyc3" }

describe("asking twice", () => {
  for (const [path, json, again, message] of [
    ["/v2/images", image, "0 seconds", "created image 210000002, and had created image 210000001 before"],
    ["/v2/droplets", droplet, "1 minute", "created droplet 520000002, and had created droplet 520000001 before"],
    ["/v2/volumes/v/snapshots", { name: "s" }, "1 hour", "-000000000002, and had created snapshot fbe805e8"],
    [
      "/v2/droplets/413/actions",
      { type: "snapshot", name: "s" },
      "1 hour",
      "created action 3200000002, and had created action 3200000001 before"
    ]
  ] as const) {
    it.effect(`for ${path} ${JSON.stringify(json)} is a violation`, () =>
      Effect.gen(function* () {
        assert.isBelow((yield* send("POST", path, { json })).status, 300)
        yield* (yield* test).check
        yield* TestClock.adjust(again)
        assert.isBelow((yield* send("POST", path, { json })).status, 300)
        const [only, ...others] = yield* messages
        assert.include(only, `no-duplicate-creation: POST ${path} ${JSON.stringify(json)}`)
        assert.include(only, message)
        assert.deepStrictEqual(others, [])
        const { message: text } = yield* Effect.flip((yield* test).check)
        assert.include(text, message)
        assert.include(
          text,
          `201 POST ${path}`.replace("201", path === "/v2/images" || path === "/v2/droplets" ? "202" : "201")
        )
      }).pipe(Effect.provide(account))
    )
  }

  it.effect("after the answer was lost is a violation all the same", () =>
    Effect.gen(function* () {
      yield* Effect.ignore(send("POST", "/v2/images", { json: image }))
      yield* send("POST", "/v2/images", { json: image })
      assert.strictEqual((yield* messages).length, 1)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed, faults: [{ fault: "reset", when: "after" }] })))
  )

  it.effect("of what was not executed, has failed, was rejected, or is something else, is no violation", () =>
    Effect.gen(function* () {
      const { endAction, violations } = yield* test
      yield* Effect.ignore(send("POST", "/v2/images", { json: image }))
      yield* send("POST", "/v2/images", { json: image })
      yield* send("POST", "/v2/images", { json: { ...image, name: "y" } })
      const json = { type: "transfer", region: "sfo3" }
      const { body } = yield* send("POST", "/v2/images/7/actions", { json })
      assert.strictEqual((yield* send("POST", "/v2/images/7/actions", { json })).status, 422)
      yield* endAction(body.action.id, "errored")
      assert.strictEqual((yield* send("POST", "/v2/images/7/actions", { json })).status, 201)
      const failing = { ...image, url: "https://example.com/fail.img" }
      yield* send("POST", "/v2/images", { json: failing })
      yield* TestClock.adjust("1 hour")
      yield* send("POST", "/v2/images", { json: failing })
      for (const type of ["power_off", "power_on", "power_off"]) {
        yield* send("POST", "/v2/droplets/413/actions", { json: { type } })
        yield* TestClock.adjust("1 minute")
      }
      assert.deepStrictEqual(yield* violations, [])
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed, faults: [{ fault: "reset", when: "before" }] })))
  )
})

describe("the budget", () => {
  it.effect("past which a client goes is a violation; a fault is not the client's", () =>
    Effect.gen(function* () {
      const get = send("GET", "/v2/images/7")
      assert.strictEqual((yield* get).status, 429)
      yield* get
      yield* get
      assert.deepStrictEqual(yield* messages, [])
      assert.strictEqual((yield* get).status, 429)
      assert.deepStrictEqual(yield* messages, ["within-rate-limit: GET /v2/images/7 exceeded the rate limit"])
      yield* (yield* test).reset
      assert.deepStrictEqual(yield* messages, [])
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({ seed, limits: { minute: 2 }, faults: [{ fault: "rate-limit", window: "minute" }] })
      )
    )
  )
})

describe("what the account holds", () => {
  it.effect("is returned as DigitalOcean writes it", () =>
    Effect.gen(function* () {
      const { droplets, snapshots, tags } = yield* test
      yield* send("POST", "/v2/tags", { json: { name: "golden" } })
      const resources = [{ resource_id: "7", resource_type: "image" }]
      yield* send("POST", "/v2/tags/golden/resources", { json: { resources } })
      yield* send("POST", "/v2/volumes/v/snapshots", { json: { name: "s" } })
      assert.deepStrictEqual(yield* droplets(), (yield* send("GET", "/v2/droplets")).body.droplets)
      assert.deepStrictEqual(yield* snapshots(), (yield* send("GET", "/v2/snapshots")).body.snapshots)
      assert.deepStrictEqual(yield* tags(), (yield* send("GET", "/v2/tags")).body.tags)
      assert.deepStrictEqual(
        [(yield* droplets()).length, (yield* snapshots()).length, (yield* tags())[0]?.resources.count],
        [1, 2, 1]
      )
    }).pipe(Effect.provide(account))
  )
})
