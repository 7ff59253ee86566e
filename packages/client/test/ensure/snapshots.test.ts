import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../../src/Action.ts"
import { DigitalOceanError, UnprocessableEntity } from "../../src/DigitalOceanError.ts"
import * as Droplet from "../../src/Droplet.ts"
import * as Droplets from "../../src/Droplets.ts"
import * as Ensure from "../../src/Ensure.ts"
import * as Image from "../../src/Image.ts"
import { web } from "../support/ensure.ts"
import { account, hour } from "../support/inMemory.ts"
import * as Recorded from "../support/recorded.ts"

const readAt = DateTime.makeUnsafe("2026-11-25T12:00:00Z")

const ago = (minutes: number) => DateTime.formatIso(DateTime.subtract(readAt, { minutes }))

interface Fields {
  readonly [field: string]: unknown
}

const stateOf = (action: Fields, imagesAgo: ReadonlyArray<number>): Ensure.SnapshotState => ({
  snapshots: imagesAgo.map((minutes, i) =>
    Schema.decodeUnknownSync(Image.Image)({ ...Recorded.image(), id: i + 1, created_at: ago(minutes) })
  ),
  actions: [
    Schema.decodeUnknownSync(Action.Action)({
      id: 3,
      status: "completed",
      type: "snapshot",
      started_at: ago(20),
      ...action
    })
  ],
  readAt
})

describe("mayBeImageOf", () => {
  const image = (created_at: string) => Schema.decodeUnknownSync(Image.Image)({ ...Recorded.image(), created_at })
  for (const [created_at, expected] of [
    ["2026-11-25T11:39:58Z", false],
    ["2026-11-25T11:39:59Z", false],
    ["2026-11-25T11:40:00Z", true],
    ["2026-11-25T11:40:01Z", true]
  ] as const) {
    it(`is ${expected} for an image of ${created_at} and an action of 11:40:00`, () =>
      assert.strictEqual(Ensure.mayBeImageOf(stateOf({}, []).actions[0]!)(image(created_at)), expected))
  }
})

describe("isSnapshotLocked", () => {
  const rejected = (detail: string) =>
    new DigitalOceanError({
      operation: "Droplets.snapshot",
      reason: new UnprocessableEntity({ status: 422, id: "unprocessable_entity", detail })
    })
  const powered = "Droplet is currently on. Please power it off to run this event."
  const cases: ReadonlyArray<readonly [string, unknown, boolean]> = [
    ["a Droplet with a pending event", new Droplet.EventPending({ droplet_id: web, detail: "pending" }), true],
    ["a refusal because the Droplet is on", rejected(powered), true],
    ["another refusal", rejected("image limit"), false],
    ["another error", new Error(powered), false]
  ]
  for (const [what, error, expected] of cases) {
    it(`is ${expected} for ${what}`, () => assert.strictEqual(Ensure.isSnapshotLocked(error), expected))
  }
})

describe("snapshotInProgress", () => {
  // [what is known, the action, when the images were created in minutes ago, whether the action is found]
  const cases: ReadonlyArray<readonly [string, Fields, ReadonlyArray<number>, boolean]> = [
    ["it is in progress", { status: "in-progress" }, [], true],
    ["it is in progress, and another image is newer", { status: "in-progress" }, [1], true],
    ["it completed 4 minutes before, and no image is listed", { completed_at: ago(4) }, [30], true],
    ["it completed 4 minutes before, and its image is listed", { completed_at: ago(4) }, [20], false],
    ["it completed 6 minutes before, and no image is listed", { completed_at: ago(6) }, [30], false],
    ["it errored", { status: "errored" }, [], false],
    ["its type is missing", { type: null, status: "in-progress" }, [], true],
    ["its type and completed_at are missing, and it was started 20 minutes before", { type: null }, [], false],
    ["completed_at is missing, and it was started 20 minutes before", {}, [], true],
    ["completed_at is missing, and it was started 25 hours before", { started_at: ago(25 * 60) }, [], false],
    ["it is another type", { type: "power_off", status: "in-progress" }, [], false]
  ]
  for (const [what, action, images, isFound] of cases) {
    it(`is ${isFound ? "the action" : "None"} where ${what}`, () => {
      const state = stateOf(action, images)
      assert.strictEqual(Option.isSome(Ensure.snapshotInProgress(state)), isFound)
      assert.isTrue(Option.isNone(Ensure.snapshotInProgress(state, { except: [3] })))
    })
  }
})

const { actionOf } = Ensure

