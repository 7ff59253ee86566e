import * as Region from "@effect-digitalocean/client/Region"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CommandTree } from "../completion/CommandTree.ts"
import * as Completion from "../completion/Completion.ts"
import { shells } from "../config/completionScripts.ts"
import * as Credentials from "../config/Credentials.ts"
import * as Settings from "../config/Settings.ts"
import * as Doctl from "../config/Doctl.ts"
import * as AccountNames from "../completion/AccountNames.ts"
import * as Pager from "../output/Pager.ts"
import * as ShellWords from "../text/ShellWords.ts"
import * as Text from "../text/Text.ts"
import { withAccount } from "../run/Account.ts"

/** What the scripts of `doimg completion` call. Whatever goes wrong, a shell that completes a line gets no error. */
export const command = Command.make(
  "complete",
  {
    shell: Argument.Literals("shell", shells),
    words: Argument.String("word").pipe(Argument.variadic())
  },
  (input) =>
    Effect.gen(function* () {
      const { quoted, words } = lineOf(input)
      const root = yield* yield* CommandTree
      const place = Completion.placeOf(root, words)
      const { wanted } = place
      if (wanted.kind === "files") return yield* Pager.write(`${files}\n`)
      const candidates = (yield* candidatesOf(wanted)).filter(({ value }) => value.startsWith(place.typed))
      const lines = candidates.map(({ about, value }) => {
        const word = quoted(place.before + value)
        return about === undefined || input.shell === "bash" ? word : `${word}\t${Text.message(about)}`
      })
      return yield* Pager.write([...new Set(lines)].map((line) => `${line}\n`).join(""))
    }).pipe(Effect.catchCause(() => Effect.void))
).pipe(Command.withDescription("Complete a command line, for the scripts of doimg completion"), Command.unlisted)

/** What a shell takes for a word is a line: it asks for the names of files. */
const files = ":files"

/** The words up to the cursor, and how a word is written that takes the place of the last one. */
const lineOf = ({
  shell,
  words
}: {
  readonly shell: (typeof shells)[number]
  readonly words: ReadonlyArray<string>
}) => {
  if (shell === "bash") {
    // the line as it is typed, and the end of it that bash replaces: behind an open quote, or what it takes for a break
    const [line = "", replaced = ""] = words
    const kept = ShellWords.split(line.slice(0, line.length - replaced.length))
    const start = kept.words.at(-1)?.length ?? 0
    const quoted = (word: string) => ShellWords.quote(word.slice(start), kept.open)
    return { words: ShellWords.split(line).words.slice(1), quoted }
  }
  // zsh and fish quote by themselves, and fish gives the last word as it is typed
  const last = shell === "fish" ? words.slice(-1).map(ShellWords.unquoteFish) : words.slice(-1)
  return { words: [...words.slice(0, -1), ...last], quoted: (word: string) => word }
}

/** What a line of a shell can hold, and what is not a secret, a flag or a sign of this program's own. */
const canBeWord = ({ value }: Completion.Candidate): boolean =>
  value !== files && value !== "" && !value.startsWith("-") && Text.message(value) === value

const candidatesOf = Effect.fnUntraced(function* (wanted: Exclude<Completion.Wanted, { readonly kind: "files" }>) {
  if (wanted.kind === "words") return wanted.words
  if (wanted.kind === "images" || wanted.kind === "regions" || wanted.kind === "series") {
    const { kind } = wanted
    const names = Effect.timeout(withAccount([], () => AccountNames.of(kind))(undefined), "3 seconds")
    // the known regions do without an account
    const known = Region.Slug.known.map(valueOnly)
    return (yield* kind === "regions" ? Effect.catch(names, () => Effect.succeed(known)) : names).filter(canBeWord)
  }
  if (wanted.kind === "profiles") {
    const names = new Set([...(yield* Credentials.profiles), ...(yield* Settings.profiles)])
    return [...names].map(valueOnly).filter(canBeWord)
  }
  const config = yield* Doctl.read
  return Option.isNone(config) ? [] : [...config.value.contexts.keys()].map(valueOnly).filter(canBeWord)
})

const valueOnly = (value: string): Completion.Candidate => ({ value })
