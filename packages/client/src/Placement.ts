/**
 * Predicates for the regions and sizes that an image can be used with.
 *
 * They use the models that the API returned, which can be outdated: DigitalOcean may still reject the request.
 *
 * @since 0.1.0
 */
import type * as Image from "./Image.ts"
import type * as Region from "./Region.ts"
import type * as Size from "./Size.ts"

/**
 * Returns `true` if an image can be transferred to a region: the region is available, offers `image_transfer`, and does
 * not have the image yet.
 *
 * @category predicates
 * @since 0.1.0
 */
export const canReceive =
  (image: Image.Image) =>
  (region: Region.Region): boolean =>
    region.available === true && region.features.includes("image_transfer") && !image.regions.includes(region.slug)

/**
 * Returns `true` if the disk of a size is large enough for an image; `false` if the disk or the image's
 * `min_disk_size` is not known.
 *
 * @category predicates
 * @since 0.1.0
 */
export const fits =
  (image: Image.Image) =>
  (size: Size.Size): boolean =>
    image.min_disk_size !== null && size.disk !== null && size.disk >= image.min_disk_size

/**
 * Returns `true` if a Droplet of a size can be created from an image in a region: the image is available there, the
 * size is offered there, and its disk is large enough.
 *
 * @category predicates
 * @since 0.1.0
 */
export const canRunOn =
  (image: Image.Image, region: Region.Region) =>
  (size: Size.Size): boolean =>
    fits(image)(size) &&
    size.available === true &&
    region.available === true &&
    size.regions.includes(region.slug) &&
    image.regions.includes(region.slug)

/**
 * Returns `true` if a Droplet can be created from an image in a region: one of the sizes can run it there.
 *
 * @see {@link canRunOn} to test one size
 * @category predicates
 * @since 0.1.0
 */
export const canRunIn =
  (image: Image.Image, sizes: ReadonlyArray<Size.Size>) =>
  (region: Region.Region): boolean =>
    sizes.some(canRunOn(image, region))
