/**
 * What is piped in, where a command line says `-`.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { text } from "node:stream/consumers"
import { UsageError } from "../errors/Usage.ts"

/** What was read already, and for which flag: it is there once. */
let piped: { readonly flag: string; readonly text: Promise<string> } | undefined

/**
 * All of stdin as text for a flag, the same however often it asks. Refused when another flag has it: a token must not be
 * taken for anything else. Who is expected to type is told so.
 *
 * @since 0.1.0
 */
export const read = Effect.fnUntraced(function* (flag: string) {
  if (piped !== undefined && piped.flag !== flag) {
    return yield* new UsageError({ problem: `${flag}: stdin is read by ${piped.flag} already: give a file` })
  }
  if (piped === undefined && process.stdin.isTTY === true) {
    yield* Console.error(`doimg: ${flag} reads from the terminal, until Ctrl-D`)
  }
  piped ??= { flag, text: text(process.stdin) }
  const { text: all } = piped
  return yield* Effect.promise(() => all)
})
