import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Credentials from "../config/Credentials.ts"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Profile from "../config/Profile.ts"
import * as Stderr from "../output/Stderr.ts"

export const logout = Command.make("logout", {}, () =>
  Effect.gen(function* () {
    const profile = Option.match(Profile.named(yield* GlobalFlags.Profile), {
      onNone: () => Profile.defaultName,
      onSome: ({ name }) => name
    })
    const wasStored = yield* Credentials.remove(profile)
    return yield* Stderr.note(
      wasStored
        ? `doimg: the token of the profile ${profile} is removed from ${Credentials.path()}; DigitalOcean still accepts it until it is deleted there`
        : `doimg: nobody is logged in with the profile ${profile}`
    )
  })
).pipe(
  Command.withDescription("Log out: remove a stored token. DigitalOcean still accepts it until it is deleted there"),
  Command.withShortDescription("Log out, and remove the token"),
  Command.withExamples([
    { command: "doimg auth logout" },
    { command: "doimg auth logout --profile work", description: "That of a name" }
  ])
)
