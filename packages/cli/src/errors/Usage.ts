/**
 * A command line that the parser took and the command does not.
 *
 * @since 0.1.0
 */
import { exitCodes } from "./exitCodes.ts"
import * as Schema from "effect/Schema"

/**
 * What is wrong with the command line, and what is wanted.
 *
 * @since 0.1.0
 */
export class UsageError extends Schema.TaggedError<UsageError>("@effect-digitalocean/cli/UsageError")("UsageError", {
  problem: Schema.String
}) {
  override get message(): string {
    return this.problem
  }

  get exitCode(): number {
    return exitCodes.usage
  }
}
