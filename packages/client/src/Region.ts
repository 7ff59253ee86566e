/**
 * Model of a region: a datacenter in which images are available, and to which they can be transferred.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { refText } from "./internal/model/id.ts"
import { lenient, list, model } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"

/**
 * A region's slug, such as `nyc3`. Accepts any string; `Slug.known` lists the documented values.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Slug = openEnum([
  "ams2",
  "ams3",
  "atl1",
  "blr1",
  "fra1",
  "lon1",
  "nyc1",
  "nyc2",
  "nyc3",
  "ric1",
  "sfo1",
  "sfo2",
  "sfo3",
  "sgp1",
  "syd1",
  "tor1"
])

/**
 * A region's slug: a known one, or any string.
 *
 * @category models
 * @since 0.1.0
 */
export type Slug = typeof Slug.Type

/**
 * A region, as returned by the API.
 *
 * **Details**
 *
 * `features` lists what the region supports (`image_transfer`, `backups` ...). `sizes` is empty if the token does not
 * have the scope `sizes:read`. `available` is null if it is not known.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Regions
 *
 * @category models
 * @since 0.1.0
 */
export interface Region {
  /** the slug of the region, such as `nyc3` */
  readonly slug: Slug
  /** the name of the region, such as `New York 3` */
  readonly name: string
  /** whether new Droplets can be created; null if that is not known */
  readonly available: boolean | null
  /** what the region offers, such as `image_transfer` */
  readonly features: ReadonlyArray<string>
  /** the slugs of the sizes that are available */
  readonly sizes: ReadonlyArray<string>
}

/**
 * Schema for {@link Region}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Region = model(
  "Region",
  {
    slug: Slug,
    name: lenient(Schema.String),
    available: lenient(Schema.Boolean),
    features: list(Schema.String),
    sizes: list(Schema.String)
  },
  {
    is: (u): u is Region => Predicate.hasProperty(u, "slug") && Predicate.isString(u.slug),
    decode: (wire) => ({
      slug: wire.slug,
      name: wire.name ?? "",
      available: wire.available ?? null,
      features: wire.features ?? [],
      sizes: wire.sizes ?? []
    }),
    encode: (region) => region
  }
)

/**
 * A region, or its slug.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Slug | Region

/**
 * Returns the slug of a region, given as a model or as a slug. The slug is not validated here:
 * an operation with an invalid slug fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const slugOf = (region: Ref): Slug => refText("slug", region)
