/**
 * `doimg` as a process: its services, its exit code, its signals, and what is said at its end.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as BrokenPipe from "./BrokenPipe.ts"
import * as Complaint from "./Complaint.ts"
import * as Doimg from "./Doimg.ts"
import * as Environment from "./Environment.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Interruption from "./Interruption.ts"
import * as Text from "./Text.ts"
import * as Underway from "./Underway.ts"

const interruption = Interruption.make()
const underway = Underway.make()

/** A failure is one line; a defect is told whole. Errors of the command line are told by the framework. */
const report = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const error = Cause.squash(cause)
  if (CliError.isCliError(error)) return Effect.void
  const isFailure = cause.reasons.every(Cause.isFailReason)
  return Console.error(isFailure ? Complaint.line(error) : Text.safeLines(Cause.pretty(cause)))
}

/** What goes on without this process is not passed over in silence. */
const tellUnderway = Effect.suspend(() => {
  const hint = Underway.hint(underway)
  return hint === "" ? Effect.void : Console.error(`doimg: ${hint}`)
})

/**
 * Runs the command line of this process to its end.
 *
 * @since 0.1.0
 */
export const main = (): void => {
  BrokenPipe.endQuietly()

  let signals = 0
  process.on("SIGINT", () => {
    signals += 1
    // the terminal has written ^C where the cursor was
    if (process.stderr.isTTY) process.stderr.write("\n")
    if (signals > 1) process.exit(ExitCode.interrupted)
  })

  Doimg.run(process.argv.slice(2)).pipe(
    // a finalizer: what is said at an interruption must not be interrupted itself
    Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Effect.andThen(report(exit.cause), tellUnderway))),
    Effect.provideService(Interruption.Interruption, interruption),
    Effect.provideService(Underway.Underway, underway),
    Effect.provide(Environment.layer),
    NodeRuntime.runMain({
      disableErrorReporting: true,
      teardown: (exit, onExit) => {
        const code = ExitCode.ofExit(exit)
        onExit(code === ExitCode.interrupted ? interruption.code : code)
      }
    })
  )
}
