/**
 * `IMAGE... TAG` on a command line: images, and last a tag.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as ImageArguments from "./ImageArguments.ts"
import { UsageError } from "../errors/Usage.ts"

/** The words of the line; the parser takes one list of them. */
export const imagesAndTag = Argument.String("image").pipe(
  Argument.withMetavar("IMAGE... TAG"),
  Argument.withDescription("Images by id or name, and last the tag"),
  Argument.variadic({ min: 1 })
)

/**
 * The images that the words name, and the tag.
 *
 * @since 0.1.0
 */
export const resolve = Effect.fnUntraced(function* (words: ReadonlyArray<string>, options: { allMatches: boolean }) {
  const tag = words.at(-1) ?? ""
  if (words.length < 2) {
    return yield* new UsageError({ problem: `expected IMAGE... TAG, got ${JSON.stringify(tag)} alone` })
  }
  return { images: yield* ImageArguments.resolveOwn(words.slice(0, -1), options, ", and has no tags"), tag }
})
