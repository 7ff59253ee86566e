import { describe, it } from "@effect/vitest"
import { faultySession } from "../session.ts"

const faults = [
  { on: "account.get", nth: 1, fault: "rate-limit", window: "hour", seconds: 100 },
  { on: "account.get", nth: 2, fault: "rate-limit", window: "minute", seconds: 30 },
  { on: "account.get", nth: 3, fault: "status", status: 403 },
  { on: "tags.list", times: 1, fault: "rate-limit", window: "minute", seconds: 2 },
  { on: "GET /v2/sizes", times: "always", fault: "rate-limit", window: "hour", seconds: 100 }
]

const { doimg } = faultySession(faults)

describe("doimg limits", () => {
  it("answers at once, from the refusal itself when the budget is spent", async ({ expect }) => {
    const hour = await doimg("limits", "--format", "json")
    expect(hour.code).toBe(0)
    expect(JSON.parse(hour.out)).toEqual({ limit: 5000, remaining: 0, reset: expect.stringMatching(/^20.*Z$/) })
    expect(hour.err).toMatch(/^doimg: Account\.get: HTTP 429: .*\(limit per hour\) Try again in 1m 4\ds\.\n$/)

    const minute = await doimg("limits", "--format", "json")
    expect(minute.code).toBe(0)
    expect(JSON.parse(minute.out)).toMatchObject({ limit: 5000, remaining: expect.any(Number) })
    expect(minute.err).toMatch(/^doimg: Account\.get: HTTP 429: .*\(limit per minute\) Try again in (29|30)s.*\n$/)
  })

  it("answers a token that may not see the account", async ({ expect }) => {
    const { code, err, out } = await doimg("limits", "--format", "json")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(JSON.parse(out)).toMatchObject({ limit: 5000, remaining: expect.any(Number) })
  })
})

describe("a command that waits for the budget", () => {
  it.concurrent("says why, and for how long", async ({ expect }) => {
    const { code, err, out } = await doimg("tags", "--format", "csv")
    expect(code).toBe(0)
    expect(out).toMatch(/^name,/)
    expect(err).toBe("doimg: too many requests in a minute: goes on in 2s\n")
  })

  it.concurrent("says so before its time is over, and nothing with --quiet", async ({ expect }) => {
    const [told, quiet] = await Promise.all([
      doimg("sizes", "--timeout", "2s"),
      doimg("sizes", "--timeout", "2s", "--quiet")
    ])
    expect(told.code).toBe(7)
    expect(told.err).toMatch(/^doimg: the 5000 requests of an hour are spent: goes on in 1m 4\ds\ndoimg: timed out/)
    expect(quiet).toEqual({ code: 7, out: "", err: "doimg: timed out after 2s\n" })
  })
})
