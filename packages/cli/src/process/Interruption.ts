/**
 * What an interruption means to the command that is running: for most an abort (130), for a server its normal end.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExitCode from "../errors/ExitCode.ts"

/**
 * Where the exit code for an interruption is kept.
 *
 * @since 0.1.0
 */
export class Interruption extends Context.Service<Interruption, { code: number }>()(
  "@effect-digitalocean/cli/Interruption"
) {}

/**
 * The state at the beginning: an interruption is an abort.
 *
 * @since 0.1.0
 */
export const make = (): Interruption["Service"] => ({ code: ExitCode.interrupted })

/**
 * From here on an interruption is how the command ends.
 *
 * @since 0.1.0
 */
export const isTheEnd: Effect.Effect<void, never, Interruption> = Effect.map(Interruption, (interruption) => {
  interruption.code = ExitCode.done
})
