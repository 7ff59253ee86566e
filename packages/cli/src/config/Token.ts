/**
 * Where the token comes from. Never from an argument: the process list shows those.
 *
 * In this order:
 *
 * 1. the flags: `--token-file FILE`, `--profile NAME`, `--context NAME` of doctl's configuration file
 * 2. `DOIMG_PROFILE`; `DIGITALOCEAN_CONTEXT`, which names a context of that file, as it does for doctl
 * 3. `DIGITALOCEAN_TOKEN`, then `DIGITALOCEAN_ACCESS_TOKEN`
 * 4. what `doimg auth login` has stored
 * 5. doctl's configuration file with the context it has in use
 *
 * The first that is set decides. When it names something that holds no token, that is an error: what comes after it may be
 * another account's. The one exception is doctl's own: `DIGITALOCEAN_CONTEXT=default` names the account of the variables
 * for a token, and only where those are empty the `access-token` of the file.
 *
 * @since 0.1.0
 */
import { exitCodes } from "../errors/exitCodes.ts"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Credentials from "./Credentials.ts"
import * as Doctl from "./Doctl.ts"
import * as GlobalFlags from "./GlobalFlags.ts"
import * as Profile from "./Profile.ts"
import * as InputFile from "../files/InputFile.ts"
import * as Stdin from "../files/Stdin.ts"
import { UsageError } from "../errors/Usage.ts"

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
export class NoToken extends Schema.TaggedError<NoToken>("@effect-digitalocean/cli/NoToken")("NoToken", {
  problem: Schema.String
}) {
  override get message(): string {
    return this.problem
  }

  get exitCode(): number {
    return exitCodes.notAuthorised
  }
}

const variables = ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"] as const

const noToken = `no token: set ${variables.join(" or ")} to an access token of DigitalOcean's control panel (API, Tokens), or give --token-file FILE, or log in with "doimg auth login"`

const contextVariable = "DIGITALOCEAN_CONTEXT"

/**
 * The token of the account of a stored job, where the command line has one: then it is that and no other.
 *
 * @since 0.1.0
 */
export const OfAccount = Context.Reference<Effect.Effect<Found, NoToken> | undefined>(
  "@effect-digitalocean/cli/Token/OfAccount",
  { defaultValue: () => undefined }
)

/**
 * Finds the token.
 *
 * @since 0.1.0
 */
export const resolve = Effect.gen(function* () {
  const ofAccount = yield* OfAccount
  if (ofAccount !== undefined) return yield* ofAccount
  const file = yield* GlobalFlags.TokenFile
  const profile = yield* GlobalFlags.Profile
  const context = yield* GlobalFlags.Account
  const flags = [
    ["--token-file", file],
    ["--profile", profile],
    ["--context", context]
  ] as const
  const given = flags.flatMap(([flag, value]) => (Option.isSome(value) ? [flag] : []))
  if (given.length > 1) {
    return yield* new UsageError({ problem: `${given.join(" and ")} name ${given.length} tokens: give one of them` })
  }
  for (const [flag, value] of flags) {
    if (Option.contains(value, ""))
      return yield* new UsageError({ problem: `${flag} is empty: leave it out, or name one` })
  }
  if (Option.isSome(file)) return yield* fromFile(file.value)
  if (Option.isSome(context)) return yield* fromDoctl({ name: context.value, by: `--context ${context.value}` })
  const named = Profile.named(profile)
  if (Option.isSome(named)) return yield* fromLogin(named.value)
  const contextName = variable(contextVariable)
  const byVariable = contextName === "" ? undefined : { name: contextName, by: `${contextVariable}=${contextName}` }
  if (byVariable !== undefined && contextName !== Doctl.defaultContext) return yield* fromDoctl(byVariable)
  for (const name of variables) {
    const text = variable(name)
    if (text !== "") return found(text, name)
  }
  if (byVariable !== undefined) return yield* fromDoctl(byVariable)
  const stored = yield* storedToken(Profile.defaultName)
  return yield* Option.match(stored, {
    onNone: () => fromDoctl(undefined),
    onSome: (token) => Effect.succeed(found(token, `doimg auth login (${Credentials.path()})`))
  })
})

const storedToken = (profile: string) =>
  Effect.mapError(Credentials.get(profile), (error) => new NoToken({ problem: error.message }))

/** The token of a profile that somebody has named. */
const fromLogin = Effect.fnUntraced(function* ({ by, name }: Profile.Named) {
  const stored = yield* storedToken(name)
  if (Option.isSome(stored)) return found(stored.value, `profile ${name} (${Credentials.path()}), by ${by}`)
  return yield* new NoToken({ problem: `${by}: nobody is logged in: log in with doimg auth login --profile ${name}` })
})

/** A variable of the environment; one that is not set is empty. */
const variable = (name: string): string => process.env[name]?.trim() ?? ""

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

/** The token of a context that somebody has named, or of the one that is in use. */
const fromDoctl = Effect.fnUntraced(function* (given: { readonly name: string; readonly by: string } | undefined) {
  const config = yield* Effect.mapError(Doctl.read, (error) => new NoToken({ problem: error.message }))
  if (Option.isNone(config)) {
    const problem =
      given === undefined
        ? noToken
        : `${given.by}: there is no configuration file of doctl at ${Doctl.paths().join(" or ")}`
    return yield* new NoToken({ problem })
  }
  const { contexts, current, path } = config.value
  const name = given?.name ?? current
  const token = Doctl.tokenOf(config.value, name)
  const by = given?.by.startsWith(contextVariable) === true ? `, by ${contextVariable}` : ""
  if (token !== undefined) return found(token, `context ${name} of ${path}${by}`)
  const known = contexts.size === 0 ? "none has a token" : `those with a token are ${[...contexts.keys()].join(", ")}`
  return yield* new NoToken({
    problem:
      given === undefined && contexts.size === 0
        ? `${noToken} (${path} holds none)`
        : `${path} has no token for the context ${name}${by}: ${known}`
  })
})
