import { Item, Outcome, Plan } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"

const item = (details: Parameters<typeof Item.make>[2] & { readonly name?: string; readonly id?: number } = {}) => {
  const { id = 7, name = "web", ...rest } = details
  return Item.make("delete", { id, name }, { reason: "no rule keeps it", ...rest })
}

describe("Plan", () => {
  it("sums what its items take and cost", () => {
    const plan = Plan.make(
      "rotate",
      {},
      [item({ cost: { usd: -0.6, unknown: 0 } }), item({ decision: "keep" }), item({ cost: { usd: 0, unknown: -1 } })],
      5
    )
    assert.deepStrictEqual(plan.requests, { changes: 2, lookups: 5 })
    assert.deepStrictEqual(plan.cost, { usd: -0.6, unknown: -1 })
    assert.strictEqual(Plan.changes(plan).length, 2)
    assert.isFalse(Plan.isEmpty(plan))
  })

  it("prints every item with its reason, and what it takes", () => {
    const plan = Plan.make(
      "rotate",
      {},
      [item({ decision: "keep", id: 8, name: "web-2", reason: "last" }), item({ cost: { usd: -0.6, unknown: 0 } })],
      1
    )
    assert.strictEqual(
      Plan.format(plan),
      [
        "rotate: at most 1 change, 1 lookup besides polls, $0.60 a month less",
        "  DO      WHAT       WHY",
        "  keep    web-2 (8)  last",
        "  delete  web (7)    no rule keeps it"
      ].join("\n")
    )
  })

  describe("a plan, by what it changes", () => {
    const idle = [item({ decision: "skip" }), item({ decision: "keep" }), item({ decision: "refuse" })]
    // [its items, whether there is nothing to do, its summary]
    const cases: ReadonlyArray<readonly [string, ReadonlyArray<Item.Item>, boolean, string]> = [
      ["has no items", [], true, "nothing to do"],
      ["leaves all items alone", idle, true, "nothing to do"],
      [
        "joins what is in progress",
        [...idle, item({ decision: "join" })],
        false,
        "no changes, 5 lookups besides polls"
      ],
      ["only reads", [item({ changes: 0 })], false, "no changes, 5 lookups besides polls"],
      ["changes something", [item()], false, "at most 1 change, 5 lookups besides polls, no change of the monthly cost"]
    ]
    for (const [what, items, isEmpty, summary] of cases) {
      it(`is ${isEmpty ? "empty" : "not empty"} if it ${what}`, () => {
        const plan = Plan.make("rotate", {}, items, 5)
        assert.strictEqual(Plan.isEmpty(plan), isEmpty)
        assert.strictEqual(Plan.summary(plan), summary)
      })
    }
  })

  it("lets no name move the cursor or hide a line", () => {
    const printed = Plan.format(Plan.make("rotate", {}, [item({ name: "a\u001b[2K\nb\u202e", reason: "\u0007" })], 0))
    assert.notMatch(printed, /[\u0000-\u0009\u000b-\u001f\u202e]/)
    assert.strictEqual(printed.split("\n").length, 3)
  })
})

describe("Outcome", () => {
  it("shows control characters instead of printing them", () => {
    const error = { _tag: "NotABackup", message: "image 7 (\u001b[2Jweb\n) is no backup" }
    assert.strictEqual(Outcome.format({ _tag: "Failed", error }), "failed: image 7 (\u241b[2Jweb\u240a) is no backup")
    assert.strictEqual(Outcome.format(Outcome.skipped("tag \u202e")), "skipped: tag \ufffd")
  })
})
