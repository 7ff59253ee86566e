import { Fixtures } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AccountTransfers, Action, Droplet, Image, Region, Size, Snapshot, Tag, Volume } from "../src/index.ts"

const decode = <A>(schema: Schema.Codec<A, unknown>, json: unknown): A => Schema.decodeUnknownSync(schema)(json)

const image = decode(Image.Image, Fixtures.image())
const droplet = decode(Droplet.Droplet, Fixtures.droplet())
const action = decode(Action.Action, Fixtures.action())
const snapshot = decode(Snapshot.Snapshot, Fixtures.snapshot())
const volume = decode(Volume.Volume, Fixtures.volume())
const region = decode(Region.Region, Fixtures.region())
const size = decode(Size.Size, Fixtures.size())
const tag = decode(Tag.Tag, Fixtures.tag())
const transfer = AccountTransfers.Pending.make({ transfer_id: AccountTransfers.Id.make(7) })

// the annotations are the assertion: each function returns the id type of its model
const imageId: (ref: Image.Ref) => Image.Id = Image.idOf
const dropletId: (ref: Droplet.Ref) => Droplet.Id = Droplet.idOf
const actionId: (ref: Action.Ref) => Action.Id = Action.idOf
const transferId: (ref: AccountTransfers.Ref) => AccountTransfers.Id = AccountTransfers.idOf
const snapshotId: (ref: Snapshot.Ref) => Snapshot.Id = Snapshot.idOf
const volumeId: (ref: Volume.Ref) => Volume.Id = Volume.idOf
const regionSlug: (ref: Region.Ref) => Region.Slug = Region.slugOf

const functions = {
  "Image.idOf": { of: imageId, model: image, id: image.id },
  "Droplet.idOf": { of: dropletId, model: droplet, id: droplet.id },
  "Action.idOf": { of: actionId, model: action, id: action.id },
  "AccountTransfers.idOf": { of: transferId, model: transfer, id: transfer.transfer_id },
  "Snapshot.idOf": { of: snapshotId, model: snapshot, id: snapshot.id },
  "Volume.idOf": { of: volumeId, model: volume, id: volume.id },
  "Region.slugOf": { of: regionSlug, model: region, id: region.slug },
  "Size.slugOf": { of: Size.slugOf, model: size, id: size.slug },
  "Tag.nameOf": { of: Tag.nameOf, model: tag, id: tag.name }
} as const

describe("the id of a resource", () => {
  for (const [name, entry] of Object.entries(functions)) {
    const of = entry.of as (ref: unknown) => unknown

    it(`is the same for a model and for its id with ${name}`, () => {
      assert.strictEqual(of(entry.model), entry.id)
      assert.strictEqual(of(entry.id), entry.id)
    })

    for (const value of [undefined, null, Number.NaN, true, {}, { id: null, slug: null, name: null }, []]) {
      const shown = Number.isNaN(value) ? "NaN" : JSON.stringify(value)
      it(`is an invalid one that is refused before sending, never NaN, with ${name} of ${shown}`, () => {
        assert.strictEqual(of(value), typeof entry.id === "number" ? 0 : "")
      })
    }
  }

  it("of an image is the id of the Droplet's snapshot that it is", () => {
    assert.strictEqual(Snapshot.idOf(image), String(image.id))
    assert.strictEqual(Snapshot.idOf(image.id), String(image.id))
    assert.strictEqual(Snapshot.idOf(-1), "")
  })
})

describe("a resource to tag", () => {
  it("is made from a model or from its id", () => {
    assert.deepStrictEqual(Tag.image(image), Tag.image(image.id))
    assert.deepStrictEqual(Tag.droplet(droplet), { resource_id: String(droplet.id), resource_type: "droplet" })
    assert.deepStrictEqual(Tag.volume(volume), Tag.volume(volume.id))
    assert.deepStrictEqual(Tag.volumeSnapshot(snapshot), Tag.volumeSnapshot(snapshot.id))
  })

  for (const id of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
    it(`is refused before sending with the id ${id}`, () => {
      const isResource = Schema.is(Tag.Resource)
      assert.isFalse(isResource(Tag.image(id)))
      assert.isFalse(isResource(Tag.droplet(id)))
    })
  }
})
