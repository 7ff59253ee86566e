import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../../src/Action.ts"
import * as Actions from "../../src/Actions.ts"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as DigitalOceanClient from "../../src/DigitalOceanClient.ts"
import * as Image from "../../src/Image.ts"
import * as Images from "../../src/Images.ts"
import { account, hour } from "../support/inMemory.ts"
import { action, image, page, recorded, requests } from "../support/recorded.ts"

const snapshot = 166404101
const backup = 166480233

describe("over the in-memory DigitalOcean", () => {
  it.effect("a backup is converted, transferred, renamed and deleted", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const actions = yield* Actions.Actions
      assert.isTrue(Image.isBackup(yield* images.get(backup)))
      yield* hour(Effect.flatMap(images.convert(backup), (action) => actions.await(action)))
      assert.isTrue(Image.isSnapshot(yield* images.get(backup)))
      yield* hour(Effect.flatMap(images.transfer(backup, "sfo3"), (action) => actions.await(action)))
      const moved = yield* images.get(backup)
      assert.isTrue(Image.isAvailableIn("sfo3")(moved))
      assert.strictEqual((yield* images.update(moved, { name: "kept" })).name, "kept")
      yield* images.delete(moved)
      assert.strictEqual((yield* Effect.flip(images.get(moved))).reason._tag, "NotFound")
    }).pipe(Effect.provide(account()))
  )

  it.effect("public images are found by slug, private ones by id", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const ubuntu = yield* images.get("ubuntu-24-04-x64")
      assert.strictEqual(yield* Image.slugOf(ubuntu), "ubuntu-24-04-x64")
      assert.deepStrictEqual(yield* images.get(ubuntu), ubuntu)
      const applications = yield* Stream.runCollect(images.list({ type: "application" }))
      const distributions = yield* Stream.runCollect(images.list({ type: "distribution" }))
      const tagged = yield* Stream.runCollect(images.list({ tag_name: "web" }))
      assert.isAbove(applications.length, 0)
      assert.isAbove(distributions.length, 0)
      assert.isTrue([...applications, ...distributions].every((image) => image.public))
      assert.isTrue(tagged.length > 0 && tagged.every(Image.hasTag("web")))
    }).pipe(Effect.provide(account()))
  )

  it.effect("the current action is the newest that has not ended", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      assert.isTrue(Option.isNone(yield* images.currentAction(snapshot)))
      yield* images.transfer(snapshot, "sfo3")
      const second = yield* images.transfer(snapshot, "ams3")
      assert.deepStrictEqual(yield* images.currentAction(snapshot), Option.some(second))
      assert.deepStrictEqual(yield* images.action(snapshot, second), second)
      yield* TestClock.adjust("1 hour")
      assert.isTrue(Option.isNone(yield* images.currentAction(snapshot)))
      assert.strictEqual((yield* Stream.runCollect(images.actions(snapshot))).length, 2)
    }).pipe(Effect.provide(account()))
  )

  it.effect("awaitIdle waits for every action in progress and returns the final image", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      yield* images.transfer(snapshot, "sfo3")
      yield* images.transfer(snapshot, "ams3")
      const settled = Option.getOrThrow(yield* hour(images.awaitIdle(snapshot)))
      assert.deepStrictEqual(settled.regions.toSorted(), ["ams3", "nyc3", "sfo3"])
    }).pipe(Effect.provide(account()))
  )

  it.effect("awaitIdle counts an action that errored as ended", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const { id } = yield* images.transfer(snapshot, "sfo3")
      const fiber = yield* Effect.forkChild(images.awaitIdle(snapshot))
      yield* TestClock.adjust("10 seconds")
      yield* test.endAction(id, "errored")
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(Option.getOrThrow(yield* Fiber.join(fiber)).regions, ["nyc3"])
    }).pipe(Effect.provide(account()))
  )

  it.effect("awaitIdle answers none when the image is gone, before or meanwhile", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const test = yield* TestDigitalOcean.TestDigitalOcean
      assert.isTrue(Option.isNone(yield* images.awaitIdle(7)))
      yield* images.transfer(snapshot, "sfo3")
      const fiber = yield* Effect.forkChild(images.awaitIdle(snapshot))
      yield* TestClock.adjust("10 seconds")
      yield* test.removeImage(snapshot)
      yield* TestClock.adjust("1 hour")
      assert.isTrue(Option.isNone(yield* Fiber.join(fiber)))
    }).pipe(Effect.provide(account()))
  )

  it.effect("awaitIdle past its deadline is an ActionTimedOut, however many actions there are", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      yield* images.transfer(snapshot, "sfo3")
      const error = yield* hour(Effect.flip(images.awaitIdle(snapshot, { timeout: "20 seconds" })))
      assert.strictEqual(error._tag, "ActionTimedOut")
    }).pipe(Effect.provide(account()))
  )

  it.effect("awaitIdle keeps its deadline over a listing that hangs, and survives one that fails", () =>
    Effect.gen(function* () {
      let failing = true
      const http = RecordingClient.layerWith(({ url }) => {
        if (url.includes("/images/1/")) return RecordingClient.hang
        if (!url.includes("/actions")) return RecordingClient.json({ image: image({ id: 2 }) })
        return failing ? RecordingClient.json({}, 503) : RecordingClient.json(page("actions", []))
      })
      const services = yield* DigitalOcean.make({ token: Redacted.make("any") }).pipe(Effect.provide(http))
      const settled = (id: number, timeout: Duration.Input) =>
        Effect.provide(
          Images.Images.use((images) => images.awaitIdle(id, { timeout })),
          services
        )
      const hanging = yield* Effect.forkChild(Effect.flip(settled(1, "1 second")))
      yield* TestClock.adjust("1 second")
      assert.instanceOf(yield* Fiber.join(hanging), Images.ImageTimedOut)
      const surviving = yield* Effect.forkChild(settled(2, "1 hour"))
      yield* TestClock.adjust("2 minutes")
      failing = false
      yield* TestClock.adjust("2 minutes")
      assert.isTrue(Option.isSome(yield* Fiber.join(surviving)))
    })
  )

  it.effect("ofAction finds the image an action worked on, by action or id, and none when it is gone", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const transfer = yield* images.transfer(snapshot, "sfo3")
      assert.strictEqual(Option.getOrThrow(yield* images.fromAction(transfer)).id, snapshot)
      assert.strictEqual(Option.getOrThrow(yield* images.fromAction(transfer.id)).id, snapshot)
      yield* images.delete(snapshot)
      assert.isTrue(Option.isNone(yield* images.fromAction(transfer)))
    }).pipe(Effect.provide(account()))
  )

  for (const fields of [{ resource_type: "droplet" }, { resource_id: null }]) {
    it.effect(`ofAction refuses an action of ${JSON.stringify(fields)}`, () =>
      Effect.gen(function* () {
        const other = Schema.decodeUnknownSync(Action.Action)(action(fields))
        const error = yield* Effect.flip(Images.Images.use((images) => images.fromAction(other)))
        assert.instanceOf(error, Images.NotAnImageAction)
      }).pipe(Effect.provide(account()))
    )
  }

  it.effect("a custom image is awaited until it is available", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const created = yield* images.create({ name: "f", url: "https://example.com/f.img", region: "nyc3" })
      assert.isTrue(Image.isPending(created))
      const available = yield* hour(images.awaitAvailable(created))
      assert.isTrue(Image.isAvailable(available))
      assert.deepStrictEqual(available.regions, ["nyc3"])
    }).pipe(Effect.provide(account()))
  )

  it.effect("a custom image that becomes deleted fails with DigitalOcean's reason, trimmed", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const created = yield* images.create({ name: "f", url: "https://example.com/fail.img", region: "nyc3" })
      const error = yield* hour(Effect.flip(images.awaitAvailable(created.id)))
      assert.deepInclude(error, { _tag: "ImageUnavailable", status: "deleted" })
      assert.match(error.message, /the URL answered 404\.$/)
    }).pipe(Effect.provide(account()))
  )

  it.effect("a custom image that vanishes fails as gone", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const created = yield* images.create({ name: "f", url: "https://example.com/f.img", region: "nyc3" })
      const fiber = yield* Effect.forkChild(Effect.flip(images.awaitAvailable(created)))
      yield* TestClock.adjust("1 minute")
      yield* test.removeImage(created.id)
      yield* TestClock.adjust("1 minute")
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "ImageUnavailable", status: "gone", detail: "" })
    }).pipe(Effect.provide(account()))
  )

  it.effect("a wait for a custom image past its deadline holds the last state", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const created = yield* images.create({ name: "f", url: "https://example.com/f.img", region: "nyc3" })
      const error = yield* hour(Effect.flip(images.awaitAvailable(created, { timeout: "1 minute" })))
      assert.instanceOf(error, Images.ImageTimedOut)
      assert.strictEqual(error.image?.status, "pending")
    }).pipe(Effect.provide(account()))
  )

  it.effect("deleting what is gone fails, unless that is ignored", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      assert.strictEqual((yield* Effect.flip(images.delete(7))).reason._tag, "NotFound")
      yield* images.delete(7, { ignoreMissing: true })
    }).pipe(Effect.provide(account()))
  )
})

