import * as Schema from "effect/Schema"

/**
 * A size as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Size = Schema.Struct({
  slug: Schema.String,
  memory: Schema.Int,
  vcpus: Schema.Int,
  disk: Schema.Int,
  transfer: Schema.Finite,
  price_monthly: Schema.Finite,
  price_hourly: Schema.Finite,
  regions: Schema.Array(Schema.String),
  available: Schema.Boolean,
  description: Schema.String
}).annotate({ identifier: "size" })

/**
 * A size as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Size extends Schema.Schema.Type<typeof Size> {}
