import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as RateLimit from "../../src/RateLimit.ts"

/** Midnight of 2026-11-27, to the second. */
const now = Date.UTC(2026, 10, 27)
const seconds = now / 1000
const httpDate = (offset: number) => new Date(now + offset * 1000).toUTCString()

/** What the headers of the token's own limit say. */
const own = (remaining: number, resetIn = 600) => ({
  "ratelimit-limit": "5000",
  "ratelimit-remaining": String(remaining),
  "ratelimit-reset": String(seconds + resetIn)
})
const none = {}
const left = own(4000)
const spent = own(0)

type Row = [
  what: string,
  headers: Record<string, string>,
  window: RateLimit.Refusal["window"],
  wait: number | undefined
]

// R23, R24: which limit a 429 is about, and for how many seconds it asks to wait
const table: ReadonlyArray<Row> = [
  ["nothing", none, "unknown", undefined],
  ["requests left", left, "operation", undefined],
  ["none left, and a reset in ten minutes", spent, "hour", 600],
  ["none left, and a reset in this second", own(0, 0), "hour", 1],
  ["none left, and a reset in the past", own(0, -3000), "hour", 1],
  ["none left, and a reset in a year", own(0, 31_536_000), "hour", 3600],
  [
    "none left, and a reset that is not a time",
    { ...spent, "ratelimit-reset": "999999999999999" },
    "unknown",
    undefined
  ],
  ["headers of which one is missing", { "ratelimit-limit": "5000", "ratelimit-remaining": "9" }, "unknown", undefined],
  ...(
    [
      ["none", none],
      ["left", left],
      ["spent", spent]
    ] as const
  ).flatMap(([limit, headers]): ReadonlyArray<Row> => {
    const long = limit === "spent" ? "hour" : "operation"
    const none = limit === "none" ? "unknown" : long
    const without = limit === "spent" ? 600 : undefined
    const most = limit === "spent" ? 3600 : 86_400
    const after = (text: string) => ({ ...headers, "retry-after": text })
    return [
      [`retry-after: 29, requests ${limit}`, after("29"), "minute", 29],
      [`retry-after: 60, requests ${limit}`, after("60"), "minute", 60],
      [`retry-after: 0, requests ${limit}`, after("0"), "minute", 1],
      [`retry-after: 0.2, requests ${limit}`, after("0.2"), "minute", 1],
      [`retry-after: 1.5, requests ${limit}`, after("1.5"), "minute", 1.5],
      [`retry-after: 600, requests ${limit}`, after("600"), long, 600],
      [`a year as retry-after, requests ${limit}`, after("31536000"), long, most],
      [`a retry-after of 20 digits, requests ${limit}`, after("9".repeat(20)), long, most],
      [`a retry-after of 400 digits, requests ${limit}`, after("9".repeat(400)), long, most],
      [`a date in 30 seconds, requests ${limit}`, after(httpDate(30)), "minute", 30],
      [`a date in the past, requests ${limit}`, after(httpDate(-30)), "minute", 1],
      [`a date in ten minutes, requests ${limit}`, after(httpDate(600)), long, 600],
      [`a date in a hundred years, requests ${limit}`, after(httpDate(3_155_760_000)), long, most],
      [`a negative retry-after, requests ${limit}`, after("-5"), none, without],
      [`text as retry-after, requests ${limit}`, after("soon"), none, without],
      [`an empty retry-after, requests ${limit}`, after(""), none, without]
    ]
  }),
  // a clock of this machine that is wrong by a day does no harm where the server tells its own time
  ["the server's clock, a day ahead", { ...own(0, 86_460), date: httpDate(86_400) }, "hour", 60],
  ["the server's clock, a day behind", { ...own(0, -86_340), date: httpDate(-86_400) }, "hour", 60],
  ["the server's clock and a date", { "retry-after": httpDate(86_420), date: httpDate(86_400) }, "minute", 20],
  ["a clock of the server's that is no date", { ...spent, date: "noon" }, "hour", 600]
]

describe("a 429", () => {
  for (const [what, headers, window, wait] of table) {
    it(`with ${what.slice(0, 60)} is of the ${window}, and asks to wait ${wait ?? "an unknown number of"} seconds`, () => {
      const refusal = RateLimit.refusal(Headers.fromInput(headers), now)
      assert.strictEqual(refusal.window, window)
      assert.strictEqual(refusal.retryAfter && Duration.toSeconds(refusal.retryAfter), wait)
    })
  }

  for (const headers of [none, left, spent, { "retry-after": "29" }]) {
    it(`that speaks of its operation is of the operation, with ${JSON.stringify(headers)}`, () => {
      const detail = "failed to create snapshot: this operation is rate-limited - one request per 10m0s"
      assert.strictEqual(RateLimit.refusal(Headers.fromInput(headers), now, detail).window, "operation")
      assert.notStrictEqual(
        RateLimit.refusal(Headers.fromInput(spent), now, "API Rate limit exceeded.").window,
        "operation"
      )
    })
  }
})
