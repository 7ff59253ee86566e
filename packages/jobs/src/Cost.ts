/**
 * What images cost a month: DigitalOcean prices a snapshot or custom image by its size, whatever the number of regions.
 *
 * Prices move, so they are a parameter; the default ones were read in November 2026.
 *
 * Source: https://docs.digitalocean.com/products/snapshots/details/pricing/
 *
 * @since 0.1.0
 */
import * as Image from "@effect-digitalocean/client/Image"
import * as Schema from "effect/Schema"

/**
 * Schema for {@link Prices}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Prices = Schema.Struct({
  /** of one GB for a month, by default 0.06 */ gigabyteMonth: Schema.Finite,
  /** the minimum charge for an image a month, by default 0.01 */ minimum: Schema.Finite
})

/**
 * Prices in US dollars.
 *
 * @category models
 * @since 0.1.0
 */
export interface Prices extends Schema.Schema.Type<typeof Prices> {}

/**
 * Schema for a {@link Cost}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cost = Schema.Struct({
  /** what is known, in US dollars a month */
  usd: Schema.Finite,
  /** the number of images whose size is not known, which `usd` lacks */
  unknown: Schema.Int
})

/**
 * A monthly cost.
 *
 * **Details**
 *
 * `usd` is the sum for the images whose size is known; `unknown` is the number of images whose size is not returned, which
 * cost something too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost extends Schema.Schema.Type<typeof Cost> {}

/**
 * DigitalOcean's prices of November 2026.
 *
 * @category constructors
 * @since 0.1.0
 */
export const prices: Prices = { gigabyteMonth: 0.06, minimum: 0.01 }

/**
 * Nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const zero: Cost = { usd: 0, unknown: 0 }

/**
 * What images cost a month. Public images and backups cost nothing here: backups are part of their Droplet's price.
 *
 * @category getters
 * @since 0.1.0
 */
export const of = (images: Iterable<Image.Image>, given: Prices = prices): Cost => {
  let usd = 0
  let unknown = 0
  for (const image of images) {
    if (image.public || Image.isBackup(image)) continue
    if (image.size_gigabytes === null) unknown += 1
    else usd += ofSize(image.size_gigabytes, given)
  }
  return { usd, unknown }
}

/**
 * What an image of a size in GB costs a month.
 *
 * @category getters
 * @since 0.1.0
 */
export const ofSize = (gigabytes: number, { gigabyteMonth, minimum }: Prices = prices): number =>
  Math.max(gigabytes * gigabyteMonth, minimum)

/**
 * Both together.
 *
 * @category combinators
 * @since 0.1.0
 */
export const plus = (a: Cost, b: Cost): Cost => ({ usd: a.usd + b.usd, unknown: a.unknown + b.unknown })

/**
 * A cost as text: `$0.21 a month`, and how many images of unknown size it leaves out.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = ({ unknown, usd }: Cost): string => {
  const known = `$${usd.toFixed(2)} a month`
  return unknown === 0 ? known : `${known}, and ${unknown} of unknown size`
}

/**
 * The same cost taken away, as of what is deleted.
 *
 * @category combinators
 * @since 0.1.0
 */
export const negate = ({ unknown, usd }: Cost): Cost => ({ usd: 0 - usd, unknown: 0 - unknown })

/**
 * A change of the cost as text: `$0.21 a month more`, `$1.20 a month less, 1 image of unknown size more`, `no change of the
 * monthly cost`.
 *
 * @category getters
 * @since 0.1.0
 */
export const formatChange = ({ unknown, usd }: Cost): string => {
  const n = Math.abs(unknown)
  const known = Math.abs(usd) < 0.005 ? [] : [`$${Math.abs(usd).toFixed(2)} a month ${usd < 0 ? "less" : "more"}`]
  const others = n === 0 ? [] : [`${n} image${n === 1 ? "" : "s"} of unknown size ${unknown < 0 ? "less" : "more"}`]
  return [...known, ...others].join(", ") || "no change of the monthly cost"
}
