import * as Image from "@effect-digitalocean/client/Image"
import * as Placement from "@effect-digitalocean/client/Placement"
import * as Region from "@effect-digitalocean/client/Region"
import * as Size from "@effect-digitalocean/client/Size"
import * as Result from "effect/Result"

/** Where a Droplet of an image runs, and whether the image has to be copied there first. */
export interface Place {
  readonly region: Region.Region
  readonly size: Size.Size
  readonly isCopied: boolean
}

/** What is requested; documented at `Verify.Options`. */
export interface Requested {
  readonly region?: Region.Ref | undefined
  readonly size?: string | undefined
  readonly replicate?: boolean | undefined
}

/**
 * The first of the regions and the cheapest size in which the image runs by what the account returns; else the region or
 * the size that was requested, for its flags are hints; else the problem.
 */
export const of = (
  image: Image.Image,
  regions: ReadonlyArray<Region.Region>,
  sizes: ReadonlyArray<Size.Size>,
  requested: Requested
): Result.Result<Place, string> => {
  if (!Image.isAvailable(image)) return Result.fail(`it is not available (${image.status || "no status"})`)
  const slugs = requested.region === undefined ? image.regions : [Region.slugOf(requested.region)]
  const candidates = sizes.filter(({ slug }) => requested.size === undefined || slug === requested.size)
  const cheapest = candidates.toSorted(Size.byPrice)
  const places: Array<Omit<Place, "size">> = []
  for (const region of slugs.flatMap((slug) => regions.find((region) => region.slug === slug) ?? [])) {
    const isCopied = !Image.isAvailableIn(region)(image)
    if (isCopied && !canCopy(image, requested)) continue
    const there = isCopied ? { ...image, regions: [...image.regions, region.slug] } : image
    places.push({ region, isCopied })
    const size = cheapest.find(Placement.canRunOn(there, region))
    if (size !== undefined) return Result.succeed({ region, size, isCopied })
  }
  const [first] = places
  const isRequested = requested.region !== undefined || requested.size !== undefined
  const size = cheapest.find(requested.size === undefined ? Placement.fits(image) : mayFit(image))
  return first !== undefined && size !== undefined && isRequested
    ? Result.succeed({ ...first, size })
    : Result.fail(problemOf(image, regions, sizes, requested))
}

/** A size whose disk is not known to be too small. */
const mayFit =
  ({ min_disk_size }: Image.Image) =>
  ({ disk }: Size.Size): boolean =>
    min_disk_size === null || disk === null || disk >= min_disk_size

const canCopy = (image: Image.Image, { replicate = false }: Requested) => replicate && !Image.isBackup(image)

const problemOf = (
  image: Image.Image,
  regions: ReadonlyArray<Region.Region>,
  sizes: ReadonlyArray<Size.Size>,
  requested: Requested
): string => {
  const slug = requested.region === undefined ? undefined : Region.slugOf(requested.region)
  const region = regions.find((region) => region.slug === slug)
  if (slug !== undefined && region === undefined) return `there is no region ${slug}`
  if (requested.size !== undefined && !sizes.some(({ slug }) => slug === requested.size))
    return `there is no size ${requested.size}`
  if (image.min_disk_size === null) return "its min_disk_size is not known, so that no size is certain to fit"
  if (slug === undefined && image.regions.length === 0) return "it is not in any region"
  if (region !== undefined && !Image.isAvailableIn(region)(image)) {
    if (requested.replicate !== true) return `it is not in ${slug}; replicate copies it there first`
    if (Image.isBackup(image)) return `it is not in ${slug}, and a backup cannot be copied: convert it first`
  }
  const where = slug ?? image.regions.join(", ")
  const which = requested.size === undefined ? "no size" : `size ${requested.size} is not one that`
  return `${which} offered in ${where} has a disk of at least ${image.min_disk_size} GB`
}
