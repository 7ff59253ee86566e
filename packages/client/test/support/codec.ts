import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Tests that a model's schema decodes complete JSON and JSON with only the required fields, and nothing less. */
export const testCodec = (
  name: string,
  schema: Schema.Codec<unknown, unknown>,
  whole: Record<string, unknown>,
  required: ReadonlyArray<string>
) =>
  describe(`the schema of ${name}`, () => {
    const decode = Schema.decodeUnknownEffect(schema)

    it.effect("decodes complete JSON and encodes it back to the same JSON", () =>
      Effect.gen(function* () {
        const model = yield* decode(whole)
        assert.deepStrictEqual(JSON.parse(JSON.stringify(yield* Schema.encodeEffect(schema)(model))), whole)
      })
    )

    it.effect("decodes JSON whose optional fields are absent, null, or unknown", () =>
      Effect.gen(function* () {
        const least = Object.fromEntries(required.map((key) => [key, whole[key]]))
        const nulls = Object.fromEntries(
          Object.keys(whole).map((key) => [key, required.includes(key) ? whole[key] : null])
        )
        const absent = yield* decode(least)
        assert.deepStrictEqual(yield* decode(nulls), absent)
        assert.deepStrictEqual(yield* decode({ ...least, surprise: 1 }), absent)
      })
    )

    for (const key of required) {
      it.effect(`rejects JSON without ${key}, with an error that names the field`, () =>
        Effect.map(Effect.flip(decode({ ...whole, [key]: undefined })), (error) => assert.include(error.message, key))
      )
    }
  })
