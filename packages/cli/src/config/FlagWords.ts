/**
 * The flags of a command as words of a command line: what each is called, and whether the next word is its value.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlags from "./GlobalFlags.ts"

/**
 * A command's own flags and those of every command.
 *
 * @since 0.1.0
 */
export const flagsOf = (command: Completions.CommandDescriptor): ReadonlyArray<Completions.FlagDescriptor> => [
  ...command.flags,
  ...globalFlags
]

const globalFlags = [
  ...Completions.fromCommand(
    Command.make("doimg", {
      ...Object.fromEntries(GlobalFlags.all.map(({ flag, id }) => [id, flag]))
    })
  ).flags,
  ...[
    { name: "help", alias: "h", description: "Show help" },
    { name: "version", alias: "v", description: "Show the version" }
  ].map(({ alias, ...flag }) => ({ ...flag, aliases: [alias], type: { _tag: "Boolean" }, negation: false }) as const)
]

/**
 * The flag of a word such as `--sort`, `--no-wait`, `-q` or `--sort=name`.
 *
 * @since 0.1.0
 */
export const find = (command: Completions.CommandDescriptor, word: string): Completions.FlagDescriptor | undefined => {
  const [name = ""] = word.split("=", 1)
  return flagsOf(command).find((flag) => wordsOf(flag).includes(name))
}

/**
 * The words that a flag is called by.
 *
 * @since 0.1.0
 */
export const wordsOf = (flag: Completions.FlagDescriptor): ReadonlyArray<string> => [
  `--${flag.name}`,
  ...flag.aliases.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
  ...negationOf(flag)
]

/**
 * `--no-wait` of `--wait`, where a flag has a negation.
 *
 * @since 0.1.0
 */
export const negationOf = ({ name, negation, type }: Completions.FlagDescriptor): ReadonlyArray<string> =>
  type._tag === "Boolean" && negation !== false ? [`--${typeof negation === "string" ? negation : `no-${name}`}`] : []

/**
 * Whether the word after a flag is its value.
 *
 * @since 0.1.0
 */
export const takesValue = ({ type }: Completions.FlagDescriptor): boolean => type._tag !== "Boolean"
