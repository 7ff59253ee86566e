/**
 * `account`, `limits` and `auth`: who the token belongs to, and what is left of its budget.
 *
 * @since 0.1.0
 */
import * as Account from "@effect-digitalocean/client/Account"
import * as Accounts from "@effect-digitalocean/client/Accounts"
import * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import * as Command from "effect/cli/Command"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Client from "../run/Client.ts"
import * as Complaint from "../errors/Complaint.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Stderr from "../output/Stderr.ts"
import * as Token from "../config/Token.ts"
import { onAccount } from "../run/Account.ts"

const encode = Schema.encodeSync(Account.Account)

export const account = Command.make(
  "account",
  {},
  onAccount(Rows.fieldsOf(Account.Account), () =>
    Accounts.Accounts.use((account) =>
      Effect.flatMap(account.get, (details) => Output.one({ ...encode(details) }))
    ).pipe(Effect.provide(Accounts.layer))
  )
).pipe(
  Command.withDescription("Show the account the token belongs to"),
  Command.withExamples([{ command: "doimg account --format json | jq -r .email" }])
)

export const limits = Command.make("limits", {}, (input) =>
  Effect.provideService(onAccount(["limit", "remaining", "reset"], askLimits)(input), Client.MaxWait, Duration.zero)
).pipe(
  Command.withDescription(
    "Show the token's request budget: how many requests an hour, how many are left, and when the oldest one counted is forgotten. Asking costs one"
  ),
  Command.withShortDescription("Show the token's request budget"),
  Command.withExamples([{ command: "doimg limits --format json | jq .remaining" }])
)

/** The budget is in the head of any answer, a refusal for want of budget or of a scope too. */
const askLimits = Effect.fnUntraced(function* () {
  const client = yield* DigitalOceanClient.DigitalOceanClient
  const asked = yield* Effect.provide(Effect.result(Accounts.Accounts.use(({ get }) => get)), Accounts.layer)
  const seen = yield* client.rateLimit
  if (Result.isFailure(asked)) {
    const { reason } = asked.failure
    const answers = reason._tag === "RateLimited" || reason._tag === "Forbidden"
    if (!answers || Option.isNone(seen)) return yield* asked.failure
    if (reason._tag === "RateLimited") yield* Stderr.note(Complaint.line(asked.failure))
  }
  const { limit, remaining, reset } = Option.match(seen, {
    onNone: () => ({ limit: null, remaining: null, reset: null }),
    onSome: ({ reset, ...budget }) => ({ ...budget, reset: DateTime.formatIso(reset) })
  })
  return yield* Output.one({ limit, remaining, reset })
})

const status = Command.make(
  "status",
  {},
  onAccount(
    ["source", "api_url", "email", "team", "status"],
    Effect.fnUntraced(function* () {
      const { source } = yield* Token.resolve
      const api_url = yield* Client.apiUrl
      const { email, status, team } = yield* Effect.provide(
        Accounts.Accounts.use(({ get }) => get),
        Accounts.layer
      )
      return yield* Output.one(Rows.own({ source, api_url, email, team: team?.name ?? null, status }))
    })
  )
).pipe(
  Command.withDescription("Tell which token is used, without showing it, and whose it is"),
  Command.withExamples([
    { command: "doimg auth status" },
    { command: "doimg auth status --context prod", description: "The token of doctl's context prod" }
  ])
)

export const auth = Command.make("auth").pipe(
  Command.withDescription("About the token"),
  Command.withSubcommands([status])
)
