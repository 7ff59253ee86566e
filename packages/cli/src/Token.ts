/**
 * Where the token comes from. Never from an argument: the process list shows those.
 *
 * In this order: `--token-file`, `--context` of doctl's configuration file, `DIGITALOCEAN_TOKEN`,
 * `DIGITALOCEAN_ACCESS_TOKEN`, doctl's configuration file with the context it names.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Doctl from "./Doctl.ts"
import * as GlobalFlags from "./GlobalFlags.ts"
import * as InputFile from "./InputFile.ts"
import * as Stdin from "./Stdin.ts"
import { UsageError } from "./Usage.ts"

/**
 * A token, and where it was found, in words.
 *
 * @since 0.1.0
 */
export interface Found {
  readonly token: Redacted.Redacted
  readonly source: string
}

/**
 * There is no token where it was looked for.
 *
 * @since 0.1.0
 */
export class NoToken extends Schema.TaggedError<NoToken>()("NoToken", { problem: Schema.String }) {
  override get message(): string {
    return this.problem
  }
}

const variables = ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"] as const

/**
 * Finds the token.
 *
 * @since 0.1.0
 */
export const resolve = Effect.gen(function* () {
  const file = yield* GlobalFlags.TokenFile
  const context = yield* GlobalFlags.Account
  if (Option.isSome(file) && Option.isSome(context)) {
    return yield* new UsageError({ problem: "--token-file and --context name two tokens: give one of them" })
  }
  for (const [flag, value] of [
    ["--token-file", file],
    ["--context", context]
  ] as const) {
    if (Option.contains(value, ""))
      return yield* new UsageError({ problem: `${flag} is empty: leave it out, or name one` })
  }
  if (Option.isSome(file)) return yield* fromFile(file.value)
  if (Option.isSome(context)) return yield* fromDoctl(context.value)
  for (const variable of variables) {
    const text = process.env[variable]?.trim() ?? ""
    if (text !== "") return found(text, variable)
  }
  return yield* fromDoctl(undefined)
})

const found = (text: string, source: string): Found => ({
  token: Redacted.make(text.trim(), { label: "DigitalOcean token" }),
  source
})

const fromFile = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const file = Effect.mapError(
    fs.readFileString(path),
    (error) => new NoToken({ problem: `--token-file ${path}: ${InputFile.whyNot(error.reason)}` })
  )
  const text = yield* path === "-" ? Stdin.read("--token-file -") : file
  return text.trim() === ""
    ? yield* new NoToken({ problem: `--token-file ${path} is empty` })
    : found(text, `--token-file ${path}`)
})

const fromDoctl = Effect.fnUntraced(function* (context: string | undefined) {
  const config = yield* Effect.mapError(Doctl.read, (error) => new NoToken({ problem: error.message }))
  if (Option.isNone(config)) {
    const problem =
      context === undefined
        ? `no token: set ${variables[0]}, or give --token-file FILE, or log in with doctl`
        : `--context ${context}: there is no configuration file of doctl at ${Doctl.paths().join(" or ")}`
    return yield* new NoToken({ problem })
  }
  const { contexts, current, path } = config.value
  const name = context ?? current
  const token = contexts.get(name)
  if (token !== undefined) return found(token, `context ${name} of ${path}`)
  const known = contexts.size === 0 ? "none has a token" : `those with a token are ${[...contexts.keys()].join(", ")}`
  return yield* new NoToken({
    problem:
      context === undefined && contexts.size === 0
        ? `no token: set ${variables[0]}, or give --token-file FILE, or log in with doctl (${path} holds none)`
        : `${path} has no token for the context ${name}: ${known}`
  })
})
