/**
 * The tokens of the accounts of stored jobs.
 *
 * @since 0.1.0
 */
import * as JobAccounts from "@effect-digitalocean/jobs/durable/JobAccounts"
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Token from "../config/Token.ts"
import * as Client from "../run/Client.ts"
import * as Secrets from "../text/Secrets.ts"
import { version } from "../version.ts"

/**
 * Returns what finds the token of an account on this machine: undefined where the usual order does, for the account
 * `default` and with `--token-file` or `--context`.
 *
 * @since 0.1.0
 */
export const finder = Effect.fnUntraced(function* (account: string) {
  const file = yield* GlobalFlags.TokenFile
  const context = yield* GlobalFlags.Account
  if (Option.isSome(file) || Option.isSome(context)) return undefined
  const token = yield* Effect.mapError(configured(account), named(account))
  if (Option.isSome(token)) {
    return Effect.succeed<Token.Found>({ token: token.value, source: `the account ${account}` })
  }
  return account === usual ? undefined : Effect.fail(named(account)(unset(account)))
})

const named =
  (account: string) =>
  ({ problem }: Token.NoToken) =>
    new Token.NoToken({ problem: `no token for the account ${account}: ${problem}` })

/** The account whose token can also be the one that other commands use. */
const usual = "default"

/** The token of an account in the environment; an empty variable counts as none. */
const configured = (account: string) =>
  JobAccounts.tokenOf(account).pipe(
    Effect.map(Option.filter((token) => Redacted.value(token).trim() !== "")),
    Effect.mapError(({ problem }) => new Token.NoToken({ problem }))
  )

const unset = (account: string) =>
  new Token.NoToken({
    problem: `set the environment variable ${JobAccounts.variableOf(account)}, or create the file ${account} in $DIGITALOCEAN_TOKENS_FOLDER`
  })

/** The token of an account of a runner. */
const tokenOf = (account: string) =>
  Effect.flatMap(configured(account), (token) => {
    if (Option.isSome(token)) return Effect.succeed(token.value)
    if (account !== usual) return Effect.fail(unset(account))
    return Effect.map(Token.resolve, ({ token }) => token)
  })

/**
 * The accounts of a runner.
 *
 * @since 0.1.0
 */
export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const context = yield* Effect.context<GlobalFlags.Settings | Command.Environment>()
    const options = {
      baseUrl: yield* Client.apiUrl,
      userAgent: `doimg/${version}`,
      retry: { maxWait: Client.longMaxWait },
      timeout: "60 seconds"
    } as const
    const find = (account: string) =>
      tokenOf(account).pipe(
        Effect.tap((token) => Effect.sync(() => Secrets.add(token))),
        Effect.mapError(({ message }) => new JobAccounts.UnknownAccount({ account, problem: message })),
        Effect.provide(context)
      )
    return JobAccounts.layer(find, options)
  })
)
