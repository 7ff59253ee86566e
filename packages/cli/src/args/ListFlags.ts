/**
 * Flags whose value is a list of words.
 *
 * @since 0.1.0
 */
import * as Flag from "effect/cli/Flag"

/** A flag with one or more words, separated by commas or given in several flags. */
export const list = (name: string, metavar: string, description: string) =>
  words(Flag.atLeast(named(name, metavar, description), 1), metavar)

/** The same as {@link list}, for a flag that is optional. */
export const optionalList = (name: string, metavar: string, description: string) =>
  words(Flag.atLeast(named(name, metavar, description), 0), metavar)

const named = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))

const words = (flag: Flag.Flag<ReadonlyArray<string>>, metavar: string) =>
  flag.pipe(
    Flag.map((given) => [...new Set(given.flatMap((text) => text.split(",")).map((word) => word.trim()))]),
    Flag.filter(
      (words) => words.every((word) => word !== ""),
      () => `Expected ${metavar}: words with commas between`
    )
  )
