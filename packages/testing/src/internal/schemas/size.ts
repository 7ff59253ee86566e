import * as Schema from "effect/Schema"

/**
 * A size as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Size = Schema.Struct({
  /** the slug of the size, such as `s-1vcpu-1gb` */
  slug: Schema.String,
  /** the memory in MiB */
  memory: Schema.Int,
  /** the number of virtual CPUs */
  vcpus: Schema.Int,
  /** the size of the disk in GiB */
  disk: Schema.Int,
  /** the included traffic in TB a month */
  transfer: Schema.Finite,
  /** the price of a month in US dollars */
  price_monthly: Schema.Finite,
  /** the price of an hour in US dollars */
  price_hourly: Schema.Finite,
  /** the regions in which new Droplets can have it */
  regions: Schema.Array(Schema.String),
  /** whether new Droplets can have it */
  available: Schema.Boolean,
  /** a description of the size */
  description: Schema.String
}).annotate({ identifier: "size" })

/**
 * A size as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Size extends Schema.Schema.Type<typeof Size> {}
