/**
 * The question before something is deleted.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createInterface } from "node:readline/promises"
import * as Stderr from "../output/Stderr.ts"
import * as Text from "../text/Text.ts"
import { UsageError } from "../errors/Usage.ts"

/**
 * The question was answered with no.
 *
 * @since 0.1.0
 */
export class Declined extends Schema.TaggedError<Declined>()("Declined", {}) {
  override get message(): string {
    return "nothing was deleted"
  }
}

/**
 * Shows what would be deleted and asks, on a terminal; elsewhere `--yes` is needed. Anything but y or yes is a no.
 *
 * @since 0.1.0
 */
export const confirm = Effect.fnUntraced(function* (
  about: { readonly names: string; readonly table: ReadonlyArray<string> },
  question: string,
  yes: boolean
) {
  if (yes) return
  if (process.stdin.isTTY !== true || !Stderr.isTerminal()) {
    return yield* new UsageError({
      problem: `deleting ${about.names} needs --yes where there is no terminal to ask on`
    })
  }
  for (const line of about.table) yield* Console.error(Text.message(line))
  const answer = yield* ask(`${Text.message(question)} [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) return yield* new Declined()
})

const ask = (question: string): Effect.Effect<string> =>
  Effect.callback<string>((resume, signal) => {
    const reader = createInterface({ input: process.stdin, output: process.stderr })
    let answered = false
    // a closed input is a no, and leaves the cursor behind the question
    reader.once("close", () => {
      if (!answered && !signal.aborted) process.stderr.write("\n")
      resume(Effect.succeed(""))
    })
    reader.once("SIGINT", () => process.kill(process.pid, "SIGINT"))
    reader.question(question, { signal }).then(
      (answer) => {
        answered = true
        resume(Effect.succeed(answer))
        reader.close()
      },
      () => reader.close()
    )
  })
