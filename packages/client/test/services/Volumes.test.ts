import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Volumes from "../../src/Volumes.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { page, snapshot, volume } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2"
const { json } = RecordingClient

const id = "506f78a4-e098-11e5-ad9f-000f53306ae1"
const volumes = <A, E>(f: (volumes: Volumes.Volumes["Service"]) => Effect.Effect<A, E>) => Volumes.Volumes.use(f)

describe("Volumes", () => {
  it.effect("lists volumes, also those of one name and region", () =>
    Effect.gen(function* () {
      const volumes = yield* Volumes.Volumes
      const [only, ...others] = yield* Stream.runCollect(volumes.list())
      assert.deepStrictEqual([only?.id, only?.name, only?.region?.slug, others.length], [id, "data", "fra1", 0])
      assert.deepStrictEqual(yield* Stream.runCollect(volumes.list({ name: "data", region: "fra1" })), [only])
      assert.deepStrictEqual(yield* Stream.runCollect(volumes.list({ region: "nyc3" })), [])
    }).pipe(Effect.provide(account()))
  )

  it.effect("takes a second snapshot of a volume no sooner than ten minutes after the first", () =>
    Effect.gen(function* () {
      const volumes = yield* Volumes.Volumes
      yield* volumes.takeSnapshot(id, { name: "one" })
      const error = yield* Effect.flip(volumes.takeSnapshot(id, { name: "two" }))
      assert.instanceOf(error, Volumes.SnapshotRateLimited)
      assert.strictEqual(error.volume_id, id)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* volumes.takeSnapshot(id, { name: "two" })).name, "two")
    }).pipe(Effect.provide(account()))
  )

  sendsRequests([
    [
      "list",
      volumes((v) => Stream.runCollect(v.list({ region: "nyc3" }))),
      json(page("volumes", [volume()])),
      `GET ${api}/volumes?region=nyc3&page=1&per_page=200`
    ],
    [
      "snapshots",
      volumes((v) => Stream.runCollect(v.snapshots("82a48a18"))),
      json(page("snapshots", [snapshot()])),
      `GET ${api}/volumes/82a48a18/snapshots?page=1&per_page=200`
    ],
    [
      "takeSnapshot",
      volumes((v) => v.takeSnapshot("82a48a18", { name: "n", tags: ["a"] })),
      json({ snapshot: snapshot() }, 201),
      `POST ${api}/volumes/82a48a18/snapshots {"name":"n","tags":["a"]}`
    ]
  ])

  rejectsInput([
    ["a volume id that is a relative path", volumes((v) => v.takeSnapshot("..", { name: "n" })), "volume_id"],
    ["a volume snapshot without a name", volumes((v) => v.takeSnapshot("v", { name: "" })), "name"]
  ])

  diesUnimplemented(
    "takeSnapshot",
    volumes((v) => v.takeSnapshot("v", { name: "n" })).pipe(Effect.provide(Volumes.layerTest({})))
  )
})
