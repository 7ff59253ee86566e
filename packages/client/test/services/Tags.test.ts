import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Droplets from "../../src/Droplets.ts"
import * as Image from "../../src/Image.ts"
import * as Images from "../../src/Images.ts"
import * as Snapshot from "../../src/Snapshot.ts"
import * as Tag from "../../src/Tag.ts"
import * as Tags from "../../src/Tags.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { lines, page, recorded, snapshot } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2"
const { empty, json } = RecordingClient

const image = 166404101
const droplet = 413118204

const web = json({ tag: { name: "web", resources: { count: 0 } } })
const volumeSnapshot = Schema.decodeUnknownSync(Snapshot.Snapshot)(snapshot())
const tags = <A, E>(f: (tags: Tags.Tags["Service"]) => Effect.Effect<A, E>) => Tags.Tags.use(f)

describe("Tags", () => {
  it.effect("tags images and Droplets, counts them, untags them, and deletes the tag", () =>
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

  it.effect("lists tags by name, each once although it was created twice", () =>
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

  const missing = json({ id: "not_found", message: "m" }, 404)
  const created = json({ tag: { name: "new" } }, 201)
  const tag = (create?: boolean) =>
    tags((tags) => tags.tag("new", [Tag.image(7)], create === undefined ? undefined : { create }))

  it.effect("creates a missing tag once, and then tags", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(tag())
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.deepStrictEqual(
        (yield* lines).map((line) => line.replace(/ \{.*/, "").replace("https://api.digitalocean.com", "")),
        ["POST /v2/tags/new/resources", "POST /v2/tags", "POST /v2/tags/new/resources"]
      )
    }).pipe(recorded([missing, created, missing]))
  )

  it.effect("tags although the response to the creation of the tag was lost", () =>
    Effect.gen(function* () {
      yield* tag()
      assert.strictEqual((yield* lines).length, 3)
    }).pipe(recorded([missing, json({}, 502), empty(204)]))
  )

  it.effect("fails with the creation's error if its outcome is unknown and the tag does not exist", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(tag())
      assert.strictEqual(error.operation, "Tags.create")
      assert.strictEqual(error.outcome, "unknown")
    }).pipe(recorded([missing, json({}, 502), missing]))
  )

  it.effect("creates no missing tag with create: false", () =>
    Effect.gen(function* () {
      yield* Effect.flip(tag(false))
      assert.strictEqual((yield* lines).length, 1)
    }).pipe(recorded([missing]))
  )

  sendsRequests([
    [
      "list",
      tags((t) => Stream.runCollect(t.list())),
      json(page("tags", [{ name: "web" }])),
      `GET ${api}/tags?page=1&per_page=200`
    ],
    ["get", tags((t) => t.get("a:b")), web, `GET ${api}/tags/a%3Ab`],
    ["create", tags((t) => t.create("web")), web, `POST ${api}/tags {"name":"web"}`],
    ["delete", tags((t) => t.delete("web")), empty(204), `DELETE ${api}/tags/web`],
    [
      "tag",
      tags((t) => t.tag("web", [Tag.image(7), Tag.droplet(8), Tag.volumeSnapshot(volumeSnapshot)])),
      empty(204),
      `POST ${api}/tags/web/resources {"resources":[{"resource_id":"7","resource_type":"image"},{"resource_id":"8","resource_type":"droplet"},{"resource_id":"6372321","resource_type":"volume_snapshot"}]}`
    ],
    [
      "untag",
      tags((t) => t.untag("web", [Tag.image(7)])),
      empty(204),
      `DELETE ${api}/tags/web/resources {"resources":[{"resource_id":"7","resource_type":"image"}]}`
    ]
  ])

  rejectsInput([
    ["a tag name with a slash", tags((t) => t.get("a/b")), "tag_id"],
    ["a new tag with a blank", tags((t) => t.create("a b")), "name"],
    ["an empty list of resources to tag", tags((t) => t.tag("web", [])), "resources"]
  ])

  diesUnimplemented("create", tags((tags) => tags.create("a")).pipe(Effect.provide(Tags.layerTest({}))))
})
