import * as Schema from "effect/Schema"

/** The name of a tag; documented at `Tag.Name`. */
export const Name = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_:-]{1,255}$/, {
    message: "Expected 1 to 255 letters, digits, colons, dashes and underscores"
  })
)
