/**
 * Files that a command line wants written.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as InputFile from "./InputFile.ts"
import { UsageError } from "./Usage.ts"
import { dirname, join } from "node:path"

/**
 * Refuses a place where no file can be written, as far as that can be known before anything is asked; `flag` is what a
 * complaint names.
 *
 * @since 0.1.0
 */
export const check = Effect.fnUntraced(function* (flag: string, file: string) {
  const fs = yield* FileSystem.FileSystem
  const refuse = (problem: string) => new UsageError({ problem: `${flag} ${file}: ${problem}` })
  const typeOf = (path: string) => Effect.option(Effect.map(fs.stat(path), ({ type }) => type))
  if (file.trim() === "") return yield* new UsageError({ problem: `${flag}: expected the name of a file` })
  const there = yield* typeOf(file)
  if (Option.contains(there, "Directory")) {
    return yield* refuse(`it is a folder: name a file in it, such as ${join(file, "audit.html")}`)
  }
  const folder = dirname(file)
  const place = yield* typeOf(folder)
  if (Option.isNone(place)) return yield* refuse(`there is no folder ${folder}: make it first, or name another file`)
  if (place.value !== "Directory") return yield* refuse(`${folder} is no folder: name another file`)
  yield* Effect.mapError(fs.access(Option.isSome(there) ? file : folder, { writable: true }), ({ reason }) =>
    refuse(InputFile.whyNot(reason))
  )
})

/**
 * Writes the file.
 *
 * @since 0.1.0
 */
export const write = Effect.fnUntraced(function* (flag: string, file: string, text: string) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.mapError(
    fs.writeFileString(file, text),
    ({ reason }) => new UsageError({ problem: `${flag} ${file}: ${InputFile.whyNot(reason)}` })
  )
})
