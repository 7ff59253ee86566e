/**
 * Images: what a Droplet is made from. Distributions and applications of DigitalOcean's, and an account's own
 * snapshots, backups and custom images.
 *
 * The model keeps DigitalOcean's field names. What the API documents as nullable is `X | null`, and an absent field
 * reads as null; other text reads as empty when it is missing. The operations are in `Images`.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { digitalOcean } from "./internal/request/baseUrl.ts"
import { echo } from "./internal/response/echo.ts"
import { id, refId } from "./internal/model/id.ts"
import { lenient, list, model, timestamp } from "./internal/model/model.ts"
import { nameOf as tagName } from "./internal/model/tagName.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import * as Region from "./Region.ts"

/**
 * An image's id, the only way to name a private image.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = id.pipe(Schema.brand("ImageId"))

/**
 * An image's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * The slug of a public image, such as `ubuntu-24-04-x64`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Slug = Schema.NonEmptyString.pipe(Schema.brand("ImageSlug"))

/**
 * The slug of a public image.
 *
 * @category models
 * @since 0.1.0
 */
export type Slug = typeof Slug.Type

/**
 * An image's kind.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Type = openEnum(["base", "snapshot", "backup", "custom", "admin"])

/**
 * An image's kind.
 *
 * @category models
 * @since 0.1.0
 */
export type Type = typeof Type.Type

/**
 * An image's status. A custom image goes from `NEW` over `pending` to `available`, or to `deleted` when its import
 * failed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = openEnum(["NEW", "available", "pending", "deleted", "retired"])

/**
 * An image's status.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type

/**
 * The name of an image's distribution.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Distribution = openEnum([
  "Arch Linux",
  "CentOS",
  "CoreOS",
  "Debian",
  "Fedora",
  "Fedora Atomic",
  "FreeBSD",
  "Gentoo",
  "openSUSE",
  "RancherOS",
  "Rocky Linux",
  "Ubuntu",
  "Unknown"
])

/**
 * The name of an image's distribution.
 *
 * @category models
 * @since 0.1.0
 */
export type Distribution = typeof Distribution.Type

/**
 * An image as DigitalOcean describes it.
 *
 * **Details**
 *
 * - `min_disk_size`: the smallest disk, in GB, a Droplet needs for it
 * - `size_gigabytes`: what is billed, in GB
 * - `slug`: null for private images, also when DigitalOcean sends an empty one
 * - `public`: whether it is DigitalOcean's; null when that is not known
 * - `tags`: null when the token may not see them (`tag:read`), which is not the same as none
 * - `error_message`: why the import of a custom image failed; trim it, DigitalOcean fills it with a blank at times
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images
 *
 * @category models
 * @since 0.1.0
 */
export interface Image {
  readonly id: Id
  readonly name: string
  readonly type: Type
  readonly distribution: Distribution
  readonly slug: Slug | null
  readonly public: boolean | null
  readonly regions: ReadonlyArray<Region.Slug>
  readonly created_at: DateTime.Utc
  readonly min_disk_size: number | null
  readonly size_gigabytes: number | null
  readonly description: string | null
  readonly tags: ReadonlyArray<string> | null
  readonly status: Status
  readonly error_message: string | null
}

const isSlug = Schema.is(Slug)

