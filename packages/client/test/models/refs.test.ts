import { Fixtures, RecordingClient } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import {
  AccountTransfers,
  Action,
  Actions,
  AutoscalePool,
  AutoscalePools,
  type DigitalOcean,
  Droplet,
  Droplets,
  Image,
  Images,
  Region,
  Size,
  Snapshot,
  Snapshots,
  Tag,
  Tags,
  Volume,
  Volumes
} from "../../src/index.ts"
import { lines, recorded } from "../support/recorded.ts"

const decode = <A>(schema: Schema.Codec<A, unknown>, json: unknown): A => Schema.decodeUnknownSync(schema)(json)

const image = decode(Image.Image, Fixtures.image())
const droplet = decode(Droplet.Droplet, Fixtures.droplet())
const action = decode(Action.Action, Fixtures.action())
const pool = decode(AutoscalePool.AutoscalePool, Fixtures.autoscalePool())
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
const poolId: (ref: AutoscalePool.Ref) => AutoscalePool.Id = AutoscalePool.idOf
const regionSlug: (ref: Region.Ref) => Region.Slug = Region.slugOf

const functions = {
  "Image.idOf": { of: imageId, model: image, id: image.id },
  "Droplet.idOf": { of: dropletId, model: droplet, id: droplet.id },
  "Action.idOf": { of: actionId, model: action, id: action.id },
  "AccountTransfers.idOf": { of: transferId, model: transfer, id: transfer.transfer_id },
  "Snapshot.idOf": { of: snapshotId, model: snapshot, id: snapshot.id },
  "Volume.idOf": { of: volumeId, model: volume, id: volume.id },
  "AutoscalePool.idOf": { of: poolId, model: pool, id: pool.id },
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

  it("of a tag is what an image is searched for", () => {
    assert.isTrue(Image.hasTag(tag)({ ...image, tags: [tag.name] }))
    assert.isFalse(Image.hasTag(tag)({ ...image, tags: ["other"] }))
  })

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

/** Every resource that an operation can name, as models or as ids. */
interface Resources {
  readonly image: Image.Ref
  readonly droplet: Droplet.Ref
  readonly action: Action.Ref
  readonly snapshot: Snapshot.Ref
  readonly volume: Volume.Ref
  readonly pool: AutoscalePool.Ref
  readonly region: Region.Ref
  readonly size: Size.Ref
  readonly tag: Tag.Ref
  readonly transfer: AccountTransfers.Ref
}

const models: Resources = { image, droplet, action, snapshot, volume, pool, region, size, tag, transfer }

const ids: Resources = {
  image: Number(image.id),
  droplet: Number(droplet.id),
  action: Number(action.id),
  snapshot: String(snapshot.id),
  volume: String(volume.id),
  pool: String(pool.id),
  region: String(region.slug),
  size: size.slug,
  tag: tag.name,
  transfer: Number(transfer.transfer_id)
}

type Program = Effect.Effect<unknown, unknown, DigitalOcean.Services>

const { AccountTransfers: Transfers } = AccountTransfers
const options = ({ image, region, size, tag, volume }: Resources) => ({
  image,
  size,
  region,
  tags: [tag],
  volumes: [volume]
})

const wholePool = ({ image, region, size, tag }: Resources) => ({
  name: "web",
  config: { target_number_instances: 2 },
  droplet_template: { image, size, region, tags: [tag], ssh_keys: [] }
})

const operations: Record<string, (resources: Resources) => Program> = {
  "Images.list": ({ tag }) => Images.Images.use((all) => Stream.runCollect(all.list({ tag_name: tag }))),
  "Images.listPage": ({ tag }) => Images.Images.use((all) => all.listPage({ tag_name: tag })),
  "Images.get": ({ image }) => Images.Images.use((all) => all.get(image)),
  "Images.create": ({ region, tag }) =>
    Images.Images.use((all) => all.create({ name: "web", url: "https://example.com/web.img", region, tags: [tag] })),
  "Images.update": ({ image }) => Images.Images.use((all) => all.update(image, { name: "web" })),
  "Images.delete": ({ image }) => Images.Images.use((all) => all.delete(image)),
  "Images.transfer": ({ image, region }) => Images.Images.use((all) => all.transfer(image, region)),
  "Images.convert": ({ image }) => Images.Images.use((all) => all.convert(image)),
  "Images.performAction": ({ image }) => Images.Images.use((all) => all.performAction(image, "convert")),
  "Images.actions": ({ image }) => Images.Images.use((all) => Stream.runCollect(all.actions(image))),
  "Images.action": ({ action, image }) => Images.Images.use((all) => all.action(image, action)),
  "Images.currentAction": ({ image }) => Images.Images.use((all) => all.currentAction(image)),
  "Actions.get": ({ action }) => Actions.Actions.use((all) => all.get(action)),
  "Droplets.list": ({ tag }) => Droplets.Droplets.use((all) => Stream.runCollect(all.list({ tag_name: tag }))),
  "Droplets.get": ({ droplet }) => Droplets.Droplets.use((all) => all.get(droplet)),
  "Droplets.create": (all) => Droplets.Droplets.use((it) => it.create({ name: "web-1", ...options(all) })),
  "Droplets.createMany": (all) => Droplets.Droplets.use((it) => it.createMany({ names: ["web-1"], ...options(all) })),
  "Droplets.delete": ({ droplet }) => Droplets.Droplets.use((all) => all.delete(droplet)),
  "Droplets.actions": ({ droplet }) => Droplets.Droplets.use((all) => Stream.runCollect(all.actions(droplet))),
  "Droplets.action": ({ action, droplet }) => Droplets.Droplets.use((all) => all.action(droplet, action)),
  "Droplets.snapshots": ({ droplet }) => Droplets.Droplets.use((all) => Stream.runCollect(all.snapshots(droplet))),
  "Droplets.backups": ({ droplet }) => Droplets.Droplets.use((all) => Stream.runCollect(all.backups(droplet))),
  "Droplets.snapshot": ({ droplet }) => Droplets.Droplets.use((all) => all.snapshot(droplet, "web")),
  "Droplets.restore": ({ droplet, image }) => Droplets.Droplets.use((all) => all.restore(droplet, image)),
  "Droplets.rebuild": ({ droplet, image }) => Droplets.Droplets.use((all) => all.rebuild(droplet, image)),
  "Droplets.enableBackups": ({ droplet }) => Droplets.Droplets.use((all) => all.enableBackups(droplet)),
  "Droplets.disableBackups": ({ droplet }) => Droplets.Droplets.use((all) => all.disableBackups(droplet)),
  "Droplets.powerOff": ({ droplet }) => Droplets.Droplets.use((all) => all.powerOff(droplet)),
  "Droplets.performAction": ({ droplet }) => Droplets.Droplets.use((all) => all.performAction(droplet, "reboot")),
  "Droplets.performActionByTag": ({ tag }) => Droplets.Droplets.use((all) => all.performActionByTag(tag, "reboot")),
  "Droplets.backupPolicy": ({ droplet }) => Droplets.Droplets.use((all) => all.backupPolicy(droplet)),
  "AutoscalePools.get": ({ pool }) => AutoscalePools.AutoscalePools.use((all) => all.get(pool)),
  "AutoscalePools.create": (all) => AutoscalePools.AutoscalePools.use((it) => it.create(wholePool(all))),
  "AutoscalePools.update": (all) => AutoscalePools.AutoscalePools.use((it) => it.update(all.pool, wholePool(all))),
  "AutoscalePools.delete": ({ pool }) => AutoscalePools.AutoscalePools.use((all) => all.delete(pool)),
  "AutoscalePools.members": ({ pool }) =>
    AutoscalePools.AutoscalePools.use((all) => Stream.runCollect(all.members(pool))),
  "AutoscalePools.history": ({ pool }) =>
    AutoscalePools.AutoscalePools.use((all) => Stream.runCollect(all.history(pool))),
  "Snapshots.get": ({ snapshot }) => Snapshots.Snapshots.use((all) => all.get(snapshot)),
  "Snapshots.delete": ({ snapshot }) => Snapshots.Snapshots.use((all) => all.delete(snapshot)),
  "Volumes.list": ({ region }) => Volumes.Volumes.use((all) => Stream.runCollect(all.list({ region }))),
  "Volumes.snapshots": ({ volume }) => Volumes.Volumes.use((all) => Stream.runCollect(all.snapshots(volume))),
  "Volumes.takeSnapshot": ({ tag, volume }) =>
    Volumes.Volumes.use((all) => all.takeSnapshot(volume, { name: "data", tags: [tag] })),
  "Tags.get": ({ tag }) => Tags.Tags.use((all) => all.get(tag)),
  "Tags.delete": ({ tag }) => Tags.Tags.use((all) => all.delete(tag)),
  "Tags.tag": ({ image, tag, volume }) => Tags.Tags.use((all) => all.tag(tag, [Tag.image(image), Tag.volume(volume)])),
  "Tags.untag": ({ droplet, tag }) => Tags.Tags.use((all) => all.untag(tag, [Tag.droplet(droplet)])),
  "AccountTransfers.create": ({ image }) => Transfers.use((all) => all.create(image, { recipient_uuid: "5a4981aa" })),
  "AccountTransfers.accept": ({ image, transfer }) =>
    Transfers.use((all) => all.accept(image, transfer, { recipient_uuid: "5a4981aa" })),
  "AccountTransfers.cancel": ({ image, transfer }) => Transfers.use((all) => all.cancel(image, transfer)),
  "AccountTransfers.decline": ({ image, transfer }) => Transfers.use((all) => all.decline(image, transfer))
}

/** The requests of an operation, every one of which is refused with 400. */
const requestsOf = (program: Program) =>
  Effect.andThen(Effect.exit(program), lines).pipe(
    recorded(Array.from({ length: 4 }, () => RecordingClient.json({ id: "bad_request", message: "any" }, 400)))
  )

describe("a model and its id", () => {
  for (const [name, program] of Object.entries(operations)) {
    it.effect(`are the same to ${name}`, () =>
      Effect.gen(function* () {
        const requests = yield* requestsOf(program(ids))
        assert.isNotEmpty(requests)
        assert.deepStrictEqual(yield* requestsOf(program(models)), requests)
      })
    )
  }
})
