import { describe, it } from "@effect/vitest"
import { faultySession } from "../support/session.ts"

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
    expect(JSON.parse(hour.out)).toEqual([{ limit: 5000, remaining: 0, reset: expect.stringMatching(/^20.*Z$/) }])
    expect(hour.err).toMatch(
      /^doimg: could not read the account: HTTP 429: .*\(limit per hour\) Try again in 1m 4\ds\.\n$/
    )

    const minute = await doimg("limits", "--format", "json")
    expect(minute.code).toBe(0)
    expect(JSON.parse(minute.out)).toMatchObject([{ limit: 5000, remaining: expect.any(Number) }])
    expect(minute.err).toMatch(
      /^doimg: could not read the account: HTTP 429: .*\(limit per minute\) Try again in (29|30)s.*\n$/
    )
  })

  it("answers a token that may not see the account", async ({ expect }) => {
    const { code, err, out } = await doimg("limits", "--format", "json")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(JSON.parse(out)).toMatchObject([{ limit: 5000, remaining: expect.any(Number) }])
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

// R27
describe("a wait of 200 seconds for the rate limit, as where other processes share the token,", () => {
  const run = faultySession([{ on: "images.list", times: "always", fault: "rate-limit", window: "hour", seconds: 200 }])

  /** What a command says first; then it is interrupted. */
  const first = async (...args: ReadonlyArray<string>) => {
    const running = run.start(args)
    await new Promise((resolve) => {
      running.child.stderr?.once("data", resolve)
      void running.ended.then(resolve)
    })
    running.child.kill("SIGINT")
    return { code: await running.ended, err: running.err() }
  }

  for (const args of [
    ["list"],
    ["get", "golden"],
    ["transfer", "golden", "--to", "sfo3"],
    ["transfer", "golden", "--to", "sfo3", "--no-wait"]
  ]) {
    it.concurrent(`ends ${args.join(" ")} at once with exit code 6`, async ({ expect }) => {
      const { code, err } = await first(...args)
      expect(code).toBe(6)
      expect(err).toMatch(/^doimg: could not list images: HTTP 429: .*Try again in 3m \d\ds.*\n$/)
    })
  }

  for (const args of [
    ["rotate", "--series", "web", "--keep-last", "3", "--dry-run"],
    ["replicate", "golden", "--to", "sfo3"],
    ["replicate", "golden", "--to", "sfo3", "--dry-run"],
    ["import", "https://example.com/x.img", "--name", "x", "--region", "sfo3"],
    ["transfer", "golden", "--to", "sfo3", "--wait"]
  ]) {
    it.concurrent(`is waited for by ${args.join(" ")}, which says so`, async ({ expect }) => {
      const { code, err } = await first(...args)
      expect(code).toBe(130)
      expect(err).toMatch(/^doimg: the 5000 requests of an hour are spent: goes on in 3m \d\ds\n/)
    })
  }
})
