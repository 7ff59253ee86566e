/**
 * Flags whose value is a text or a list of words.
 *
 * @since 0.1.0
 */
import * as Tag from "@effect-digitalocean/client/Tag"
import * as Schema from "effect/Schema"
import * as Flag from "effect/cli/Flag"

/** A flag with one or more words, separated by commas or given in several flags. */
export const list = (name: string, metavar: string, description: string) =>
  words(Flag.atLeast(named(name, metavar, description), 1), metavar)

/** The same as {@link list}, for a flag that is optional. */
export const optionalList = (name: string, metavar: string, description: string) =>
  words(Flag.atLeast(named(name, metavar, description), 0), metavar)

/** The flag `--tag TAG,...`, whose words are tags. */
export const optionalTags = (description: string) =>
  optionalList("tag", "TAG,...", description).pipe(
    Flag.filter(
      (tags) => tags.every(isTag),
      () => "Expected tags: letters, digits, colons, dashes and underscores, at most 255"
    )
  )

const isTag = Schema.is(Tag.Name)

/** A flag with one text, which is not empty as that of a variable that is not set; optional. */
export const optionalText = (name: string, metavar: string, description: string) =>
  named(name, metavar, description).pipe(
    Flag.filter(
      (text) => text.trim() !== "",
      () => `Expected a ${metavar}`
    ),
    Flag.optional
  )

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
