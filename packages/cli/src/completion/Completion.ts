/**
 * What can come next on a command line: commands, flags, and the values that a flag or an argument takes.
 *
 * @since 0.1.0
 */
import type * as Completions from "effect/cli/Completions"
import * as FlagWords from "../config/FlagWords.ts"

/**
 * A word that could stand there, and what it means.
 *
 * @since 0.1.0
 */
export interface Candidate {
  readonly value: string
  readonly about?: string | undefined
}

/**
 * What is looked for: some words; names that the account or the system knows; files.
 *
 * @since 0.1.0
 */
export type Wanted =
  | { readonly kind: "words"; readonly words: ReadonlyArray<Candidate> }
  | { readonly kind: "images" | "regions" | "series" | "contexts" | "profiles"; readonly list: boolean }
  | { readonly kind: "files"; readonly list: false }

/**
 * Where a command line stands: what is wanted, the part of the last word that is typed, and what stands before it in
 * the same word (`--to=sfo3,`).
 *
 * @since 0.1.0
 */
export interface Place {
  readonly wanted: Wanted
  readonly typed: string
  readonly before: string
}

/**
 * Finds the place of the last word, which may be empty, of a command line without the program's own name.
 *
 * @since 0.1.0
 */
export const placeOf = (root: Completions.CommandDescriptor, words: ReadonlyArray<string>): Place => {
  const last = words.at(-1) ?? ""
  let command = root
  let position = 0
  let flag: Completions.FlagDescriptor | undefined
  for (const word of words.slice(0, -1)) {
    if (flag !== undefined) {
      flag = undefined
    } else if (word.startsWith("-")) {
      const found = FlagWords.find(command, word)
      flag = found !== undefined && FlagWords.takesValue(found) && !word.includes("=") ? found : undefined
    } else {
      const sub = command.subcommands.find(({ name }) => name === word)
      if (sub === undefined) position += 1
      else command = sub
    }
  }
  if (flag !== undefined) return valuePlace(flag, "", last)
  const [, name, value] = /^(--[^=]+=)(.*)$/s.exec(last) ?? []
  if (name !== undefined && value !== undefined) {
    const named = FlagWords.find(command, name)
    return named === undefined ? words_([], "", last) : valuePlace(named, name, value)
  }
  if (last.startsWith("-")) return words_(FlagWords.flagsOf(command).flatMap(flagCandidates), "", last)
  if (command.subcommands.length > 0) {
    return words_(
      command.subcommands.map(({ description, name }) => ({ value: name, about: description })),
      "",
      last
    )
  }
  const argument = command.arguments[Math.min(position, command.arguments.length - 1)]
  const past = argument === undefined || (position >= command.arguments.length && !argument.variadic)
  return past ? words_([], "", last) : { wanted: argumentWanted(command.name, argument), typed: last, before: "" }
}

const words_ = (words: ReadonlyArray<Candidate>, before: string, typed: string): Place => ({
  wanted: { kind: "words", words },
  before,
  typed
})

const valuePlace = (flag: Completions.FlagDescriptor, name: string, value: string): Place => {
  const wanted = flagWanted(flag)
  const comma = wanted.kind !== "words" && wanted.list ? value.lastIndexOf(",") + 1 : 0
  return { wanted, before: name + value.slice(0, comma), typed: value.slice(comma) }
}

const named = (...values: ReadonlyArray<string>): Wanted => ({
  kind: "words",
  words: values.map((value) => ({ value }))
})

const flagWanted = ({ name, type }: Completions.FlagDescriptor): Wanted => {
  if (type._tag === "Choice") return named(...type.values)
  switch (name) {
    case "to":
    case "regions":
      return { kind: "regions", list: true }
    case "region":
      return { kind: "regions", list: false }
    case "context":
      return { kind: "contexts", list: false }
    case "series":
      return { kind: "series", list: false }
    case "profile":
      return { kind: "profiles", list: false }
    case "token-file":
    case "seed":
    case "faults":
    case "html":
      return { kind: "files", list: false }
    case "type":
      return named("snapshot", "backup", "custom", "base")
    case "sort":
      return named(
        "name",
        "created_at",
        "size_gigabytes",
        "id",
        "type",
        "distribution",
        "-created_at",
        "-size_gigabytes"
      )
    default:
      return named()
  }
}

const argumentWanted = (command: string, { name, type }: Completions.ArgumentDescriptor): Wanted => {
  if (type._tag === "Choice") return named(...type.values)
  if (name === "image") return { kind: "images", list: false }
  if (name === "method") return named("GET", "POST", "PUT", "PATCH", "DELETE")
  return command === "perform-action" && name === "type" ? named("transfer", "convert") : named()
}

const flagCandidates = (flag: Completions.FlagDescriptor): ReadonlyArray<Candidate> => [
  { value: `--${flag.name}`, about: flag.description },
  ...FlagWords.negationOf(flag).map((value) => ({ value }))
]
