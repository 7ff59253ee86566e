import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Action from "../../src/Action.ts"
import * as Ensure from "../../src/Ensure.ts"
import * as Image from "../../src/Image.ts"
import { backup, snapshot } from "../support/ensure.ts"
import { account, hour } from "../support/inMemory.ts"
import * as Recorded from "../support/recorded.ts"

const readAt = DateTime.makeUnsafe("2026-11-25T12:00:00Z")

const ago = (minutes: number) => DateTime.formatIso(DateTime.subtract(readAt, { minutes }))

const decodeAction = Schema.decodeUnknownSync(Action.Action)

interface Fields {
  readonly [field: string]: unknown
}

/** A state of an image with one action. */
const stateOf = (image: Fields, action: Fields): Ensure.ImageState => ({
  image: Schema.decodeUnknownSync(Image.Image)({ ...Recorded.image({ regions: ["nyc3"] }), ...image }),
  actions: [
    decodeAction({ id: 3, started_at: ago(60), status: "completed", type: "transfer", region_slug: "sfo3", ...action })
  ],
  readAt
})

const idOf = Option.map(({ id }: Action.Action) => Number(id))

describe("hasRegion", () => {
  // [what is known, the image, its action, whether the image is in sfo3]
  const cases: ReadonlyArray<readonly [string, Fields, Fields, boolean]> = [
    ["the image is there", { regions: ["nyc3", "sfo3"] }, { type: "rename" }, true],
    ["its transfer completed 9 minutes before", {}, { completed_at: ago(9) }, true],
    ["its transfer completed 10 minutes before", {}, { completed_at: ago(10) }, false],
    ["its transfer was started 9 minutes before, and completed_at is missing", {}, { started_at: ago(9) }, true],
    ["its transfer errored", {}, { status: "errored", completed_at: ago(1) }, false],
    ["its transfer is in progress", {}, { status: "in-progress" }, false],
    ["a transfer to another region completed", {}, { completed_at: ago(1), region_slug: "ams3" }, false],
    ["a transfer without a region completed", {}, { completed_at: ago(1), region_slug: null }, false],
    [
      "the region is only in the field region",
      {},
      { completed_at: ago(1), region_slug: null, region: { slug: "sfo3", name: "" } },
      true
    ],
    ["an action without a type to the region completed", {}, { completed_at: ago(1), type: null }, true],
    ["a type in capitals", {}, { completed_at: ago(1), type: "TRANSFER" }, true],
    ["another type to the region completed", {}, { completed_at: ago(1), type: "convert" }, false]
  ]
  for (const [what, image, action, expected] of cases) {
    it(`is ${expected} where ${what}`, () =>
      assert.strictEqual(Ensure.hasRegion(stateOf(image, action), "sfo3"), expected))
  }
})

describe("transferInProgress", () => {
  const cases: ReadonlyArray<readonly [string, Fields, number | undefined]> = [
    ["it is in progress", {}, 3],
    ["its status is unknown", { status: "queued" }, 3],
    ["it is completed", { status: "completed" }, undefined],
    ["it errored", { status: "errored" }, undefined],
    ["it is to another region", { region_slug: "ams3" }, undefined],
    ["its region is missing", { region_slug: null }, undefined],
    ["its type is missing", { type: null }, 3],
    ["it is a conversion", { type: "convert" }, undefined]
  ]
  for (const [what, action, expected] of cases) {
    it(`is ${expected === undefined ? "None" : "the action"} where ${what}`, () => {
      const state = stateOf({}, { status: "in-progress", ...action })
      assert.deepStrictEqual(idOf(Ensure.transferInProgress(state, "sfo3")), Option.fromNullishOr(expected))
    })
  }
})

