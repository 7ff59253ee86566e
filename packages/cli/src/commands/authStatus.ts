import * as Accounts from "@effect-digitalocean/client/Accounts"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Client from "../run/Client.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Token from "../config/Token.ts"
import { withAccount } from "../run/Account.ts"

export const status = Command.make(
  "status",
  {},
  withAccount(
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
