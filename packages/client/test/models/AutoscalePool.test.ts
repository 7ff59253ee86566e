import { Fixtures } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as AutoscalePool from "../../src/AutoscalePool.ts"
import * as Image from "../../src/Image.ts"
import { testCodec } from "../support/codec.ts"

const nothing = {
  target_number_instances: null,
  min_instances: null,
  max_instances: null,
  target_cpu_utilization: null,
  target_memory_utilization: null,
  cooldown_minutes: null
}
const whole = Fixtures.autoscalePool({ config: { ...nothing, target_number_instances: 2 } })

testCodec("AutoscalePool", AutoscalePool.AutoscalePool, whole, ["id", "created_at"])
testCodec("Member", AutoscalePool.Member, { ...Fixtures.autoscaleMember(), unhealthy_reason: "off" }, [
  "droplet_id",
  "created_at"
])
testCodec("HistoryEvent", AutoscalePool.HistoryEvent, Fixtures.autoscaleEvent(), ["history_event_id", "created_at"])

describe("the template of a pool", () => {
  const image = Schema.decodeUnknownSync(Image.Image)(Fixtures.image({ slug: "web" }))
  const decode = Schema.decodeUnknownSync(AutoscalePool.AutoscalePool)
  const pool = (droplet_template: unknown) => decode({ ...Fixtures.autoscalePool(), droplet_template })

  for (const [named, refers] of [
    [String(image.id), true],
    [image.id, true],
    ["web", true],
    ["7938292", false],
    [null, undefined]
  ] as const) {
    it(`that names ${JSON.stringify(named)} refers to image 7938291 with the slug web: ${refers}`, () => {
      assert.strictEqual(AutoscalePool.refersTo(pool({ image: named }), image), refers)
    })
  }

  it("that is missing in the response may refer to any image", () => {
    assert.isUndefined(AutoscalePool.refersTo(pool(null), image))
  })

  it("without a slug is not that of an image without one", () => {
    assert.isFalse(AutoscalePool.refersTo(pool({ image: "null" }), { id: image.id, slug: null }))
  })
})
