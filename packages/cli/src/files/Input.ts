/**
 * JSON that a command takes: as it stands, `@FILE` from a file, `@-` from stdin.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as InputFile from "./InputFile.ts"
import * as Nesting from "../text/Nesting.ts"
import * as Stdin from "./Stdin.ts"
import { UsageError } from "../errors/Usage.ts"

/**
 * Reads JSON; `flag` is what a complaint names.
 *
 * @since 0.1.0
 */
export const json = Effect.fnUntraced(function* (flag: string, given: string) {
  const text = given.startsWith("@") ? yield* file(flag, given.slice(1)) : given
  const refuse = (problem: string) => new UsageError({ problem: `${flag}: ${problem}` })
  const value = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (error) => refuse(error instanceof Error ? error.message : "no JSON")
  })
  return Nesting.isTooDeep(value) ? yield* refuse(`nested more than ${Nesting.deepest} levels deep`) : value
})

const file = Effect.fnUntraced(function* (flag: string, path: string) {
  if (path === "-") return yield* Stdin.read(`${flag} @-`)
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.mapError(
    fs.readFileString(path),
    (error) => new UsageError({ problem: `${flag} @${path}: ${InputFile.whyNot(error.reason)}` })
  )
})
