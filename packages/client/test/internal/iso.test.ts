import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { parse } from "../../src/internal/iso.ts"

/** The same for every text: what `Date.parse` says, NaN for what is no date. */
const agree = (text: string) => assert.deepStrictEqual(parse(text), Date.parse(text), text)

describe("a timestamp", () => {
  it("is read as Date.parse reads it, whichever part is out of range or of another form", () => {
    const parts = {
      year: ["2026", "1000", "0999", "0050", "0000", "-001", "20x6"],
      month: ["01", "12", "00", "13", "1 "],
      day: ["01", "28", "29", "30", "31", "00", "32"],
      time: ["00:00:00", "23:59:59", "24:00:00", "24:00:01", "12:60:00", "12:00:60", "1:00:000", "12:0a:00"],
      zone: ["Z", "z", "+"]
    }
    for (const year of parts.year) {
      for (const month of parts.month) {
        for (const day of parts.day) {
          for (const time of parts.time) {
            for (const zone of parts.zone) agree(`${year}-${month}-${day}T${time}${zone}`)
          }
        }
      }
    }
    for (const text of ["", "soon", "2026-01-02", "2026-01-02T03:04:05.678Z", "2026-01-02 03:04:05Z"]) agree(text)
  })

  it.prop(
    "of any second is read as Date.parse reads it",
    [Schema.Int.check(Schema.isBetween({ minimum: -62_000_000_000, maximum: 250_000_000_000 }))],
    ([second]) => agree(new Date(second * 1000).toISOString().replace(".000Z", "Z"))
  )

  it.prop("that is any text is read as Date.parse reads it", [Schema.String], ([text]) => agree(text))
})
