import * as Accounts from "@effect-digitalocean/client/Accounts"
import * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import * as Command from "effect/cli/Command"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Client from "../run/Client.ts"
import * as Complaint from "../errors/Complaint.ts"
import * as Output from "../output/Output.ts"
import * as Stderr from "../output/Stderr.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make("limits", {}, (input) =>
  Effect.provideService(withAccount(["limit", "remaining", "reset"], readLimits)(input), Client.MaxWait, Duration.zero)
).pipe(
  Command.withDescription(
    "Show the token's request budget: how many requests an hour, how many are left, and when the oldest one counted is forgotten. Asking costs one"
  ),
  Command.withShortDescription("Show the token's request budget"),
  Command.withExamples([{ command: "doimg limits --format json | jq '.[].remaining'" }])
)

/** Every response has the rate limit in its headers, also one that is rate limited or forbidden. */
const readLimits = Effect.fnUntraced(function* () {
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
