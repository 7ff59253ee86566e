import * as Region from "@effect-digitalocean/client/Region"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Completion from "../Completion.ts"
import { shells } from "../completionScripts.ts"
import * as Doctl from "../Doctl.ts"
import { rootOf } from "../Doimg.ts"
import * as ImageNames from "../ImageNames.ts"
import * as Output from "../Output.ts"
import * as ShellWords from "../ShellWords.ts"
import * as Subcommands from "../Subcommands.ts"
import * as Text from "../Text.ts"
import { onAccount } from "./shared.ts"

/** What the scripts of `--completions` call. Whatever goes wrong, a shell that completes a line gets no error. */
export const command = Command.make(
  "complete",
  {
    shell: Argument.Literals("shell", shells),
    words: Argument.String("word").pipe(Argument.variadic())
  },
  (input) =>
    Effect.gen(function* () {
      // bash hands over the line as it stands, the others its words
      const words = input.shell === "bash" ? ShellWords.split(input.words[0] ?? "").slice(1) : input.words
      const root = Completions.fromCommand(yield* rootOf(Subcommands.entries))
      const place = Completion.placeOf(root, words)
      const { wanted } = place
      if (wanted.kind === "files") return yield* Output.write(":files\n")
      const candidates = (yield* candidatesOf(wanted)).filter(({ value }) => value.startsWith(place.typed))
      const lines = candidates.map(({ about, value }) => {
        const word = place.before + value
        if (input.shell === "bash")
          return ShellWords.quote(word.slice(ShellWords.lastBreak(place.before + place.typed)))
        return about === undefined ? word : `${word}\t${about}`
      })
      return yield* Output.write(
        [...new Set(lines)].map((line) => `${line.split("\t").map(Text.safe).join("\t")}\n`).join("")
      )
    }).pipe(Effect.catchCause(() => Effect.void))
).pipe(Command.withDescription("Complete a command line, for the scripts of --completions"), Command.unlisted)

const candidatesOf = Effect.fnUntraced(function* (wanted: Exclude<Completion.Wanted, { readonly kind: "files" }>) {
  if (wanted.kind === "words") return wanted.words
  if (wanted.kind === "regions") return Region.Slug.known.map(valueOnly)
  if (wanted.kind === "images") {
    return yield* Effect.timeout(onAccount([], () => ImageNames.all)(undefined), "3 seconds")
  }
  const config = yield* Doctl.read
  return Option.isNone(config) ? [] : [...config.value.contexts.keys()].map(valueOnly)
})

const valueOnly = (value: string): Completion.Candidate => ({ value })
