/**
 * The flags of every command, before the subcommand or after it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Time from "../text/Time.ts"

const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

const off = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withoutNegation, Flag.withDefault(false))

/** The forms a result is printed in. */
export const formats = ["table", "json", "ndjson", "csv", "csv-raw"] as const

/** One of them. */
export type Form = (typeof formats)[number]

export const Format = GlobalFlag.Setting("format")({
  flag: Flag.Literals("format", formats).pipe(
    Flag.withDescription(
      "The form of the result on stdout; csv has an apostrophe before what a spreadsheet would take for a formula, csv-raw has none"
    ),
    Flag.withAlias("o"),
    Flag.withMetavar("FORM"),
    Flag.withDefault("table" as const)
  )
})

export const Json = GlobalFlag.Setting("json")({ flag: off("json", "The same as --format json") })

export const Columns = GlobalFlag.Setting("columns")({
  flag: text("columns", "a,b.c", "The fields to print, by DigitalOcean's names; b.c is a field of a field")
})

export const TokenFile = GlobalFlag.Setting("token-file")({
  flag: text("token-file", "FILE", "Read the token from this file; - is stdin")
})

export const Profile = GlobalFlag.Setting("profile")({
  flag: text("profile", "NAME", "Use the login and the settings of this profile; else $DOIMG_PROFILE names it")
})

export const Account = GlobalFlag.Setting("context")({
  flag: text(
    "context",
    "NAME",
    "Use the token of this context of doctl's configuration file; else $DIGITALOCEAN_CONTEXT names it"
  )
})

export const ApiUrl = GlobalFlag.Setting("api-url")({
  flag: text("api-url", "URL", "Where the API is; else $DIGITALOCEAN_API_URL, else DigitalOcean's")
})

export const Quiet = GlobalFlag.Setting("quiet")({
  flag: off("quiet", "Nothing on stderr but errors").pipe(Flag.withAlias("q"))
})

export const Verbose = GlobalFlag.Setting("verbose")({
  flag: off("verbose", "Every request on stderr, with its answer's status and time; the token is not shown")
})

export const NoColor = GlobalFlag.Setting("no-color")({
  flag: off("no-color", "No colours; also where $NO_COLOR is set")
})

export const NoPager = GlobalFlag.Setting("no-pager")({
  flag: off("no-pager", "Do not show what is longer than the terminal with $PAGER")
})

const time = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription(description),
    Flag.filterMap(Time.parse, (given) => `Expected a time such as 90s, 30m or 1h30m, got ${JSON.stringify(given)}`),
    Flag.optional
  )

export const Timeout = GlobalFlag.Setting("timeout")({
  flag: time("timeout", "End after this time, such as 90s, 30m or 1h30m, with exit code 7")
})

export const Grace = GlobalFlag.Setting("grace")({
  flag: time("grace", "How long it may take after --timeout or an interruption to undo what is half done (default 30s)")
})

/** Those that set something, in the order of the help. */
export const all = [
  Format,
  Json,
  Columns,
  TokenFile,
  Profile,
  Account,
  ApiUrl,
  Timeout,
  Grace,
  Quiet,
  Verbose,
  NoColor,
  NoPager
] as const

/** What a command needs that reads one of them. */
export type Settings = GlobalFlag.Setting.Identifier<(typeof all)[number]["id"]>

/** The form of the result: `--json` is short for `--format json`. */
export const form: Effect.Effect<Form, never, Settings> = Effect.gen(function* () {
  return (yield* Json) ? "json" : yield* Format
})
