/**
 * `doimg` as a process: its services, its exit code, its signals, and what is said at its end.
 *
 * Whatever ends it (a signal, a closed pipe, a full disk, an error that nobody caught) interrupts the command, whose
 * finalizers then run to their end or to their deadline. Only a second signal ends the process at once.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as BrokenPipe from "./process/BrokenPipe.ts"
import * as Doimg from "./Doimg.ts"
import * as Environment from "./process/Environment.ts"
import * as ErrorReport from "./errors/ErrorReport.ts"
import * as ExitCode from "./errors/ExitCode.ts"
import * as Interruption from "./process/Interruption.ts"
import * as Leftovers from "./process/Leftovers.ts"
import * as Signals from "./process/Signals.ts"
import * as Subcommands from "./Subcommands.ts"
import * as Text from "./text/Text.ts"
import * as Underway from "./process/Underway.ts"
import { writeSync } from "node:fs"

/** What a command keeps of itself, for the end of the process. */
interface State {
  readonly interruption: Interruption.Interruption["Service"]
  readonly underway: Underway.Underway["Service"]
  readonly leftovers: Leftovers.Registry
}

/** A failure is one line, or JSON; a defect is printed completely. The framework prints errors of the command line. */
const report = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const error = Cause.squash(cause)
  if (CliError.isCliError(error)) return Effect.void
  const isFailure = cause.reasons.every(Cause.isFailReason)
  return isFailure ? ErrorReport.print(error) : Console.error(Text.safeLines(Cause.pretty(cause)))
}

/** What this process leaves behind, and what goes on without it. */
const remains = ({ leftovers, underway }: State): ReadonlyArray<string> => {
  const hint = Underway.hint(underway)
  return [...Leftovers.sentences(leftovers), ...(hint === "" ? [] : [hint])]
}

const tell = (lines: ReadonlyArray<string>): Effect.Effect<void> =>
  Effect.forEach(lines, (line) => Console.error(Text.message(`doimg: ${line}`)), { discard: true })

/**
 * Runs a command line, and says how it ended.
 *
 * @since 0.1.0
 */
export const run = (args: ReadonlyArray<string>, state: State): Effect.Effect<void, unknown> =>
  Doimg.run(args).pipe(
    Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : report(exit.cause))),
    // a finalizer: what is said at an interruption must not be interrupted itself
    Effect.onExit((exit) => tell(Exit.isSuccess(exit) ? Leftovers.sentences(state.leftovers) : remains(state))),
    Effect.provideService(ErrorReport.Form, { asJson: ErrorReport.wantsJson(args) }),
    Effect.provideService(Interruption.Interruption, state.interruption),
    Effect.provideService(Underway.Underway, state.underway),
    Effect.provideService(Leftovers.Leftovers, state.leftovers),
    Effect.provide(Environment.layer)
  )

/** What the process ends with, when the command does not say it. */
interface Ending {
  signal: number | undefined
  /** stdout cannot be written: undefined while it can */
  stdout: number | undefined
  /** an error that nobody caught */
  isDefect: boolean
}

const codeOf = (
  exit: Exit.Exit<unknown, unknown>,
  { interruption }: State,
  { isDefect, signal, stdout }: Ending
): number => {
  const own = ExitCode.ofExit(exit)
  if (own !== ExitCode.done && own !== ExitCode.interrupted) return own
  if (isDefect) return ExitCode.failed
  if (own === ExitCode.done) return stdout ?? ExitCode.done
  if (interruption.code !== ExitCode.interrupted) return interruption.code
  return signal ?? stdout ?? ExitCode.interrupted
}

/**
 * Runs the command line of this process to its end.
 *
 * @since 0.1.0
 */
export const main = (): void => {
  const args = process.argv.slice(2)
  const mayChange = Subcommands.mayChange(args)
  const ending: Ending = { signal: undefined, stdout: undefined, isDefect: false }
  const state: State = { interruption: Interruption.make(), underway: Underway.make(), leftovers: Leftovers.make() }

  // started in a moment, when what may end it is listened for
  const fiber = Effect.runFork(Effect.andThen(Effect.yieldNow, run(args, state)))
  const interrupt = () => fiber.interruptUnsafe(fiber.id)

  BrokenPipe.watch(({ isClosed, message }) => {
    // a reader that had enough is no failure of a command that only reads; a change without a result is none either, but
    // a script must not take it for a success
    ending.stdout = !isClosed ? ExitCode.failed : mayChange ? ExitCode.brokenPipe : ExitCode.done
    if (!isClosed) process.stderr.write(`doimg: the result cannot be written: ${message}\n`)
    else if (mayChange) process.stderr.write("doimg: stdout was closed before the result was written\n")
    if (!mayChange) interrupt()
  })

  Signals.watch({
    first: (signal) => {
      ending.signal = ExitCode.ofSignal[signal]
      // the terminal has written ^C where the cursor was
      if (process.stderr.isTTY) process.stderr.write("\n")
      interrupt()
    },
    again: (signal) => endAtOnce(state, ExitCode.ofSignal[signal])
  })

  process.on("uncaughtException", (error) => {
    ending.isDefect = true
    process.stderr.write(`${Text.safeLines(error instanceof Error ? (error.stack ?? String(error)) : String(error))}\n`)
    interrupt()
  })

  // a fiber that only waits for an event of its own keeps no process alive
  const alive = setInterval(() => undefined, 2 ** 31 - 1)
  fiber.addObserver((exit) => {
    // a stream tells that it is broken a little after it has been written to
    setImmediate(() => {
      clearInterval(alive)
      const code = codeOf(exit, state, ending)
      // what went well ends by itself, when everything is written
      if (code !== ExitCode.done || ending.signal !== undefined) process.exit(code)
    })
  })
}

/** Finalizers do not run any more; what is not undone is said. */
const endAtOnce = (state: State, code: number): never => {
  const { leftovers } = state
  for (const kill of leftovers.processes) kill()
  const left = [...[...leftovers.requests].map(Leftovers.cutOff), ...remains(state)]
  const lines = left.length === 0 ? ["ended at once; nothing is known to be left behind"] : left
  try {
    writeSync(2, lines.map((line) => `${Text.message(`doimg: ${line}`)}\n`).join(""))
  } catch {
    // nobody reads it
  }
  return process.exit(code)
}
