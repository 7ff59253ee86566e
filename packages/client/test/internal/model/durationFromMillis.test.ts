import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { DurationFromMillis } from "../../../src/internal/model/durationFromMillis.ts"

describe("a duration that is encoded in milliseconds", () => {
  it("is decoded from any number, and encoded to it", () => {
    for (const millis of [0, 1, 0.5, 1500, 86_400_000, -1, Number.POSITIVE_INFINITY]) {
      const duration = Schema.decodeUnknownExit(DurationFromMillis)(millis)
      assert.deepStrictEqual(duration, Exit.succeed(Duration.millis(millis)))
      assert.deepStrictEqual(Schema.encodeExit(DurationFromMillis)(Duration.millis(millis)), Exit.succeed(millis))
    }
  })

  for (const invalid of ["1 second", "1500", null, {}]) {
    it(`${JSON.stringify(invalid)} is rejected`, () => {
      assert.isTrue(Exit.isFailure(Schema.decodeUnknownExit(DurationFromMillis)(invalid)))
    })
  }

  it.effect.prop(
    "is the same after encoding and decoding",
    { duration: Schema.toType(DurationFromMillis) },
    ({ duration }) =>
      Effect.gen(function* () {
        const millis = yield* Schema.encodeEffect(DurationFromMillis)(duration)
        assert.isTrue(Duration.equals(yield* Schema.decodeEffect(DurationFromMillis)(millis), duration))
      })
  )

  it("is encoded to JSON also when it is infinite", () => {
    const json = Schema.toCodecJson(DurationFromMillis)
    assert.deepStrictEqual(Schema.encodeExit(json)(Duration.infinity), Exit.succeed("Infinity"))
    assert.deepStrictEqual(Schema.decodeUnknownExit(json)("Infinity"), Exit.succeed(Duration.infinity))
  })
})