describe("isConverted and conversionInProgress", () => {
  const cases: ReadonlyArray<readonly [string, Fields, Fields, boolean, number | undefined]> = [
    ["the image is a snapshot", { type: "snapshot" }, {}, true, undefined],
    ["the image is a backup", {}, { type: "rename" }, false, undefined],
    ["its conversion completed 9 minutes before", {}, { completed_at: ago(9) }, true, undefined],
    ["its conversion completed 10 minutes before", {}, { completed_at: ago(10) }, false, undefined],
    ["completed_at is missing", {}, { started_at: ago(9) }, true, undefined],
    ["its conversion errored", {}, { status: "errored", completed_at: ago(1) }, false, undefined],
    ["its conversion is in progress", {}, { status: "in-progress" }, false, 3],
    ["the type of an action in progress is missing", {}, { status: "in-progress", type: "" }, false, undefined],
    ["a transfer is in progress", {}, { status: "in-progress", type: "transfer" }, false, undefined]
  ]
  for (const [what, image, action, isConverted, inProgress] of cases) {
    it(`are ${isConverted} and ${inProgress === undefined ? "None" : "the action"} where ${what}`, () => {
      const state = stateOf({ type: "backup", ...image }, { type: "convert", ...action })
      assert.strictEqual(Ensure.isConverted(state), isConverted)
      assert.deepStrictEqual(idOf(Ensure.conversionInProgress(state)), Option.fromNullishOr(inProgress))
    })
  }
})

describe("an image", () => {
  it.effect("that is neither a backup nor a snapshot is NotABackup", () =>
    Effect.gen(function* () {
      const test = yield* TestDigitalOcean.TestDigitalOcean
      yield* test.putImage({ id: 7, name: "disk", type: "custom" })
      const error = yield* Effect.flip(Effect.flatMap(Ensure.inspectImage(7), (state) => Ensure.conversion(state)))
      assert.instanceOf(error, Ensure.NotABackup)
      assert.strictEqual(error.message, "image 7 (disk) is not a backup but custom: only a backup can be converted")
      const untyped = new Ensure.NotABackup({ image: { ...error.image, type: "" } })
      assert.include(untyped.message, "is not a backup but of an unknown type")
    }).pipe(Effect.provide(account()))
  )

  it.effect("that another process transferred a moment ago is Satisfied by the refusal", () =>
    Effect.gen(function* () {
      const result = yield* hour(
        Effect.flatMap(Ensure.inspectImage(snapshot), (state) => Ensure.transfer(state, "sfo3"))
      )
      assert.deepStrictEqual(result, { _tag: "Satisfied", reason: `image ${snapshot} is in sfo3 already` })
    }).pipe(
      Effect.provide(
        account({
          faults: [
            {
              fault: "answer",
              on: "images.act",
              status: 422,
              body: '{"id":"unprocessable_entity","message":"Image is already available in this region"}'
            }
          ]
        })
      )
    )
  )

  it.effect("whose transfer is rejected for another reason fails with that", () =>
    Effect.gen(function* () {
      const error = yield* hour(
        Effect.flip(Effect.flatMap(Ensure.inspectImage(backup), (state) => Ensure.transfer(state, "sfo3")))
      )
      assert.nestedPropertyVal(error, "reason.detail", "Backups can not be transfered to other regions")
    }).pipe(Effect.provide(account()))
  )

  it.effect("that is given as a model is deleted or tagged without a request to read it", () =>
    Effect.gen(function* () {
      const { image } = yield* Ensure.inspectImage(snapshot)
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const linesBefore = (yield* test.requests).length
      yield* Ensure.tag(image, "golden")
      assert.deepStrictEqual((yield* Ensure.tag({ ...image, tags: ["golden"] }, "golden"))._tag, "Satisfied")
      yield* Ensure.deletion(image)
      assert.deepStrictEqual((yield* Ensure.deletion({ ...image, status: "deleted" }))._tag, "Satisfied")
      const sent = (yield* test.requests).slice(linesBefore).map(({ method }) => method)
      assert.deepStrictEqual(new Set(sent), new Set(["POST", "DELETE"]))
    }).pipe(Effect.provide(account()))
  )
})
