/**
 * Model of a Droplet size.
 *
 * @since 0.1.0
 */
import * as Order from "effect/Order"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { refText } from "./internal/model/id.ts"
import { lenient, list, model } from "./internal/model/model.ts"
import type * as Region from "./Region.ts"

/**
 * A size, as returned by the API.
 *
 * **Details**
 *
 * `memory` is in MiB, `disk` in GiB, `transfer` in TiB a month, and the prices are in US dollars.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Sizes
 *
 * @category models
 * @since 0.1.0
 */
export interface Size {
  /** the slug of the size, such as `s-1vcpu-1gb` */
  readonly slug: string
  /** a description of the size */
  readonly description: string
  /** whether new Droplets can have it; null if that is not known */
  readonly available: boolean | null
  /** the memory in MiB; null if it is not known */
  readonly memory: number | null
  /** the number of virtual CPUs; null if it is not known */
  readonly vcpus: number | null
  /** the size of the disk in GiB; null if it is not known */
  readonly disk: number | null
  /** the included traffic in TB a month; null if it is not known */
  readonly transfer: number | null
  /** the price of a month in US dollars; null if it is not known */
  readonly price_monthly: number | null
  /** the price of an hour in US dollars; null if it is not known */
  readonly price_hourly: number | null
  /** the regions in which new Droplets can have it */
  readonly regions: ReadonlyArray<Region.Slug>
}

/**
 * Schema for {@link Size}. Its slug is required; missing numbers decode to null.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Size = model(
  "Size",
  {
    slug: Schema.String,
    description: lenient(Schema.String),
    available: lenient(Schema.Boolean),
    memory: lenient(Schema.Finite),
    vcpus: lenient(Schema.Finite),
    disk: lenient(Schema.Finite),
    transfer: lenient(Schema.Finite),
    price_monthly: lenient(Schema.Finite),
    price_hourly: lenient(Schema.Finite),
    regions: list(Schema.String)
  },
  {
    is: (u): u is Size => Predicate.hasProperty(u, "vcpus") && Predicate.hasProperty(u, "slug"),
    decode: (wire) => ({
      slug: wire.slug,
      description: wire.description ?? "",
      available: wire.available ?? null,
      memory: wire.memory ?? null,
      vcpus: wire.vcpus ?? null,
      disk: wire.disk ?? null,
      transfer: wire.transfer ?? null,
      price_monthly: wire.price_monthly ?? null,
      price_hourly: wire.price_hourly ?? null,
      regions: wire.regions ?? []
    }),
    encode: (size) => size
  }
)

/**
 * A size, or its slug.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Size | string

/**
 * Returns the slug of a size, given as a model or as a slug. The slug is not validated here:
 * an operation with an invalid slug fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const slugOf = (size: Ref): string => refText("slug", size)

/**
 * Orders sizes by their price per hour, cheapest first. A size without a known price comes last.
 *
 * @category ordering
 * @since 0.1.0
 */
export const byPrice: Order.Order<Size> = Order.mapInput(
  Order.Number,
  (size: Size) => size.price_hourly ?? Number.POSITIVE_INFINITY
)
