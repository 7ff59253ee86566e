/**
 * Tags: names that group images and other resources.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The name of a tag: 1 to 255 letters, digits, colons, dashes and underscores.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Tags
 *
 * @category schemas
 * @since 0.1.0
 */
export const Name = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_:-]{1,255}$/, {
    message: "Expected 1 to 255 letters, digits, colons, dashes and underscores"
  })
)
