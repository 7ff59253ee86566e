/**
 * The question before something is deleted that the command did not create, or is given away.
 *
 * One rule for all such commands: on a terminal they show their plan and ask; elsewhere they need `--yes`, and without it
 * print the plan, change nothing and exit 2.
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
export class Declined extends Schema.TaggedError<Declined>("@effect-digitalocean/cli/Declined")("Declined", {}) {
  override get message(): string {
    return "nothing was changed"
  }
}

/**
 * What a command that asks got from its command line.
 *
 * @since 0.1.0
 */
export interface Input {
  readonly dryRun: boolean
  readonly yes: boolean
}

/**
 * Whether a command prints its plan as the result: with `--dry-run`, or as it can neither ask nor go on without asking.
 *
 * @since 0.1.0
 */
export const isPlanOnly = ({ dryRun, yes }: Input): boolean => dryRun || (!yes && !canAsk())

const canAsk = (): boolean => process.stdin.isTTY === true && Stderr.isTerminal()

/**
 * Ends a command that printed its plan as the result: a failure unless the plan was all that was wanted.
 *
 * @since 0.1.0
 */
export const endPlan = ({ dryRun }: Input): Effect.Effect<void, UsageError> =>
  dryRun
    ? Effect.void
    : Effect.fail(new UsageError({ problem: "nothing was changed: there is no terminal to ask on, so give --yes" }))

/**
 * Shows the plan and asks, unless `--yes` is given. Anything but y or yes is a no.
 *
 * @since 0.1.0
 */
export const confirm = Effect.fnUntraced(function* (plan: ReadonlyArray<string>, question: string, input: Input) {
  if (input.yes) return
  for (const line of plan) yield* Console.error(Text.message(line))
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
