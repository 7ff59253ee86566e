/**
 * The configuration file of doimg, `config.toml`: flags that need not be typed, for all profiles and for each.
 *
 *     format = "table"
 *     time_zone = "Europe/Berlin"
 *
 *     [profiles.work]
 *     regions = ["nyc3", "ams3"]
 *
 * @since 0.1.0
 */
import type * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { join } from "node:path"
import * as ConfigFolder from "./ConfigFolder.ts"
import * as FlagWords from "./FlagWords.ts"
import { formats } from "./GlobalFlags.ts"
import * as Profile from "./Profile.ts"
import * as TomlFile from "./TomlFile.ts"

const settings = {
  format: Schema.optionalKey(Schema.Literals(formats)),
  time_zone: Schema.optionalKey(Schema.NonEmptyString),
  regions: Schema.optionalKey(Schema.NonEmptyArray(Schema.NonEmptyString))
}

const File = Schema.Struct({
  ...settings,
  profiles: Schema.optionalKey(Schema.Record(Schema.String, Schema.Struct(settings)))
})

/**
 * The file.
 *
 * @since 0.1.0
 */
export const path = (): string => join(ConfigFolder.ofDoimg(), "config.toml")

/**
 * The profiles that the file describes.
 *
 * @since 0.1.0
 */
export const profiles = Effect.map(
  Effect.suspend(() => TomlFile.read(path(), File)),
  Option.match({ onNone: (): ReadonlyArray<string> => [], onSome: ({ profiles = {} }) => Object.keys(profiles) })
)

/**
 * Adds the flags that the file sets to a command line that does not have them. `--to` is only set for commands that need
 * it, and for releases: no other command chooses by itself where to copy an image.
 *
 * @since 0.1.0
 */
export const apply = Effect.fnUntraced(function* (root: Completions.CommandDescriptor, words: ReadonlyArray<string>) {
  const file = yield* TomlFile.read(path(), File)
  if (Option.isNone(file)) return words
  const { profiles = {}, ...general } = file.value
  const profile = Option.match(Profile.named(valueOf("profile", words)), {
    onNone: () => Profile.defaultName,
    onSome: ({ name }) => name
  })
  const { format, regions, time_zone } = { ...general, ...profiles[profile] }
  const command = root.subcommands.find(({ name }) => words.includes(name))
  const added = [
    ...(format === undefined || given(words, ["--format", "-o", "--json"]) ? [] : [`--format=${format}`]),
    ...flagOf(command, "time-zone", words, time_zone),
    ...(command !== undefined && copying.includes(command.name)
      ? flagOf(command, "to", words, regions?.join(","))
      : []),
    ...flagOf(command, "regions", words, regions?.join(","))
  ]
  const end = words.indexOf("--")
  return end < 0 ? [...words, ...added] : [...words.slice(0, end), ...added, ...words.slice(end)]
})

const copying: ReadonlyArray<string> = ["transfer", "replicate", "release"]

const given = (words: ReadonlyArray<string>, flags: ReadonlyArray<string>): boolean =>
  words.some((word) => flags.includes(word.split("=", 1)[0]!))

const valueOf = (name: string, words: ReadonlyArray<string>): Option.Option<string> => {
  const flag = `--${name}`
  const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`))
  const word = words[at]
  return Option.fromUndefinedOr(word === flag ? words[at + 1] : word?.slice(flag.length + 1))
}

const flagOf = (
  command: Completions.CommandDescriptor | undefined,
  name: string,
  words: ReadonlyArray<string>,
  value: string | undefined
): ReadonlyArray<string> =>
  value === undefined || command === undefined || FlagWords.find(command, `--${name}`) === undefined
    ? []
    : given(words, [`--${name}`])
      ? []
      : [`--${name}=${value}`]
