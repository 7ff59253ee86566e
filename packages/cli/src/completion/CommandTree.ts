/**
 * The whole tree of commands and flags, for the command that completes them: it is one of them itself.
 *
 * @since 0.1.0
 */
import type * as Completions from "effect/cli/Completions"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * Loads the tree; provided where a command line is run.
 *
 * @since 0.1.0
 */
export const CommandTree = Context.Reference<Effect.Effect<ReturnType<typeof Completions.fromCommand>>>(
  "@effect-digitalocean/cli/CommandTree",
  { defaultValue: () => Effect.die(new Error("no command line is run")) }
)
