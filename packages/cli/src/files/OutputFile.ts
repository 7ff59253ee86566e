/**
 * Files that a command line wants written.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AtomicFile from "./AtomicFile.ts"
import * as InputFile from "./InputFile.ts"
import { UsageError } from "../errors/Usage.ts"
import { dirname, join } from "node:path"

/**
 * A file could not be written; the one that was there is unchanged.
 *
 * @since 0.1.0
 */
export class FileNotWritten extends Schema.TaggedError<FileNotWritten>()("FileNotWritten", {
  flag: Schema.String,
  file: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.flag} ${this.file} was not written, and what was there is unchanged: ${this.problem}`
  }
}

/**
 * Refuses a place where no file can be written, as far as that can be known before anything is asked; `flag` is what a
 * complaint names.
 *
 * @since 0.1.0
 */
export const check = Effect.fnUntraced(function* (flag: string, file: string) {
  const fs = yield* FileSystem.FileSystem
  const refuse = (problem: string) => new UsageError({ problem: `${flag} ${file}: ${problem}` })
  const writable = (path: string) =>
    Effect.mapError(fs.access(path, { writable: true }), ({ reason }) => refuse(InputFile.whyNot(reason)))
  const typeOf = (path: string) => Effect.option(Effect.map(fs.stat(path), ({ type }) => type))
  if (file.trim() === "") return yield* new UsageError({ problem: `${flag}: expected the name of a file` })
  const there = yield* typeOf(file)
  if (Option.contains(there, "Directory")) {
    return yield* refuse(`it is a folder: name a file in it, such as ${join(file, "audit.html")}`)
  }
  // a file is replaced; what is not one, such as /dev/stdout, is written to
  if (Option.isSome(there) && there.value !== "File") return yield* writable(file)
  const target = yield* Effect.mapError(AtomicFile.followed(file), ({ reason }) => refuse(InputFile.whyNot(reason)))
  const folder = dirname(target)
  const place = yield* typeOf(folder)
  if (Option.isNone(place)) return yield* refuse(`there is no folder ${folder}: make it first, or name another file`)
  if (place.value !== "Directory") return yield* refuse(`${folder} is no folder: name another file`)
  yield* writable(folder)
  if (Option.isSome(there)) yield* writable(file)
})

/**
 * Writes the file, as a whole or not at all.
 *
 * @since 0.1.0
 */
export const write = Effect.fnUntraced(function* (flag: string, file: string, text: string) {
  yield* Effect.mapError(
    AtomicFile.write(file, text),
    ({ reason }) => new FileNotWritten({ flag, file, problem: InputFile.whyNot(reason) })
  )
})