/** After the images of the account were created. */
const start = TestClock.setTime(DateTime.toEpochMillis(readAt))

const takeOther = Droplets.Droplets.use((droplets) => droplets.snapshot(web, "other"))

describe("snapshot", () => {
  it.effect("of another name is joined, and taken when that is known to be a different image", () =>
    Effect.gen(function* () {
      yield* start
      const program = Effect.gen(function* () {
        const other = yield* takeOther
        const joined = yield* Ensure.snapshot(web, { name: "golden" })
        assert.strictEqual(joined._tag, "Joined")
        assert.strictEqual(Option.getOrThrow(actionOf(joined)).id, other.id)
        const image = yield* Ensure.joinSnapshot(web, other)
        assert.strictEqual(Option.getOrThrow(image).name, "other")
        const result = yield* Ensure.snapshot(web, { name: "golden", except: [other] })
        assert.strictEqual(result._tag, "Requested")
        const made = yield* Ensure.awaitSnapshotImage(web, Option.getOrThrow(actionOf(result)))
        assert.strictEqual(made.name, "golden")
        const again = yield* Ensure.snapshot(web, { name: "golden" })
        assert.nestedPropertyVal(again, "image.id", made.id)
      })
      yield* hour(program)
      const { actions } = yield* TestDigitalOcean.TestDigitalOcean
      assert.strictEqual((yield* actions()).filter(({ type }) => type === "snapshot").length, 2)
    }).pipe(Effect.provide(account()))
  )

  it.effect("is an image whose name only its own response contains", () =>
    Effect.gen(function* () {
      const [first] = yield* hour(
        Effect.flatMap(Ensure.inspectSnapshots(web), ({ snapshots }) => Effect.succeed(snapshots))
      )
      const image = yield* Ensure.inspectImage(first!)
      const result = yield* hour(Ensure.snapshot(web, { name: image.image.name }))
      assert.nestedPropertyVal(result, "image.id", first!.id)
    }).pipe(
      Effect.provide(
        account({ faults: [{ fault: "remove", on: "droplets.snapshots", field: "snapshots.*.name", times: "always" }] })
      )
    )
  )

  it.effect("is retried while the status of a Droplet lags behind its power_off", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* hour(Ensure.snapshot(web, { name: "golden" })))._tag, "Requested")
    }).pipe(
      Effect.provide(
        account({
          faults: [
            {
              fault: "answer",
              on: "droplets.act",
              status: 422,
              times: 3,
              body: '{"id":"unprocessable_entity","message":"Droplet is currently on. Please power it off to run this event."}'
            }
          ]
        })
      )
    )
  )
})

describe("takeSnapshot", () => {
  it.effect("that is rejected does not use a snapshot that another process started at the same moment", () =>
    Effect.gen(function* () {
      const before = yield* Ensure.inspectSnapshots(web)
      yield* takeOther
      const error = yield* hour(Effect.flip(Ensure.startSnapshot(web, "golden", before)))
      assert.nestedPropertyVal(error, "reason.detail", "You have reached your snapshot limit")
    }).pipe(
      Effect.provide(
        account({
          faults: [
            {
              fault: "answer",
              on: "droplets.act",
              where: { name: "golden" },
              status: 422,
              body: '{"id":"unprocessable_entity","message":"You have reached your snapshot limit"}'
            }
          ]
        })
      )
    )
  )

  it.effect("with waitForEvents waits for other actions of the Droplet, and takes one snapshot of its own", () =>
    Effect.gen(function* () {
      const image = yield* hour(
        Effect.andThen(
          takeOther,
          Droplets.Droplets.use((droplets) =>
            droplets.takeSnapshot(web, { name: "golden", waitForEvents: "30 minutes" })
          )
        )
      )
      assert.strictEqual(image.name, "golden")
      const { actions } = yield* TestDigitalOcean.TestDigitalOcean
      assert.strictEqual((yield* actions()).filter(({ type }) => type === "snapshot").length, 2)
    }).pipe(Effect.provide(account()))
  )

  it.effect("with waitForEvents is an ActionTimedOut after that time", () =>
    Effect.gen(function* () {
      const error = yield* hour(
        Effect.flip(
          Effect.andThen(
            takeOther,
            Droplets.Droplets.use((droplets) => droplets.takeSnapshot(web, { waitForEvents: "10 seconds" }))
          )
        )
      )
      assert.strictEqual(error._tag, "ActionTimedOut")
    }).pipe(Effect.provide(account({ faults: [{ fault: "stuck", on: "droplets.act" }] })))
  )
})
