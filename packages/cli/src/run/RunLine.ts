/**
 * Runs a command line within a command: a schedule reads its job by the definitions of the commands.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Interruption from "../process/Interruption.ts"
import type * as Underway from "../process/Underway.ts"

/**
 * Runs a command line, given without the program's own name; provided where a command line is run.
 *
 * @since 0.1.0
 */
export const RunLine = Context.Reference<
  (
    words: ReadonlyArray<string>
  ) => Effect.Effect<void, unknown, Command.Environment | Interruption.Interruption | Underway.Underway>
>("@effect-digitalocean/cli/RunLine", {
  defaultValue: () => () => Effect.die(new Error("no command line is run"))
})
