import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
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
import * as Droplet from "../../src/Droplet.ts"
import * as Droplets from "../../src/Droplets.ts"
import * as Image from "../../src/Image.ts"
import { account, hour } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { action, image, page } from "../support/recorded.ts"

const web = 413118204
const posts = Effect.gen(function* () {
  const { requests } = yield* TestDigitalOcean.TestDigitalOcean
  return (yield* requests).filter(({ method }) => method === "POST").map(({ body, path }) => `${path} ${body}`)
})

describe("takeSnapshot", () => {
  it.effect("answers the whole image it made, with one POST, though the image is listed late", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const made = yield* hour(droplets.takeSnapshot(web, { name: "release-7" }))
      assert.deepInclude(made, { name: "release-7", type: "snapshot", status: "available", regions: ["nyc3"] })
      assert.deepStrictEqual(yield* posts, [`/v2/droplets/${web}/actions {"type":"snapshot","name":"release-7"}`])
      const [listed] = yield* Stream.runCollect(droplets.snapshots(web))
      assert.strictEqual(listed?.id, made.id)
    }).pipe(Effect.provide(account()))
  )

  it.effect("names the snapshot after the Droplet and the time", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const made = yield* hour(droplets.takeSnapshot(web))
      assert.strictEqual(made.name, "web-01-1970-01-01T00-00-00-000Z")
    }).pipe(Effect.provide(account()))
  )

  it.effect("does not take an older snapshot of the same name for the new one", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const first = yield* hour(droplets.takeSnapshot(web, { name: "nightly" }))
      const second = yield* hour(droplets.takeSnapshot(web, { name: "nightly" }))
      assert.notStrictEqual(second.id, first.id)
    }).pipe(Effect.provide(account()))
  )

  it.effect("of a busy Droplet is an EventPending, and nothing is started", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      yield* droplets.powerOff(web)
      const error = yield* Effect.flip(droplets.takeSnapshot(web, { name: "n" }))
      assert.instanceOf(error, Droplet.EventPending)
      assert.include(error.message, "pending event")
      assert.strictEqual((yield* Effect.flip(droplets.powerOn(web)))._tag, "EventPending")
    }).pipe(Effect.provide(account()))
  )

  it.effect("whose action errors is an ActionErrored", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const fiber = yield* Effect.forkChild(Effect.flip(droplets.takeSnapshot(web, { name: "n" })))
      yield* TestClock.adjust("5 seconds")
      const [started] = yield* test.actions()
      yield* test.endAction(started!.id, "errored")
      yield* TestClock.adjust("1 minute")
      assert.instanceOf(yield* Fiber.join(fiber), Actions.ActionErrored)
    }).pipe(Effect.provide(account()))
  )

  it.effect("whose image never shows up says what resumes it, and resuming finds it", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const fiber = yield* Effect.forkChild(Effect.flip(droplets.takeSnapshot(web, { name: "n" })))
      yield* TestClock.adjust("5 seconds")
      const [started] = yield* test.actions()
      yield* test.endAction(started!.id, "completed")
      yield* TestClock.adjust("1 hour")
      const error = yield* Fiber.join(fiber)
      assert.instanceOf(error, Droplet.SnapshotNotFound)
      assert.deepInclude(error, { droplet_id: web, image_name: "n" })
      assert.strictEqual(error.name, Droplet.SnapshotNotFound.identifier)
      const again = yield* hour(Effect.flip(droplets.awaitSnapshot(error, { imageVisibilityTimeout: "1 minute" })))
      assert.strictEqual(again._tag, "SnapshotNotFound")
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(Effect.provide(account()))
  )

  it.effect("that is not finished in time says what resumes it, and resuming finds its image", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const error = yield* hour(Effect.flip(droplets.takeSnapshot(web, { timeout: "10 seconds" })))
      assert.instanceOf(error, Droplet.SnapshotNotFound)
      assert.strictEqual(error.action.status, "in-progress")
      const found = yield* hour(droplets.awaitSnapshot(error))
      assert.strictEqual(found.name, error.image_name)
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(Effect.provide(account()))
  )

  for (const when of ["before", "after"] as const) {
    it.effect(`whose POST is lost ${when} it was executed is not sent again`, () =>
      Effect.gen(function* () {
        const executed = when === "after"
        const droplets = yield* Droplets.Droplets
        const result = yield* hour(Effect.result(droplets.takeSnapshot(web, { name: "n" })))
        assert.strictEqual((yield* posts).length, 1)
        if (executed) assert.propertyVal(result._tag === "Success" ? result.success : undefined, "name", "n")
        else assert.propertyVal(result._tag === "Failure" ? result.failure : undefined, "outcome", "unknown")
        const { images } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual((yield* images()).filter(({ name }) => name === "n").length, executed ? 1 : 0)
      }).pipe(Effect.provide(account({ faults: [{ fault: "reset", when, on: "droplets.act" }] })))
    )
  }
})

// R26
describe("a snapshot whose POST is lost after it was executed", () => {
  it.effect("is found though its action is not visible for 8 seconds", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const image = yield* hour(droplets.takeSnapshot(web, { name: "n" }))
      assert.strictEqual(image.name, "n")
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(
      Effect.provide(
        account({ readDelay: "8 seconds", faults: [{ fault: "reset", when: "after", on: "droplets.act" }] })
      )
    )
  )
})