it.effect("an operation that the token's scopes do not permit fails with the scope it requires", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(Images.Images.use((images) => images.delete(snapshot)))
    assert.deepInclude(error.reason, { _tag: "Forbidden", scopes: ["image:delete"] })
    assert.include(error.message, "Required scopes: image:delete.")
  }).pipe(Effect.provide(account({ scopes: ["image:read"] })))
)

describe("delete with ignoreMissing, when DigitalOcean answers 422", () => {
  const remove = Images.Images.use((images) => images.delete(7, { ignoreMissing: true }))
  const refused = RecordingClient.json({ id: "unprocessable_entity", message: "m" }, 422)

  for (const [name, found, succeeds] of [
    ["is a success if the image is gone", RecordingClient.json({}, 404), true],
    [
      "is a success if the image is deleted",
      RecordingClient.json({ image: image({ id: 7, status: "deleted" }) }),
      true
    ],
    ["is a failure if the image is there", RecordingClient.json({ image: image({ id: 7 }) }), false]
  ] as const) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(remove)
        assert.strictEqual(Exit.isSuccess(exit), succeeds)
        assert.strictEqual((yield* requests).length, 2)
      }).pipe(recorded([refused, found]))
    )
  }
})

describe("layers", () => {
  it.effect("Images.layer provides one service over a client", () =>
    Images.Images.use((images) => images.get(snapshot)).pipe(
      Effect.map(({ id }) => assert.strictEqual(id, snapshot)),
      Effect.provide(
        Images.layer.pipe(
          Layer.provide(DigitalOceanClient.layer({ token: Redacted.make("any") })),
          Layer.provide(TestDigitalOcean.layer())
        )
      )
    )
  )

  it.effect("layerTest answers with what is given, and dies with the name of what is not", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      assert.strictEqual((yield* images.get(7)).name, "stub")
      for (const missing of [images.delete(7), Stream.runDrain(images.list())]) {
        const exit = yield* Effect.exit(missing)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      }
      const exit = yield* Effect.exit(images.transfer(7, "sfo3"))
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "transfer")
    }).pipe(
      Effect.provide(
        Images.layerTest({
          get: () => Effect.succeed(Schema.decodeUnknownSync(Image.Image)(image({ name: "stub" })))
        })
      )
    )
  )
})
