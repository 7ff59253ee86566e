import * as Accounts from "@effect-digitalocean/client/Accounts"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Credentials from "../config/Credentials.ts"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Profile from "../config/Profile.ts"
import * as Token from "../config/Token.ts"
import { UsageError } from "../errors/Usage.ts"
import * as Stdin from "../files/Stdin.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Stderr from "../output/Stderr.ts"
import * as SecretPrompt from "../process/SecretPrompt.ts"
import * as Client from "../run/Client.ts"

const fields = ["profile", "file", "email", "team", "status"]

export const login = Command.make("login", {}, () =>
  Effect.gen(function* () {
    yield* Output.checkColumns(fields)
    const profile = Option.match(Profile.named(yield* GlobalFlags.Profile), {
      onNone: () => Profile.defaultName,
      onSome: ({ name }) => name
    })
    if (!Profile.isName(profile)) {
      const problem = `--profile: expected letters, digits, dots and dashes, got ${JSON.stringify(profile)}`
      return yield* new UsageError({ problem })
    }
    const token = Redacted.make((yield* readToken).trim(), { label: "DigitalOcean token" })
    if (Redacted.value(token) === "") return yield* new Token.NoToken({ problem: "no token was given" })
    // a token that DigitalOcean refuses is not stored
    const { email, status, team } = yield* Effect.provide(
      Accounts.Accounts.use(({ get }) => get),
      Layer.provide(Accounts.layer, Client.layerOf(token))
    )
    yield* Credentials.store(profile, token)
    return yield* Output.one(Rows.own({ profile, file: Credentials.path(), email, team: team?.name ?? null, status }))
  })
).pipe(
  Command.withDescription(
    "Log in: read a token from the terminal without showing it, or from stdin, check it, and store it in a file that only you can read. --profile stores it under a name"
  ),
  Command.withShortDescription("Log in, and store the token"),
  Command.withExamples([
    { command: "doimg auth login", description: "Asks for the token" },
    { command: "doimg auth login --profile work < token", description: "Under a name, from a file" }
  ])
)

const readToken = Effect.suspend(() =>
  process.stdin.isTTY === true && Stderr.isTerminal()
    ? SecretPrompt.ask("Token (from DigitalOcean's control panel: API, Tokens; it is not shown): ")
    : Stdin.read("auth login")
)
