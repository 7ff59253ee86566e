/**
 * Text for people: what jobs write it with, and what is said in lines on stderr.
 *
 * @since 0.1.0
 */
import * as Text from "@effect-digitalocean/jobs/Text"
import * as Secrets from "./Secrets.ts"

export * from "@effect-digitalocean/jobs/Text"

/**
 * The longest line of a message, in characters.
 *
 * @since 0.1.0
 */
export const longestMessage = 2000

/**
 * A line for people, whatever it quotes: without secrets, {@link Text.safe}, and not longer than a screen.
 *
 * @since 0.1.0
 */
export const message = (text: string): string => Text.safe(bounded(Secrets.remove(text), longestMessage))

/**
 * As {@link message}, for a text of several lines, which it keeps.
 *
 * @since 0.1.0
 */
export const safeLines = (text: string): string => text.split("\n").map(message).join("\n")

/**
 * The beginning of a text that is longer than so many characters, and how many more there are.
 *
 * @since 0.1.0
 */
export const bounded = (text: string, most: number): string => {
  if (text.length <= most) return text
  // half of a pair of surrogates is not a character
  const kept = text.slice(0, most).replace(/[\ud800-\udbff]$/, "")
  return `${kept}... (${text.length - kept.length} more)`
}

/** The id and name of an image or a Droplet, for a line of output. */
export const nameOf = ({ id, name }: { readonly id: number; readonly name: string }): string =>
  name === "" ? `${id}` : `${id} (${name})`
