import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Action from "../../src/Action.ts"

const whole = {
  id: 36805527,
  status: "in-progress",
  type: "transfer",
  started_at: "2014-11-14T16:34:39.000Z",
  completed_at: null,
  resource_id: 7938269,
  resource_type: "image",
  region: { name: "New York 3", slug: "nyc3", sizes: ["s-1vcpu-1gb"], features: ["image_transfer"], available: true },
  region_slug: "nyc3"
}

const decode = Schema.decodeUnknownSync(Action.Action)
const decodeEffect = Schema.decodeUnknownEffect(Action.Action)
const action = (fields: object) => decode({ ...whole, ...fields })

describe("Action", () => {
  for (const fields of [{}, { completed_at: "2014-11-14T16:35:39.000Z", status: "completed" }, { region: null }]) {
    it(`decodes and encodes back to the same JSON with ${JSON.stringify(fields)}`, () => {
      assert.deepStrictEqual(Schema.encodeSync(Action.Action)(action(fields)), { ...whole, ...fields } as never)
    })
  }

  it("reads what is absent as null or empty", () => {
    const { started_at: _, ...rest } = decode({ id: 1, status: "completed", started_at: whole.started_at })
    assert.deepStrictEqual(rest as unknown, {
      id: 1,
      status: "completed",
      type: "",
      completed_at: null,
      resource_id: null,
      resource_type: "",
      region: null,
      region_slug: null
    })
  })

  it("reads the resource 0 as none", () => assert.isNull(action({ resource_id: 0 }).resource_id))

  it("takes ids beyond 2^31", () => assert.strictEqual(action({ id: 3169590176 }).id, 3169590176))

  for (const fields of [
    { id: 2 ** 53 },
    { status: null },
    { status: undefined },
    { started_at: "soon" },
    { completed_at: "later" }
  ]) {
    it.effect(`refuses ${JSON.stringify(fields)}`, () =>
      Effect.map(Effect.flip(decodeEffect({ ...whole, ...fields })), (error) =>
        assert.include(error.message, Object.keys(fields).join())
      )
    )
  }
})

describe("status", () => {
  for (const [status, completed, errored, inProgress] of [
    ["in-progress", false, false, true],
    ["completed", true, false, false],
    ["COMPLETED", true, false, false],
    ["errored", false, true, false],
    ["a-status-nobody-knows", false, false, true]
  ] as const) {
    it(`of ${status}: completed ${completed}, errored ${errored}, in progress ${inProgress}`, () => {
      const it = action({ status })
      assert.deepStrictEqual(
        [Action.isCompleted(it), Action.isErrored(it), Action.isInProgress(it), Action.isDone(it)],
        [completed, errored, inProgress, !inProgress]
      )
    })
  }

  it("an action of an image has an image's id", () => {
    assert.isTrue(Action.isImageAction(action({})))
    assert.isFalse(Action.isImageAction(action({ resource_id: null })))
    assert.isFalse(Action.isImageAction(action({ resource_type: "droplet" })))
  })
})
