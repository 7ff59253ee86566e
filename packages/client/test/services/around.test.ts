import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import {
  Accounts,
  AccountTransfers,
  Droplets,
  Image,
  Images,
  Placement,
  Regions,
  Sizes,
  Snapshot,
  Snapshots,
  Tag,
  Tags,
  Volumes
} from "../../src/index.ts"
import { account } from "../support/inMemory.ts"
import { lines, recorded } from "../support/recorded.ts"

const image = 166404101
const droplet = 413118204
const volume = "506f78a4-e098-11e5-ad9f-000f53306ae1"

describe("Snapshots", () => {
  it.effect("lists the snapshots of Droplets and volumes, which join their images and Droplets", () =>
    Effect.gen(function* () {
      const snapshots = yield* Snapshots.Snapshots
      const volumes = yield* Volumes.Volumes
      const taken = yield* volumes.takeSnapshot(volume, { name: "data" })
      const all = yield* Stream.runCollect(snapshots.list())
      assert.strictEqual(all.length, 4)
      const ofDroplets = yield* Stream.runCollect(snapshots.list({ resource_type: "droplet" }))
      const one = ofDroplets.find(({ id }) => id === String(image))
      assert.deepStrictEqual(one && Snapshot.imageId(one), Option.some(image))
      assert.deepStrictEqual(one && Snapshot.dropletId(one), Option.some(droplet))
      const images = yield* Images.Images
      assert.strictEqual((yield* images.get(Option.getOrThrow(Snapshot.imageId(one!)))).name, one?.name)
      assert.deepStrictEqual(yield* Stream.runCollect(snapshots.list({ resource_type: "volume" })), [taken])
      assert.deepStrictEqual(yield* Stream.runCollect(volumes.snapshots(volume)), [taken])
      assert.deepStrictEqual(yield* snapshots.get(image), one)
    }).pipe(Effect.provide(account()))
  )

  it.effect("an image that is no snapshot is refused, one that is gone is not found", () =>
    Effect.gen(function* () {
      const snapshots = yield* Snapshots.Snapshots
      assert.strictEqual((yield* Effect.flip(snapshots.get(166480233))).reason._tag, "BadRequest")
      yield* snapshots.delete(image)
      assert.strictEqual((yield* Effect.flip(snapshots.get(image))).reason._tag, "NotFound")
      const images = yield* Images.Images
      assert.strictEqual((yield* Effect.flip(images.get(image))).reason._tag, "NotFound")
    }).pipe(Effect.provide(account()))
  )
})

describe("Volumes", () => {
  it.effect("are listed, by name and region", () =>
    Effect.gen(function* () {
      const volumes = yield* Volumes.Volumes
      const [only, ...others] = yield* Stream.runCollect(volumes.list())
      assert.deepStrictEqual([only?.id, only?.name, only?.region?.slug, others.length], [volume, "data", "fra1", 0])
      assert.deepStrictEqual(yield* Stream.runCollect(volumes.list({ name: "data", region: "fra1" })), [only])
      assert.deepStrictEqual(yield* Stream.runCollect(volumes.list({ region: "nyc3" })), [])
    }).pipe(Effect.provide(account()))
  )

  it.effect("are snapshotted once in ten minutes", () =>
    Effect.gen(function* () {
      const volumes = yield* Volumes.Volumes
      yield* volumes.takeSnapshot(volume, { name: "one" })
      const error = yield* Effect.flip(volumes.takeSnapshot(volume, { name: "two" }))
      assert.instanceOf(error, Volumes.SnapshotRateLimited)
      assert.strictEqual(error.volume_id, volume)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* volumes.takeSnapshot(volume, { name: "two" })).name, "two")
    }).pipe(Effect.provide(account()))
  )
})

