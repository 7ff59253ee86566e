import { assert, describe, it } from "@effect/vitest"
import { Arbitraries } from "@effect-digitalocean/testing"
import type * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"

const returns = <A>(schema: Schema.Codec<A, unknown>, wire: unknown) =>
  Effect.gen(function* () {
    const model = yield* Schema.decodeUnknownEffect(schema)(wire)
    const again: unknown = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(schema)(model)))
    assert.isTrue(Equal.equals(yield* Schema.decodeUnknownEffect(schema)(again), model))
  })

/** The paths of fields that were lost. A time may be written in another format, and an id as text. */
const lost = (original: unknown, copy: unknown, path = ""): ReadonlyArray<string> => {
  if (original === null || typeof original !== "object") {
    const isTime = typeof original === "string" && Date.parse(original) === Date.parse(String(copy))
    return original === null || String(original) === String(copy) || isTime ? [] : [path]
  }
  return Object.entries(original)
    .filter(([key]) => key !== "added_tomorrow" && key !== "imgages")
    .flatMap(([key, value]) => lost(value, (copy as Record<string, unknown> | null)?.[key], `${path}.${key}`))
}

describe("JSON whose fields may be absent, null or unknown", () => {
  for (const [name, { schema, wire }] of Object.entries(Arbitraries)) {
    it.effect.prop(
      `decodes to a ${name} that is equal after it is encoded and decoded again`,
      { wire: wire as Arbitrary.Arbitrary<unknown> },
      ({ wire }) => returns(schema as Schema.Codec<unknown, unknown>, wire),
      { arbitrary: { runs: 200 } }
    )

    it.effect.prop(
      `loses no documented field when a ${name} is decoded and encoded`,
      { wire: wire as Arbitrary.Arbitrary<unknown> },
      ({ wire }) =>
        Effect.gen(function* () {
          const codec = schema as Schema.Codec<unknown, unknown>
          const model = yield* Schema.decodeUnknownEffect(codec)(wire)
          assert.deepStrictEqual(lost(wire, yield* Schema.encodeEffect(codec)(model)), [])
        }),
      { arbitrary: { runs: 200 } }
    )
  }
})
