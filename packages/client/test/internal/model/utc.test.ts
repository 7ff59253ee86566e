import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { UtcFromString, utc } from "../../../src/internal/model/utc.ts"

const decode = Schema.decodeUnknownExit(UtcFromString)

describe("a time that is encoded as ISO 8601", () => {
  for (const text of [
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.000Z",
    "2026-01-02T05:04:05+02:00",
    "2026-01-02T03:04:05"
  ]) {
    it(`${text} is decoded, in UTC`, () => {
      assert.deepStrictEqual(decode(text), Exit.succeed(DateTime.makeUnsafe("2026-01-02T03:04:05Z")))
    })
  }

  for (const invalid of ["", "noon", "Z", "2026-13-01T00:00:00Z", 7, null]) {
    it(`${JSON.stringify(invalid)} is rejected`, () => assert.isTrue(Exit.isFailure(decode(invalid))))
  }

  it.effect.prop("is the same after encoding and decoding", { time: Schema.toType(UtcFromString) }, ({ time }) =>
    Effect.gen(function* () {
      const text = yield* Schema.encodeEffect(UtcFromString)(time)
      assert.strictEqual(text, DateTime.formatIso(time))
      assert.isTrue(DateTime.Equivalence(yield* Schema.decodeEffect(UtcFromString)(text), time))
    })
  )

  it("is the same after encoding and decoding at the limits of a date", () => {
    for (const millis of [0, 8.64e15, -8.64e15]) {
      assert.deepStrictEqual(decode(DateTime.formatIso(utc(millis))), Exit.succeed(utc(millis)))
    }
  })
})
