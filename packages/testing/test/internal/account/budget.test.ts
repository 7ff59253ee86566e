import { assert, describe, it } from "@effect/vitest"
import { Budget, defaults } from "../../../src/internal/account/budget.ts"

const minute = 60_000
const hour = 3_600_000

const make = (limits = defaults, speed = 1) => {
  const budget = new Budget(limits, speed)
  const spend = (now: number) => {
    const { headers, refused } = budget.spend(now)
    return {
      status: refused?.status ?? 200,
      remaining: Number(headers["ratelimit-remaining"]),
      reset: Number(headers["ratelimit-reset"]),
      retryAfter: headers["retry-after"]
    }
  }
  return { spend, many: (n: number, now: number) => Array.from({ length: n }, () => spend(now).status) }
}

describe("Budget", () => {
  it("counts each request for an hour of its own", () => {
    const { spend } = make()
    assert.strictEqual(spend(0).remaining, 4999)
    assert.strictEqual(spend(1000).remaining, 4998)
    assert.strictEqual(spend(hour).remaining, 4998)
    assert.strictEqual(spend(2 * hour).remaining, 4999)
  })

  it("resets when the oldest request expires, not when the whole budget is back", () => {
    const { spend } = make()
    assert.strictEqual(spend(500).reset, 3601)
    assert.strictEqual(spend(minute).reset, 3601)
    assert.strictEqual(spend(hour + 500).reset, 3660)
  })

  it("refuses the 251st request of any minute, and says when to come back", () => {
    const { many, spend } = make()
    assert.isTrue(many(100, 0).every((status) => status === 200))
    assert.isTrue(many(150, 30_000).every((status) => status === 200))
    assert.deepInclude(spend(31_000), { status: 429, remaining: 4750, retryAfter: "29" })
    assert.strictEqual(spend(59_999).retryAfter, "1")
    assert.isTrue(many(100, minute).every((status) => status === 200))
    assert.strictEqual(spend(minute).status, 429)
  })

  it("does not count what it refuses", () => {
    const { many, spend } = make()
    many(250, 0)
    many(1000, 1)
    assert.deepInclude(spend(minute), { status: 200, remaining: 4749 })
  })

  it("refuses beyond the hour without saying when, but for the reset", () => {
    const { spend } = make({ minute: 1000, hour: 3 })
    spend(0)
    spend(1000)
    spend(2000)
    assert.deepStrictEqual(spend(3000), { status: 429, remaining: 0, reset: 3600, retryAfter: undefined })
    assert.strictEqual(spend(hour - 1).status, 429)
    assert.strictEqual(spend(hour).status, 200)
    assert.strictEqual(spend(hour).status, 429)
  })

  it("counts on after more requests than an hour allows", () => {
    const { spend } = make()
    for (let i = 0; i < 12_000; i++) assert.strictEqual(spend(i * 1000).status, 200)
    assert.deepInclude(spend(12_000_000), { remaining: 1400, reset: 12_001 })
  })

  it("passes faster by the speed", () => {
    const { many, spend } = make(defaults, 60)
    many(250, 0)
    assert.strictEqual(spend(999).status, 429)
    assert.strictEqual(spend(1000).status, 200)
  })
})
