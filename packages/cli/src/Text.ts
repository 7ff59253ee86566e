/**
 * Text for a terminal, as the jobs make it.
 *
 * @since 0.1.0
 */
import * as Text from "@effect-digitalocean/jobs/Text"

export * from "@effect-digitalocean/jobs/Text"

/**
 * As {@link Text.safe}, for a text of several lines, which it keeps.
 *
 * @since 0.1.0
 */
export const safeLines = (text: string): string => text.split("\n").map(Text.safe).join("\n")
