import type { Action, Image } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import { reasonToKeep } from "../../src/internal/rotate/deletions.ts"
import { inProgress } from "../support/actions.ts"
import { image } from "../support/images.ts"

type Fields = { readonly [key: string]: unknown }

const planned = image(1, { tags: ["a", "b"], regions: ["nyc3", "ams3"] })

interface Case {
  readonly why: string
  /** what the image is now, and whether a rule keeps it */
  readonly now?: Fields
  readonly keep?: boolean
  /** others of the series, and whether a rule keeps them; by default one that is kept */
  readonly others?: ReadonlyArray<readonly [Fields, boolean]>
  readonly action?: Action.Action
  readonly minKeep?: number
  readonly expected: string | undefined
}

const cases: ReadonlyArray<Case> = [
  { why: "nothing has changed, and another one is left", expected: undefined },
  { why: "a rule keeps it now", keep: true, expected: "it is to be kept now: weekly" },
  {
    why: "its name has changed",
    now: { name: "precious" },
    expected: "it has changed since the plan was made: name"
  },
  {
    why: "it has another tag",
    now: { tags: ["a", "b", "c"] },
    expected: "it has changed since the plan was made: tags"
  },
  { why: "its tags are listed in another order", now: { tags: ["b", "a"] }, expected: undefined },
  { why: "a region is listed twice", now: { regions: ["ams3", "nyc3", "nyc3"] }, expected: undefined },
  {
    why: "an action is in progress on it",
    action: inProgress(3),
    expected: "an action is in progress on it: transfer"
  },
  {
    why: "an action without a type is in progress on it",
    action: inProgress(3, { type: null }),
    expected: "an action is in progress on it: of an unknown type"
  },
  { why: "no other is left", others: [], expected: "fewer than 1 others are left" },
  { why: "no other is kept", others: [[{}, false]], expected: "fewer than 1 others are left" },
  {
    why: "the other is a backup, which goes with its Droplet",
    others: [[{ type: "backup" }, true]],
    expected: "fewer than 1 others are left"
  },
  { why: "the other is public", others: [[{ public: true }, true]], expected: "fewer than 1 others are left" },
  {
    why: "the other is not available",
    others: [[{ status: "pending" }, true]],
    expected: "fewer than 1 others are left"
  },
  { why: "two are to be left, and one is", minKeep: 2, expected: "fewer than 2 others are left" },
  {
    why: "two are to be left, and are",
    minKeep: 2,
    others: [
      [{}, true],
      [{}, true]
    ],
    expected: undefined
  }
]

const oneKept: NonNullable<Case["others"]> = [[{}, true]]

describe("an image that a plan deletes", () => {
  for (const { action, expected, keep = false, minKeep = 1, now = {}, others = oneKept, why } of cases) {
    it(`is ${expected === undefined ? "deleted" : "kept"} where ${why}`, () => {
      const rows: ReadonlyArray<readonly [Image.Image, boolean]> = [
        [{ ...planned, ...now }, keep],
        ...others.map(([fields, keep], i) => [image(i + 2, fields), keep] as const)
      ]
      const decisions = new Map(rows.map(([image, keep]) => [image.id, { image, keep, reasons: ["weekly"] }]))
      const actions = new Map(action === undefined ? [] : [[planned.id, action]])
      const decision = decisions.get(planned.id)!
      assert.strictEqual(reasonToKeep(planned, decision, { decisions, inProgress: actions }, minKeep), expected)
    })
  }

  it("is deleted where an action is in progress on another", () => {
    const decisions = new Map(
      [planned, image(2)].map((image) => [image.id, { image, keep: image.id !== 1, reasons: [] }])
    )
    const actions = new Map([[image(2).id, inProgress(3)]])
    assert.isUndefined(reasonToKeep(planned, decisions.get(planned.id)!, { decisions, inProgress: actions }, 1))
  })
})
