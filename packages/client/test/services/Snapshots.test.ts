import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Images from "../../src/Images.ts"
import * as Snapshot from "../../src/Snapshot.ts"
import * as Snapshots from "../../src/Snapshots.ts"
import * as Volumes from "../../src/Volumes.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { page, snapshot } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2"
const { empty, json } = RecordingClient

const image = 166404101
const droplet = 413118204
const volume = "506f78a4-e098-11e5-ad9f-000f53306ae1"

const whole = Schema.decodeUnknownSync(Snapshot.Snapshot)(snapshot())
const snapshots = <A, E>(f: (all: Snapshots.Snapshots["Service"]) => Effect.Effect<A, E>) => Snapshots.Snapshots.use(f)

describe("Snapshots", () => {
  it.effect("lists the snapshots of Droplets and of volumes, with the ids of their images and Droplets", () =>
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

  it.effect("fails with BadRequest for an image that is not a snapshot, and with NotFound for a deleted one", () =>
    Effect.gen(function* () {
      const snapshots = yield* Snapshots.Snapshots
      assert.strictEqual((yield* Effect.flip(snapshots.get(166480233))).reason._tag, "BadRequest")
      yield* snapshots.delete(image)
      assert.strictEqual((yield* Effect.flip(snapshots.get(image))).reason._tag, "NotFound")
      const images = yield* Images.Images
      assert.strictEqual((yield* Effect.flip(images.get(image))).reason._tag, "NotFound")
    }).pipe(Effect.provide(account()))
  )

  sendsRequests([
    [
      "list",
      snapshots((s) => Stream.runCollect(s.list({ resource_type: "volume" }))),
      json(page("snapshots", [snapshot()])),
      `GET ${api}/snapshots?resource_type=volume&page=1&per_page=200`
    ],
    [
      "get with an id as text",
      snapshots((s) => s.get("6372321")),
      json({ snapshot: snapshot() }),
      `GET ${api}/snapshots/6372321`
    ],
    [
      "get with an image id",
      snapshots((s) => s.get(6372321)),
      json({ snapshot: snapshot() }),
      `GET ${api}/snapshots/6372321`
    ],
    ["delete", snapshots((s) => s.delete(whole)), empty(204), `DELETE ${api}/snapshots/6372321`]
  ])

  rejectsInput([
    ["NaN as snapshot id", snapshots((s) => s.get(Number.NaN)), "snapshot_id"],
    ["a negative snapshot id", snapshots((s) => s.delete(-1)), "snapshot_id"],
    ["null as snapshot", snapshots((s) => s.get(null as never)), "snapshot_id"],
    ["an empty snapshot id", snapshots((s) => s.get("")), "snapshot_id"]
  ])

  diesUnimplemented("delete", snapshots((s) => s.delete("7")).pipe(Effect.provide(Snapshots.layerTest({}))))
})
