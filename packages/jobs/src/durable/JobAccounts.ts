/**
 * The accounts of stored jobs, by name. A runner resolves the name of an account to the services of a client; no token is
 * ever stored.
 *
 * @since 0.1.0
 */
import * as DigitalOcean from "@effect-digitalocean/client/DigitalOcean"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as LearnedDurations from "../internal/durable/learnedDurations.ts"
import { withLease } from "../internal/durable/lease.ts"
import { readTokenFile } from "../internal/durable/tokenFile.ts"

/**
 * The runner has no token for an account of this name.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnknownAccount extends Schema.TaggedError<UnknownAccount>("@effect-digitalocean/jobs/UnknownAccount")(
  "UnknownAccount",
  { account: Schema.String, problem: Schema.String }
) {
  override get message(): string {
    return `there is no token for the account ${JSON.stringify(this.account)}: ${this.problem}`
  }
}

/**
 * The accounts that a runner can use.
 *
 * @category services
 * @since 0.1.0
 */
export class JobAccounts extends Context.Service<
  JobAccounts,
  {
    /** Returns the services of the client of an account; those of one token are made once. */
    readonly services: (
      account: string
    ) => Effect.Effect<Context.Context<DigitalOcean.Services>, UnknownAccount | DigitalOceanError>
  }
>()("@effect-digitalocean/jobs/JobAccounts") {}

/**
 * Returns the name of the environment variable with the token of an account: `DIGITALOCEAN_TOKEN_STAGING_EU` of
 * `staging-eu`.
 *
 * @category getters
 * @since 0.1.0
 */
export const variableOf = (account: string): string =>
  `DIGITALOCEAN_TOKEN_${account.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`

/**
 * The accounts whose tokens `tokenOf` returns. It is run for each attempt of a job, so that a token that was replaced is used
 * from then on. Accounts with the same token share its rate limit.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  tokenOf: (account: string) => Effect.Effect<Redacted.Redacted<string>, UnknownAccount>,
  options: Omit<DigitalOceanClient.Options, "token"> = {}
): Layer.Layer<JobAccounts, never, HttpClient.HttpClient> =>
  Layer.effect(
    JobAccounts,
    Effect.contextWith((outer: Context.Context<HttpClient.HttpClient>) => {
      const context = Context.add(outer, HttpClient.HttpClient, withLease(Context.get(outer, HttpClient.HttpClient)))
      const known = new Map<string, Known>()
      const make = Effect.fnUntraced(function* (account: string, token: Redacted.Redacted<string>) {
        const made = yield* DigitalOcean.make({ ...options, token })
        const learned = LearnedDurations.make(account, made)
        const services = Context.add(made, LearnedDurations.LearnedDurations, learned)
        known.set(account, { token, services })
        return services
      })
      return Effect.succeed(
        JobAccounts.of({
          services: Effect.fnUntraced(function* (account) {
            const token = yield* tokenOf(account)
            const present = known.get(account)
            return present !== undefined && Redacted.value(present.token) === Redacted.value(token)
              ? present.services
              : yield* make(account, token)
          }, Effect.provide(context))
        })
      )
    })
  )

/** The services of an account, and the token that they have. */
interface Known {
  readonly token: Redacted.Redacted<string>
  readonly services: Context.Context<DigitalOcean.Services>
}

/**
 * The accounts whose tokens are in the configuration, by default the environment.
 *
 * **Details**
 *
 * - `DIGITALOCEAN_TOKENS_FOLDER`: a folder with a file for each account, whose name is that of the account and whose text is
 *   the token. Only its owner may be able to read it (mode 0600 or 0400). Replace it by renaming a new file.
 * - `DIGITALOCEAN_TOKEN_<NAME>`: the token of an account without such a file, see {@link variableOf}
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Omit<DigitalOceanClient.Options, "token"> = {}
): Layer.Layer<JobAccounts, never, HttpClient.HttpClient | FileSystem.FileSystem | Path.Path> =>
  Layer.unwrap(
    Effect.map(Effect.context<FileSystem.FileSystem | Path.Path>(), (context) =>
      layer((account) => Effect.provide(configured(account), context), options)
    )
  )

const folderVariable = "DIGITALOCEAN_TOKENS_FOLDER"

/** The token of an account in its file, else in its environment variable. */
const configured = Effect.fnUntraced(function* (account: string) {
  const unknown = (problem: string) => new UnknownAccount({ account, problem })
  const read = <A>(config: Config.Config<A>, variable: string) =>
    Effect.map(
      Effect.mapError(Config.option(config), () => unknown(`${variable} cannot be read`)),
      Option.getOrUndefined
    )
  const folder = yield* read(Config.String(folderVariable), folderVariable)
  const inFile = folder === undefined ? undefined : yield* Effect.mapError(readTokenFile(folder, account), unknown)
  if (inFile !== undefined) return inFile
  const variable = variableOf(account)
  const inVariable = yield* read(Config.Redacted(variable), variable)
  if (inVariable !== undefined) return inVariable
  const file = folder === undefined ? "" : ` or create the file ${account} in ${folder}`
  return yield* unknown(`set the environment variable ${variable}${file}`)
})