/**
 * The schema of an {@link Image}: decodes DigitalOcean's JSON, encodes back to it. Only `id` and `created_at` must be
 * there.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Image = model(
  "Image",
  {
    id: Id,
    name: lenient(Schema.String),
    type: lenient(Type),
    distribution: lenient(Distribution),
    slug: lenient(Schema.String),
    public: lenient(Schema.Boolean),
    regions: list(Region.Slug),
    created_at: Schema.String,
    min_disk_size: lenient(Schema.Finite),
    size_gigabytes: lenient(Schema.Finite),
    description: lenient(Schema.String),
    tags: lenient(Schema.Array(Schema.String)),
    status: lenient(Status),
    error_message: lenient(Schema.String)
  },
  {
    is: (u): u is Image => Predicate.hasProperty(u, "created_at") && DateTime.isDateTime(u.created_at) && "id" in u,
    decode: (wire) => ({
      id: wire.id,
      name: wire.name ?? "",
      type: wire.type ?? "",
      distribution: wire.distribution ?? "",
      slug: wire.slug != null && isSlug(wire.slug) ? wire.slug : null,
      public: wire.public ?? null,
      regions: wire.regions ?? [],
      created_at: timestamp("created_at", wire.created_at),
      min_disk_size: wire.min_disk_size ?? null,
      size_gigabytes: wire.size_gigabytes ?? null,
      description: wire.description ?? null,
      tags: wire.tags ?? null,
      status: wire.status ?? "",
      error_message: wire.error_message ?? null
    }),
    encode: (image) => ({ ...image, created_at: DateTime.formatIso(image.created_at) })
  }
)

/**
 * An image, or its id.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Image | Id | number

/**
 * An image has no slug: only DigitalOcean's public images do.
 *
 * @category errors
 * @since 0.1.0
 */
export class MissingSlug extends Schema.TaggedError<MissingSlug>("@effect-digitalocean/client/MissingSlug")(
  "MissingSlug",
  { image: Image }
) {
  override get message(): string {
    return `image ${this.image.id} (${echo(this.image.name)}) has no slug: name it by its id`
  }
}

/**
 * Returns the id of an image that is given as a model or as an id. The id is not checked here: an operation refuses an invalid
 * one with `InvalidInput` before it sends anything.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf: (image: Ref) => Id = refId

/**
 * The slug of an image, or {@link MissingSlug}.
 *
 * **When to use**
 *
 * To write a configuration that must not depend on an id, such as a Droplet that is always made from the latest
 * `ubuntu-24-04-x64`.
 *
 * @category getters
 * @since 0.1.0
 */
export const slugOf = (image: Image): Effect.Effect<Slug, MissingSlug> =>
  image.slug === null ? Effect.fail(new MissingSlug({ image })) : Effect.succeed(image.slug)

/**
 * The address of an image in the API, such as `https://api.digitalocean.com/v2/images/7938291`.
 *
 * @category getters
 * @since 0.1.0
 */
export const url = (image: Ref, baseUrl = digitalOcean): string =>
  `${baseUrl.replace(/\/+$/, "")}/v2/images/${idOf(image)}`

const hasType =
  (type: string) =>
  (image: Image): boolean =>
    image.type.toLowerCase() === type

/**
 * True for a snapshot, of a Droplet or converted from a backup.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSnapshot = hasType("snapshot")

/**
 * True for an automatic backup of a Droplet. It goes when the Droplet goes, unless it is converted to a snapshot.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isBackup = hasType("backup")

/**
 * True for an image imported from a URL.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isCustom = hasType("custom")

/**
 * True for an image of the account: unless it is known to be one of DigitalOcean's public ones.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isPrivate = (image: Image): boolean => image.public !== true

const hasStatus =
  (...statuses: ReadonlyArray<string>) =>
  (image: Image): boolean =>
    statuses.includes(image.status.toLowerCase())

/**
 * True when the image can be used.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isAvailable = hasStatus("available")

/**
 * True while a custom image is being imported.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isPending = hasStatus("new", "pending")

/**
 * True when the image is gone for good: `deleted` (a failed import ends so) or `retired`.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDeleted = hasStatus("deleted", "retired")

/**
 * True when the image is in that region already, so that a transfer there would be refused.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isAvailableIn =
  (region: Region.Ref) =>
  (image: Image): boolean =>
    image.regions.includes(Region.slugOf(region))

/**
 * True when the image carries that tag, given as a model or as a name. False also when tags are not visible (`image.tags === null`).
 *
 * @category predicates
 * @since 0.1.0
 */
export const hasTag =
  (tag: string | { readonly name: string }) =>
  (image: Image): boolean =>
    image.tags?.includes(tagName(tag)) ?? false
