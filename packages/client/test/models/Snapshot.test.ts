import { assert, describe, it } from "@effect/vitest"
import { Fixtures } from "@effect-digitalocean/testing"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Droplet from "../../src/Droplet.ts"
import * as Image from "../../src/Image.ts"
import * as Snapshot from "../../src/Snapshot.ts"
import { testCodec } from "../support/codec.ts"

const { droplet, image, snapshot } = Fixtures
const decode = Schema.decodeUnknownSync(Snapshot.Snapshot)

testCodec("Snapshot", Snapshot.Snapshot, snapshot(), ["id", "created_at"])

describe("a snapshot of a Droplet", () => {
  const one = decode(snapshot())
  const asImage = Schema.decodeUnknownSync(Image.Image)(image({ id: 6372321 }))

  it("has the id of its image", () => {
    assert.deepStrictEqual(Snapshot.imageId(one), Option.some(asImage.id))
    assert.strictEqual(Snapshot.idOf(asImage), one.id)
    assert.strictEqual(Snapshot.idOf(6372321), one.id)
    assert.strictEqual(Snapshot.idOf("6372321"), one.id)
  })

  it("has the id of its Droplet", () => {
    const { id } = Schema.decodeUnknownSync(Droplet.Droplet)(droplet())
    assert.deepStrictEqual(Snapshot.dropletId(one), Option.some(id))
  })

  it("decodes ids that are numbers to text", () => {
    assert.deepStrictEqual(decode(snapshot({ id: 6372321, resource_id: 3164494 })), one)
  })

  for (const id of ["0", "-7", "7.5", "9007199254740993", "abc"]) {
    it(`has no image id when its own id is ${id}`, () => {
      assert.deepStrictEqual(Snapshot.imageId(decode(snapshot({ id }))), Option.none())
    })
  }
})

describe("a snapshot of a volume", () => {
  it("has neither an image id nor a Droplet id", () => {
    const fields = { id: "fbe805e8-866b-11e6-96bf-000f53315a41", resource_type: "volume", resource_id: "82a48a18" }
    const volume = decode(snapshot(fields))
    assert.isTrue(Snapshot.isVolumeSnapshot(volume))
    assert.deepStrictEqual([Snapshot.imageId(volume), Snapshot.dropletId(volume)], [Option.none(), Option.none()])
  })
})
