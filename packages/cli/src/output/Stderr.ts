/**
 * What is said beside the result: notes, and a terminal that is stderr, so that stdout carries the result alone.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Screen from "./Screen.ts"
import * as Text from "../text/Text.ts"

/** True when stderr is a terminal whose cursor can be moved. */
export const isTerminal = (): boolean => process.stderr.isTTY === true && process.env["TERM"] !== "dumb"

/** True when text may be coloured there. */
export const hasColor: Effect.Effect<boolean, never, GlobalFlags.Settings> = Effect.map(
  GlobalFlags.NoColor,
  (noColor) => !noColor && isTerminal() && Screen.canColor(process.env)
)

/**
 * Tells something in one line, unless `--quiet`.
 *
 * @since 0.1.0
 */
export const note = (text: string): Effect.Effect<void, never, GlobalFlags.Settings> =>
  Effect.flatMap(GlobalFlags.Quiet, (quiet) => (quiet ? Effect.void : Console.error(Text.message(text))))

const unused = Effect.die(new Error("stderr is not read"))

/**
 * Stderr as a terminal to draw on.
 *
 * @since 0.1.0
 */
export const terminal: Terminal.Terminal = Terminal.make({
  columns: Effect.sync(() => process.stderr.columns ?? 80),
  rows: Effect.sync(() => process.stderr.rows ?? 24),
  size: unused,
  readInput: unused,
  readLine: unused,
  display: (text) => Effect.sync(() => void process.stderr.write(text))
})