describe("a Droplet over the in-memory DigitalOcean", () => {
  it.effect("is made from a snapshot where it fits, becomes active, and goes with its backups", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const created = yield* droplets.create({ name: "web-02", image: 166404101, size: "s-1vcpu-1gb", region: "nyc3" })
      assert.strictEqual(created.status, "new")
      const [creation] = yield* Stream.runCollect(droplets.actions(created))
      assert.strictEqual(creation?.type, "create")
      assert.deepStrictEqual(
        Option.map(yield* droplets.fromAction(creation!), ({ id }) => id),
        Option.some(created.id)
      )
      yield* TestClock.adjust("1 minute")
      assert.isTrue(Droplet.isActive(yield* droplets.get(created)))
      yield* droplets.delete(created)
      assert.isTrue(Option.isNone(yield* droplets.fromAction(creation!)))
      assert.strictEqual((yield* Stream.runCollect(droplets.backups(web))).length, 2)
      yield* droplets.delete(web)
      const { images } = yield* TestDigitalOcean.TestDigitalOcean
      assert.isEmpty((yield* images()).filter(({ type }) => type === "backup"))
    }).pipe(Effect.provide(account()))
  )

  it.effect("is not made where its image is not, nor on a disk that is too small", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const elsewhere = droplets.create({ name: "a", image: 166404101, size: "s-1vcpu-1gb", region: "sgp1" })
      const small = droplets.create({ name: "a", image: 165120954, size: "s-1vcpu-1gb", region: "fra1" })
      for (const refused of [elsewhere, small]) {
        assert.strictEqual((yield* Effect.flip(refused)).reason._tag, "UnprocessableEntity")
      }
    }).pipe(Effect.provide(account()))
  )

  it.effect("is made several times at once", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const made = yield* droplets.createMany({ names: ["a", "b"], image: "ubuntu-24-04-x64", size: "s-1vcpu-1gb" })
      assert.deepStrictEqual(
        made.map(({ name }) => name),
        ["a", "b"]
      )
      assert.strictEqual((yield* Stream.runCollect(droplets.list({ name: "b" }))).length, 1)
      assert.strictEqual((yield* Stream.runCollect(droplets.list({ tag_name: "web" }))).length, 1)
    }).pipe(Effect.provide(account()))
  )

  it.effect("is restored from its own backup, rebuilt from a slug, and powered off and on", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const actions = yield* Actions.Actions
      const done = <E>(act: Effect.Effect<Action.Action, E>) => hour(Effect.flatMap(act, (one) => actions.await(one)))
      yield* done(droplets.restore(web, 166480233))
      assert.strictEqual((yield* droplets.get(web)).image?.id, 166480233)
      assert.propertyVal(yield* Effect.flip(droplets.restore(web, 165120954)), "_tag", "DigitalOceanError")
      yield* done(droplets.rebuild(web, "debian-13-x64"))
      assert.strictEqual((yield* droplets.get(web)).image?.slug, "debian-13-x64")
      yield* done(droplets.powerOff(web))
      assert.isTrue(Droplet.isOff(yield* droplets.get(web)))
      yield* done(droplets.powerOn(web))
      assert.isTrue(Droplet.isActive(yield* droplets.get(web)))
    }).pipe(Effect.provide(account()))
  )

  it.effect("has a backup policy that can be changed, and all of one tag are acted on at once", () =>
    Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      yield* hour(droplets.changeBackupPolicy(web, { plan: "daily", hour: 8 }))
      assert.deepInclude((yield* droplets.backupPolicy(web)).backup_policy, { plan: "daily", hour: 8 })
      yield* hour(droplets.disableBackups(web))
      assert.isFalse((yield* droplets.backupPolicy(web)).backup_enabled)
      assert.strictEqual((yield* Stream.runCollect(droplets.backupPolicies())).length, 2)
      assert.strictEqual((yield* droplets.supportedBackupPolicies).length, 2)
      assert.strictEqual((yield* droplets.performActionByTag("db", "power_off")).length, 1)
    }).pipe(Effect.provide(account()))
  )

  it.effect("ofAction refuses what is no action of a Droplet", () =>
    Effect.gen(function* () {
      const other = Schema.decodeUnknownSync(Action.Action)(action())
      const error = yield* Effect.flip(Droplets.Droplets.use((droplets) => droplets.fromAction(other)))
      assert.instanceOf(error, Droplets.NotADropletAction)
    }).pipe(Effect.provide(account()))
  )
})

it.effect("an image is awaited that is listed before it can be read", () => {
  const ended = action({ type: "snapshot", status: "completed", resource_type: "droplet", resource_id: 7 })
  const http = RecordingClient.layerWith(
    ({ url }) =>
      (request) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const readable = now >= 10_000
          if (url.includes("/snapshots"))
            return RecordingClient.json(page("snapshots", [image({ id: 9, name: "n" })]))(request)
          if (url.includes("/images/9"))
            return RecordingClient.json({ image: image({ id: 9 }) }, readable ? 200 : 404)(request)
          return RecordingClient.json({ action: ended })(request)
        })
  )
  return Effect.gen(function* () {
    const droplets = yield* Droplets.Droplets
    const found = yield* hour(droplets.awaitSnapshot({ droplet_id: 7, image_name: "n", action: ended.id }))
    assert.strictEqual(found.id, 9)
    assert.isTrue(Image.isSnapshot(found))
  }).pipe(Effect.provide(DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(http))))
})

describe("Droplets", () => {
  diesUnimplemented("get", Droplets.Droplets.use((all) => all.get(7)).pipe(Effect.provide(Droplets.layerTest({}))))
})
