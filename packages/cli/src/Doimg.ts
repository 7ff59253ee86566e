/**
 * The root of `doimg`: its name, its version and its commands.
 *
 * @since 0.1.0
 */
import * as Command from "effect/cli/Command"
import * as Sandbox from "./Sandbox.ts"
import { version } from "./version.ts"

/**
 * The command with all its subcommands.
 *
 * @since 0.1.0
 */
export const command = Command.make("doimg").pipe(
  Command.withDescription("DigitalOcean images on the command line"),
  Command.withSubcommands([Sandbox.command])
)

/**
 * Runs a command line, given without the program's own name.
 *
 * @since 0.1.0
 */
export const run = Command.runWith(command, { version })
