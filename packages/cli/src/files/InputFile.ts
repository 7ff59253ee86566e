/**
 * Files that a command line names.
 *
 * @since 0.1.0
 */
import { exitCodes } from "../errors/exitCodes.ts"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"

/**
 * A file that cannot be read, or does not hold what was expected: which, and what is wrong.
 *
 * @since 0.1.0
 */
export class BadInputFile extends Schema.TaggedError<BadInputFile>("@effect-digitalocean/cli/BadInputFile")(
  "BadInputFile",
  {
    path: Schema.String,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `${this.path}: ${this.problem}`
  }

  get exitCode(): number {
    return exitCodes.usage
  }
}

/**
 * What a file holds; `expected` says what else the command line would have taken in its place.
 *
 * @since 0.1.0
 */
export const read = Effect.fnUntraced(function* <A, E extends { readonly message: string }>(
  path: string,
  parse: (text: string) => Effect.Effect<A, E>,
  expected = "a JSON file"
) {
  const files = yield* FileSystem.FileSystem
  const text = yield* Effect.mapError(
    files.readFileString(path),
    ({ reason }) =>
      new BadInputFile({
        path,
        problem: reason._tag === "NotFound" ? `there is no such file; expected ${expected}` : whyNot(reason)
      })
  )
  return yield* Effect.mapError(parse(text), ({ message }) => new BadInputFile({ path, problem: message }))
})

/** What the system says, such as `EISDIR: illegal operation on a directory, read`. */
export const whyNot = ({ cause, message }: { readonly cause?: unknown; readonly message: string }): string =>
  cause instanceof Error ? cause.message : message
