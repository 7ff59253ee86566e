import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as HttpDate from "../../../src/internal/model/httpDate.ts"

const at = Date.UTC(1994, 10, 6, 8, 49, 37)

describe("a date of HTTP", () => {
  for (const [text, millis] of [
    ["Sun, 06 Nov 1994 08:49:37 GMT", at],
    ["Sunday, 06-Nov-94 08:49:37 GMT", at],
    ["Wednesday, 06-Nov-24 08:49:37 GMT", Date.UTC(2024, 10, 6, 8, 49, 37)],
    ["Sun Nov  6 08:49:37 1994", at],
    ["Wed Nov 16 08:49:37 1994", Date.UTC(1994, 10, 16, 8, 49, 37)],
    ["sun, 06 nov 1994 08:49:37 gmt", at],
    ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
    ["Wed, 29 Feb 2023 00:00:00 GMT", undefined],
    ["Sat, 31 Feb 2026 00:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 24:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 08:60:00 GMT", undefined],
    ["Sun, 06 Abc 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 PST", undefined],
    ["Sun, 06 Nov 1994 08:49:37", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["undefined undefined undefined", undefined],
    ["noon", undefined],
    ["", undefined],
    [`${"a".repeat(1_000_000)}, 06 Nov 1994 08:49:37 GMT`, undefined]
  ] as const) {
    it(`${JSON.stringify(text.slice(0, 40))} is ${millis === undefined ? "invalid" : new Date(millis).toISOString()}`, () => {
      assert.strictEqual(HttpDate.parse(text), millis)
    })
  }

  it.prop(
    "of any second up to the year 9999 is parsed",
    [Schema.Int.check(Schema.isBetween({ minimum: Date.UTC(1000, 0) / 1000, maximum: Date.UTC(9999, 0) / 1000 }))],
    ([seconds]) => assert.strictEqual(HttpDate.parse(new Date(seconds * 1000).toUTCString()), seconds * 1000)
  )
})
