import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { parse } from "../../../src/internal/model/isoTimestamp.ts"

const two = (n: number) => String(n).padStart(2, "0")

/** The milliseconds of these parts, and NaN unless a calendar and a clock show them all. */
const onCalendar = (year: number, month: number, day: number, hours: number, minutes: number, seconds: number) => {
  const date = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds))
  const shown = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds()
  ]
  return shown.join() === [year, month, day, hours, minutes, seconds].join() ? date.getTime() : Number.NaN
}

describe("a timestamp", () => {
  // R42: 31 February is not 3 March
  it("is read only when a calendar shows its day and a clock its time", () => {
    for (const year of [1001, 1900, 2000, 2023, 2024, 9999]) {
      for (const month of [0, 1, 2, 4, 12, 13, 99]) {
        for (const day of [0, 1, 28, 29, 30, 31, 32]) {
          for (const [hours, minutes, seconds] of [
            [0, 0, 0],
            [23, 59, 59],
            [24, 0, 0],
            [12, 60, 0],
            [12, 0, 60]
          ] as const) {
            const text = `${year}-${two(month)}-${two(day)}T${two(hours)}:${two(minutes)}:${two(seconds)}`
            const millis = onCalendar(year, month, day, hours, minutes, seconds)
            assert.deepStrictEqual(parse(`${text}Z`), millis, text)
            assert.deepStrictEqual(parse(`${text}.678Z`), millis + 678, text)
            assert.deepStrictEqual(parse(`${text}+01:30`), millis - 5_400_000, text)
          }
        }
      }
    }
  })

  for (const [text, iso] of [
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02 03:04:05Z", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"],
    ["2026-01-02T03:04:05.678901234Z", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02T03:04:05.67890123456789012345+00:00", "2026-01-02T03:04:05.678Z"],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"],
    ["2026-01-02T03:04:05-0230", "2026-01-02T05:34:05.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"]
  ] as const) {
    it(`is read from ${text}`, () => assert.strictEqual(new Date(parse(text)).toISOString(), iso))
  }

  for (const text of [
    // what is read can be written in the same form
    "9999-12-31T23:59:59-00:01",
    "1000-01-01T00:00:00+00:01",
    "",
    "0",
    "2026",
    "soon",
    "NaN",
    "2026-01-02",
    "2026-01-02T03:04Z",
    "2026-01-02T03:04:05",
    "2026-01-02T03:04:05.Z",
    "2026-01-02T03:04:05+24:00",
    "2026-01-02T03:04:05+01:60",
    "-001-01-02T03:04:05Z",
    "0001-01-01T00:00:00Z",
    "20x6-01-02T03:04:05Z",
    " 2026-01-02T03:04:05Z",
    "Fri, 02 Jan 2026 03:04:05 GMT",
    `2026-01-02T03:04:05.${"0".repeat(1_000_000)}Z`
  ]) {
    it(`is not read from ${JSON.stringify(text.slice(0, 40))}`, () => assert.isNaN(parse(text)))
  }

  it.prop(
    "of any second is read as Date.parse reads it",
    [Schema.Int.check(Schema.isBetween({ minimum: -30_610_224_000, maximum: 250_000_000_000 }))],
    ([second]) => {
      const text = new Date(second * 1000).toISOString()
      assert.strictEqual(parse(text), second * 1000)
      assert.strictEqual(parse(text.replace(".000Z", "Z")), second * 1000)
    }
  )

  it.prop("that is any text is read as Date.parse reads it, or not at all", [Schema.String], ([text]) => {
    const millis = parse(text)
    assert.isTrue(Number.isNaN(millis) || millis === Date.parse(text), text)
  })
})
