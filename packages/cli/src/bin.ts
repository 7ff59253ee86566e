#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as BrokenPipe from "./BrokenPipe.ts"
import * as Doimg from "./Doimg.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Interruption from "./Interruption.ts"
import * as Text from "./Text.ts"

const interruption = Interruption.make()

/** A failure is one line; a defect is told whole. Errors of the command line are told by the framework. */
const report = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const error = Cause.squash(cause)
  if (CliError.isCliError(error)) return Effect.void
  const isFailure = cause.reasons.every(Cause.isFailReason)
  return Console.error(isFailure && error instanceof Error ? `doimg: ${Text.safe(error.message)}` : Cause.pretty(cause))
}

BrokenPipe.endQuietly()

Doimg.run(process.argv.slice(2)).pipe(
  Effect.tapCause(report),
  Effect.provideService(Interruption.Interruption, interruption),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => {
      const code = ExitCode.ofExit(exit)
      onExit(code === ExitCode.interrupted ? interruption.code : code)
    }
  })
)
