/**
 * What is piped in, where a command line says `-`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { text } from "node:stream/consumers"

/** What was read already: it is there once. */
let piped: Promise<string> | undefined

/**
 * All of stdin as text, the same however often it is asked for.
 *
 * @since 0.1.0
 */
export const read: Effect.Effect<string> = Effect.promise(() => {
  piped ??= text(process.stdin)
  return piped
})
