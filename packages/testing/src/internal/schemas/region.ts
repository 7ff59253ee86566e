import * as Schema from "effect/Schema"

/**
 * A region as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Region = Schema.Struct({
  /** the name of the region, such as `New York 3` */
  name: Schema.String,
  /** the slug of the region, such as `nyc3` */
  slug: Schema.String,
  /** what the region offers, such as `image_transfer` */
  features: Schema.Array(Schema.String),
  /** whether new Droplets can be created */
  available: Schema.Boolean,
  /** the slugs of the sizes that are available */
  sizes: Schema.Array(Schema.String)
}).annotate({ identifier: "region" })

/**
 * A region as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Region extends Schema.Schema.Type<typeof Region> {}
