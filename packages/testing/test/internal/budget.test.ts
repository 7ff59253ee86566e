import { assert, describe, it } from "@effect/vitest"
import { Budget } from "../../src/internal/budget.ts"

const hour = 3_600_000

describe("Budget", () => {
  it("counts each request for an hour of its own", () => {
    const budget = new Budget()
    assert.strictEqual(budget.spend(0)["ratelimit-remaining"], "4999")
    assert.strictEqual(budget.spend(1000)["ratelimit-remaining"], "4998")
    assert.strictEqual(budget.spend(hour)["ratelimit-remaining"], "4998")
    assert.strictEqual(budget.spend(2 * hour)["ratelimit-remaining"], "4999")
  })

  it("resets when the oldest request expires, not when the whole budget is back", () => {
    const budget = new Budget()
    assert.strictEqual(budget.spend(500)["ratelimit-reset"], "3601")
    assert.strictEqual(budget.spend(60_000)["ratelimit-reset"], "3601")
    assert.strictEqual(budget.spend(hour + 500)["ratelimit-reset"], "3660")
  })

  it("never has less than nothing left", () => {
    const budget = new Budget()
    for (let i = 0; i < 5001; i++) budget.spend(0)
    assert.strictEqual(budget.spend(0)["ratelimit-remaining"], "0")
  })

  it("counts on after more requests than an hour allows", () => {
    const budget = new Budget()
    for (let i = 0; i < 12_000; i++) budget.spend(i * 1000)
    assert.strictEqual(budget.spend(12_000_000)["ratelimit-remaining"], "1400")
    assert.strictEqual(budget.spend(12_000_000)["ratelimit-reset"], "12001")
  })
})
