import * as Schema from "effect/Schema"

/**
 * A region as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Region = Schema.Struct({
  name: Schema.String,
  slug: Schema.String,
  features: Schema.Array(Schema.String),
  available: Schema.Boolean,
  sizes: Schema.Array(Schema.String)
}).annotate({ identifier: "region" })

/**
 * A region as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Region extends Schema.Schema.Type<typeof Region> {}
