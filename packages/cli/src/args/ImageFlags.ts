/**
 * Arguments and flags that select images.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"

export const image = Argument.String("image").pipe(
  Argument.withMetavar("IMAGE"),
  Argument.withDescription("An id, a slug, or the name of one of the account's images")
)

export const images = image.pipe(Argument.variadic({ min: 1 }))

export const allMatches = Flag.Boolean("all-matches").pipe(
  Flag.withDescription("Where a name is that of several images, take all of them"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

export const convertBackups = Flag.Boolean("convert-backups").pipe(
  Flag.withDescription("Make snapshots of backups first, which cannot be transferred as they are"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)
