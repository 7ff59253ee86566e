/**
 * TOML files of doimg: read whole, checked by a schema, so that a key that is misspelt does not go unnoticed.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as InputFile from "../files/InputFile.ts"

/**
 * Reads a file; none if there is none. Fails for one that cannot be read or that the schema does not describe.
 *
 * @since 0.1.0
 */
export const read = Effect.fnUntraced(function* <A>(path: string, schema: Schema.Codec<A, unknown>) {
  const fs = yield* FileSystem.FileSystem
  const refuse = (problem: string) => new InputFile.BadInputFile({ path, problem })
  const text = yield* fs.readFileString(path).pipe(
    Effect.map(Option.some),
    Effect.catch(({ reason }) =>
      reason._tag === "NotFound" ? Effect.succeedNone : Effect.fail(refuse(InputFile.whyNot(reason)))
    )
  )
  if (Option.isNone(text)) return Option.none<A>()
  const { parse } = yield* Effect.promise(() => import("effect/encoding/Toml"))
  const toml = parse(text.value)
  // the message of a parser may quote the line, and a token with it
  if (Result.isFailure(toml)) return yield* refuse("it is not TOML")
  const decoded = yield* Schema.decodeUnknownEffect(schema)(toml.success, { onExcessProperty: "error" }).pipe(
    Effect.mapError((error) => refuse(error.message.replace(/\s*\n\s*/g, " ")))
  )
  return Option.some(decoded)
})
