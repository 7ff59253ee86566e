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
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { withLease } from "../internal/durable/lease.ts"

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
    /** Returns the services of the client of an account; those of one account are made once. */
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
 * The accounts whose tokens `tokenOf` returns. Accounts with the same token share its rate limit.
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
    Effect.gen(function* () {
      const context = yield* Effect.contextWith((context: Context.Context<HttpClient.HttpClient>) =>
        Effect.succeed(
          Context.add(context, HttpClient.HttpClient, withLease(Context.get(context, HttpClient.HttpClient)))
        )
      )
      const known = new Map<string, Context.Context<DigitalOcean.Services>>()
      return JobAccounts.of({
        services: (account) =>
          Effect.suspend(() => {
            const services = known.get(account)
            if (services !== undefined) return Effect.succeed(services)
            return Effect.flatMap(tokenOf(account), (token) => DigitalOcean.make({ ...options, token })).pipe(
              Effect.provide(context),
              Effect.tap((services) => Effect.sync(() => known.set(account, services)))
            )
          })
      })
    })
  )

/**
 * The accounts whose tokens are in the configuration, by default the environment: `DIGITALOCEAN_TOKEN_<NAME>`, see
 * {@link variableOf}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Omit<DigitalOceanClient.Options, "token"> = {}
): Layer.Layer<JobAccounts, never, HttpClient.HttpClient> =>
  layer((account) => {
    const variable = variableOf(account)
    const unknown = new UnknownAccount({ account, problem: `set the environment variable ${variable}` })
    return Config.option(Config.Redacted(variable)).pipe(
      Effect.mapError(() => unknown),
      Effect.flatMap(Option.match({ onNone: () => Effect.fail(unknown), onSome: Effect.succeed }))
    )
  }, options)
