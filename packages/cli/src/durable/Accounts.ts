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
  if (isUsual(account)) return undefined
  return Effect.mapError(
    find(account),
    ({ problem }) => new Token.NoToken({ problem: `there is no token for the account ${account} here: ${problem}` })
  )
})

/** The token of an account; that of `default` can also be the one that other commands use. */
const find = (account: string) => {
  const found = ofVariable(account)
  if (found !== undefined) return Effect.succeed(found)
  if (isUsual(account)) return Token.resolve
  return Effect.fail(new Token.NoToken({ problem: `set the environment variable ${JobAccounts.variableOf(account)}` }))
}

const isUsual = (account: string): boolean => account === "default" && ofVariable(account) === undefined

const ofVariable = (account: string): Token.Found | undefined => {
  const name = JobAccounts.variableOf(account)
  const text = process.env[name]?.trim() ?? ""
  return text === "" ? undefined : { token: Redacted.make(text, { label: "DigitalOcean token" }), source: name }
}

/**
 * The accounts of a runner.
 *
 * @since 0.1.0
 */
export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const context = yield* Effect.context<GlobalFlags.Settings | Command.Environment>()
    const baseUrl = yield* Client.apiUrl
    const tokenOf = (account: string) =>
      find(account).pipe(
        Effect.tap(({ token }) => Effect.sync(() => Secrets.add(token))),
        Effect.map(({ token }) => token),
        Effect.mapError(({ message }) => new JobAccounts.UnknownAccount({ account, problem: message })),
        Effect.provide(context)
      )
    return JobAccounts.layer(tokenOf, {
      baseUrl,
      userAgent: `doimg/${version}`,
      retry: { maxWait: Client.longMaxWait },
      timeout: "60 seconds"
    })
  })
)
