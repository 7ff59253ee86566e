/**
 * The tokens that `doimg auth login` has stored, by profile: a file that only the user can read.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { dirname, join } from "node:path"
import * as AtomicFile from "../files/AtomicFile.ts"
import * as InputFile from "../files/InputFile.ts"
import * as ConfigFolder from "./ConfigFolder.ts"
import * as TomlFile from "./TomlFile.ts"

const File = Schema.Record(Schema.String, Schema.Struct({ token: Schema.NonEmptyString }))

/**
 * The tokens could not be stored.
 *
 * @since 0.1.0
 */
export class NotStored extends Schema.TaggedError<NotStored>("@effect-digitalocean/cli/NotStored")("NotStored", {
  path: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `the token was not stored in ${this.path}: ${this.problem}`
  }
}

/**
 * The file.
 *
 * @since 0.1.0
 */
export const path = (): string => join(ConfigFolder.ofDoimg(), "credentials.toml")

const read = Effect.map(
  Effect.suspend(() => TomlFile.read(path(), File)),
  Option.getOrElse((): typeof File.Type => ({}))
)

/**
 * The profiles that are logged in.
 *
 * @since 0.1.0
 */
export const profiles = Effect.map(read, Object.keys)

/**
 * The token of a profile.
 *
 * @since 0.1.0
 */
export const get = (profile: string) =>
  Effect.map(read, (all) => Option.map(Option.fromUndefinedOr(all[profile]), ({ token }) => token.trim()))

/**
 * Stores the token of a profile.
 *
 * @since 0.1.0
 */
export const store = (profile: string, token: Redacted.Redacted) =>
  Effect.flatMap(read, (all) => write({ ...all, [profile]: { token: Redacted.value(token) } }))

/**
 * Removes the token of a profile; false if there was none.
 *
 * @since 0.1.0
 */
export const remove = Effect.fnUntraced(function* (profile: string) {
  const { [profile]: removed, ...others } = yield* read
  if (removed === undefined) return false
  yield* write(others)
  return true
})

const write = Effect.fnUntraced(
  function* (all: typeof File.Type) {
    const fs = yield* FileSystem.FileSystem
    // strings of JSON are strings of TOML
    const tables = Object.entries(all).map(([profile, { token }]) => {
      return `[${JSON.stringify(profile)}]\ntoken = ${JSON.stringify(token)}\n`
    })
    yield* fs.makeDirectory(dirname(path()), { recursive: true, mode: 0o700 })
    yield* AtomicFile.write(path(), tables.join("\n"), { mode: 0o600 })
    // a file that was there keeps its permissions when it is replaced
    yield* fs.chmod(path(), 0o600)
  },
  Effect.mapError(({ reason }) => new NotStored({ path: path(), problem: InputFile.whyNot(reason) }))
)
