/**
 * A command line as people type it, made one that the parser understands: it takes every word that begins with a dash for
 * flags, also where a value is due.
 *
 * @since 0.1.0
 */
import type * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as FlagWords from "./FlagWords.ts"
import { UsageError } from "../errors/Usage.ts"

/**
 * Joins a value that begins with a dash to its flag: `--sort -created_at` becomes `--sort=-created_at`. A word that can
 * only be a flag (`--private`, `-q`) stays one, so that a flag whose value is missing does not swallow the next. Fails
 * with one sentence for a word such as `-created_at` that is neither, which the parser would take for ten flags.
 *
 * @since 0.1.0
 */
export const prepare = (
  root: Completions.CommandDescriptor,
  words: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, UsageError> =>
  Effect.suspend(() => {
    const prepared: Array<string> = []
    const path = [root.name]
    let command = root
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!
      if (word === "--") return Effect.succeed([...prepared, ...words.slice(i)])
      const flag = word.startsWith("-") ? FlagWords.find(command, word) : undefined
      const next = words[i + 1]
      if (flag !== undefined && FlagWords.takesValue(flag) && !word.includes("=") && next !== undefined) {
        if (!next.startsWith("-") || next === "-") prepared.push(word, words[++i]!)
        else if (isFlags(command, next)) prepared.push(word)
        else prepared.push(`--${flag.name}=${words[++i]}`)
      } else if (flag === undefined && isCluster(word) && !isFlags(command, word) && !asksForHelp(words)) {
        const of = path.join(" ")
        const problem = /^-t(=|.{16})/s.test(word) ? noToken : `Unrecognized flag: ${word} in command ${of}`
        return new UsageError({ problem: `${problem}: see "${of} --help"` })
      } else {
        prepared.push(word)
        const sub = command.subcommands.find(({ name }) => name === word)
        if (sub !== undefined) path.push(sub.name)
        command = sub ?? command
      }
    }
    return Effect.succeed(prepared)
  })

/**
 * What is said of a token that is given as an argument.
 *
 * @since 0.1.0
 */
export const noToken =
  "a token is no argument, for the process list shows those: give --token-file FILE, or set DIGITALOCEAN_TOKEN"

/** `-abc`, which the parser takes for `-a -b -c`; a negative number is a value to it. */
const isCluster = (word: string): boolean => /^-[^-]./s.test(word) && Number.isNaN(Number(word))

/** A long flag, known or not, or short ones that are all known. */
const isFlags = (command: Completions.CommandDescriptor, word: string): boolean => {
  if (word.startsWith("--")) return true
  const [letters = ""] = word.slice(1).split("=", 1)
  return letters !== "" && Array.from(letters).every((letter) => FlagWords.find(command, `-${letter}`) !== undefined)
}

const asksForHelp = (words: ReadonlyArray<string>): boolean => words.includes("--help") || words.includes("-h")