describe("Tags", () => {
  it.effect("are put on images and Droplets, counted, taken off, and deleted", () =>
    Effect.gen(function* () {
      const tags = yield* Tags.Tags
      const images = yield* Images.Images
      const both = [Tag.image(image), Tag.droplet(droplet)]
      yield* tags.tag("release:7", both)
      assert.isTrue(Image.hasTag("release:7")(yield* images.get(image)))
      const { resources } = yield* tags.get("release:7")
      assert.deepStrictEqual([resources.count, resources.images.count, resources.droplets.count], [2, 1, 1])
      assert.strictEqual((yield* Stream.runCollect(images.list({ tag_name: "release:7" }))).length, 1)
      yield* tags.untag("release:7", [Tag.image(image)])
      assert.isFalse(Image.hasTag("release:7")(yield* images.get(image)))
      yield* tags.delete("release:7")
      assert.strictEqual((yield* Effect.flip(tags.get("release:7"))).reason._tag, "NotFound")
      const droplets = yield* Droplets.Droplets
      assert.deepStrictEqual((yield* droplets.get(droplet)).tags, ["web"])
    }).pipe(Effect.provide(account()))
  )

  it.effect("are listed by name", () =>
    Effect.gen(function* () {
      const tags = yield* Tags.Tags
      yield* tags.create("a")
      yield* tags.create("a")
      assert.deepStrictEqual(
        (yield* Stream.runCollect(tags.list())).map(({ name }) => name),
        ["a", "db", "web"]
      )
    }).pipe(Effect.provide(account()))
  )

  const missing = RecordingClient.json({ id: "not_found", message: "m" }, 404)
  const made = RecordingClient.json({ tag: { name: "new" } }, 201)
  const tag = (create?: boolean) =>
    Tags.Tags.use((tags) => tags.tag("new", [Tag.image(7)], create === undefined ? undefined : { create }))

  it.effect("that are missing are made on the way, once", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(tag())
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.deepStrictEqual(
        (yield* lines).map((line) => line.replace(/ \{.*/, "").replace("https://api.digitalocean.com", "")),
        ["POST /v2/tags/new/resources", "POST /v2/tags", "POST /v2/tags/new/resources"]
      )
    }).pipe(recorded([missing, made, missing]))
  )

  it.effect("that are missing are not made when that is not wanted", () =>
    Effect.gen(function* () {
      yield* Effect.flip(tag(false))
      assert.strictEqual((yield* lines).length, 1)
    }).pipe(recorded([missing]))
  )
})

describe("Regions and Sizes", () => {
  it.effect("say where an image can go and what it runs on", () =>
    Effect.gen(function* () {
      const one = yield* Images.Images.use((images) => images.get(image))
      const regions = yield* Regions.Regions.use((regions) => Stream.runCollect(regions.list()))
      const sizes = yield* Sizes.Sizes.use((sizes) => Stream.runCollect(sizes.list()))
      const receiving = regions.filter(Placement.canReceive(one)).map(({ slug }) => slug)
      assert.include(receiving, "sfo3")
      assert.notInclude(receiving, "nyc3")
      const home = regions.find(({ slug }) => slug === "nyc3")
      assert.deepStrictEqual(
        sizes.filter(Placement.canRunOn(one, home!)).map(({ disk }) => disk),
        sizes
          .filter(({ disk, regions }) => disk !== null && disk >= 25 && regions.includes("nyc3"))
          .map(({ disk }) => disk)
      )
    }).pipe(Effect.provide(account()))
  )
})

describe("Accounts", () => {
  it.effect("tells who the token is, and the budget last seen", () =>
    Effect.gen(function* () {
      const service = yield* Accounts.Accounts
      assert.isTrue(Option.isNone(yield* service.rateLimit))
      assert.deepInclude(yield* service.get, { email: "demo@example.com", status: "active", droplet_limit: 25 })
      assert.strictEqual(Option.getOrThrow(yield* service.rateLimit).remaining, 4999)
    }).pipe(Effect.provide(account()))
  )
})

describe("layerTest of every service", () => {
  const programs: ReadonlyArray<[name: string, program: Effect.Effect<unknown, unknown>]> = [
    ["delete", Snapshots.Snapshots.use((all) => all.delete("7")).pipe(Effect.provide(Snapshots.layerTest({})))],
    ["get", Droplets.Droplets.use((all) => all.get(7)).pipe(Effect.provide(Droplets.layerTest({})))],
    ["listPage", Regions.Regions.use((all) => all.listPage()).pipe(Effect.provide(Regions.layerTest({})))],
    ["listPage", Sizes.Sizes.use((all) => all.listPage()).pipe(Effect.provide(Sizes.layerTest({})))],
    ["create", Tags.Tags.use((all) => all.create("a")).pipe(Effect.provide(Tags.layerTest({})))],
    [
      "takeSnapshot",
      Volumes.Volumes.use((all) => all.takeSnapshot("v", { name: "n" })).pipe(Effect.provide(Volumes.layerTest({})))
    ],
    ["get", Accounts.Accounts.use((account) => account.get).pipe(Effect.provide(Accounts.layerTest({})))],
    [
      "cancel",
      AccountTransfers.AccountTransfers.use((all) => all.cancel(7, 7)).pipe(
        Effect.provide(AccountTransfers.layerTest({}))
      )
    ]
  ]
  for (const [name, program] of programs) {
    it.effect(`dies with ${name}, which was not given`, () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(program)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
        assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", name)
      })
    )
  }
})
