import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AccountOptions, identity } from "../account/account.ts"
import type { Options } from "./options.ts"
import * as Problems from "../schemas/problems.ts"
import { problemsOf as seedProblems } from "../seed/seedJson.ts"

const Time = Schema.Unknown.check(
  Schema.makeFilter((time) => {
    // the type is checked here
    const duration = Duration.fromInput(time as Duration.Input)
    const isSpan = Option.exists(duration, (one) => Duration.isFinite(one) && !Duration.isNegative(one))
    // which would be an invalid time
    return (isSpan && !Number.isNaN(time)) || `Expected a time span such as 10 seconds, got ${time}`
  })
)

const Count = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))

const Text = Schema.NonEmptyString

const Token = Schema.String.check(Schema.isPattern(/^\S+$/, { message: "Expected a token without spaces" }))

const Scopes = Schema.Array(Text)

const optional = Schema.optional

const AccountSchema = Schema.Struct({
  name: Text,
  email: optional(Text),
  uuid: optional(Text),
  token: optional(Token),
  seed: optional(Schema.Unknown),
  scopes: optional(Scopes),
  autoAccept: optional(Schema.Boolean),
  offeredAgain: optional(Schema.Literals(["refused", "same", "another"]))
})

const OptionsSchema = Schema.Struct({
  seed: optional(Schema.Unknown),
  token: optional(Token),
  scopes: optional(Scopes),
  accounts: optional(Schema.NonEmptyArray(AccountSchema)),
  speed: optional(Schema.Finite.check(Schema.isGreaterThan(0))),
  latency: optional(Time),
  readDelay: optional(Time),
  statusDelay: optional(Time),
  imageDelay: optional(Time),
  listOrder: optional(Schema.Literals(["newest first", "oldest first", "shuffled"])),
  keep: optional(Count(0)),
  strict: optional(Schema.Boolean),
  hosts: optional(Schema.Literals(["loopback", "any"])),
  limits: optional(Schema.Struct({ minute: optional(Count(1)), hour: optional(Count(1)) })),
  // has its own error
  faults: optional(Schema.Unknown),
  onExchange: optional(Schema.Unknown)
})

const decode = Problems.decoder(OptionsSchema)

/** Returns every problem of options: unknown ones, invalid values, inconsistent seeds. */
export const problemsOf = (options: Options): ReadonlyArray<Problems.Problem> =>
  Result.match(decode(options), {
    onFailure: (problems) => problems,
    onSuccess: () => {
      const { accounts = [], seed } = options
      return [
        ...within("seed", seed === undefined ? [] : seedProblems(seed)),
        ...accounts.flatMap(({ seed }, i) =>
          within(`accounts[${i}].seed`, seed === undefined ? [] : seedProblems(seed))
        ),
        ...twins(accounts)
      ]
    }
  })

const within = (place: string, problems: ReadonlyArray<Problems.Problem>): ReadonlyArray<Problems.Problem> =>
  problems.map((one) => ({ ...one, place: one.place === "" ? place : `${place}.${one.place}` }))

/** Accounts with the same name or token; one of them may have no token. */
const twins = (accounts: ReadonlyArray<AccountOptions>): ReadonlyArray<Problems.Problem> => {
  const identities = accounts.map(identity)
  return (["name", "token", "email", "uuid"] as const).flatMap((field) => {
    const seen = new Set<string | null>()
    return identities.flatMap(({ [field]: value }, i) =>
      seen.size < seen.add(value).size
        ? []
        : [
            {
              place: `accounts[${i}].${field}`,
              problem: `Expected a ${field} of its own, got ${value ?? "none"} again`
            }
          ]
    )
  })
}
