import * as Account from "@effect-digitalocean/client/Account"
import * as Accounts from "@effect-digitalocean/client/Accounts"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { withAccount } from "../run/Account.ts"

const columns = ["email", "name", "team.name", "status", "email_verified", "droplet_limit", "uuid"]

const encode = Schema.encodeSync(Account.Account)

export const command = Command.make(
  "account",
  {},
  withAccount(Rows.fieldsOf(Account.Account), () =>
    Accounts.Accounts.use((account) =>
      Effect.flatMap(account.get, (details) => Output.one({ ...encode(details) }, columns))
    ).pipe(Effect.provide(Accounts.layer))
  )
).pipe(
  Command.withDescription("Show the account the token belongs to"),
  Command.withExamples([{ command: "doimg account --format json | jq -r '.[].email'" }])
)
