import * as Schema from "effect/Schema"

/**
 * Creates the class of an error of this package: a tagged error whose schema has the package's name before the tag, so that
 * it differs from those of other packages.
 */
export const taggedError =
  <Self>() =>
  <const Tag extends string, const Fields extends Schema.Struct.Fields>(tag: Tag, fields: Fields) =>
    Schema.TaggedError<Self>(`@effect-digitalocean/client/${tag}`)(tag, fields)
