/**
 * Model of an image, from which Droplets are created: DigitalOcean's public distributions and applications, and the
 * snapshots, backups and custom images of an account.
 *
 * The model keeps DigitalOcean's field names. A field that the API documents as nullable is `X | null`, and decodes to
 * null if it is missing. Any other missing string decodes to the empty string. The operations are in `Images`.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { digitalOcean } from "./internal/request/baseUrl.ts"
import { echo } from "./internal/response/echo.ts"
import { id, refId, slugOrNull } from "./internal/model/id.ts"
import { lenient, list, model, timestamp } from "./internal/model/model.ts"
import { nameOf as tagName } from "./internal/model/tagName.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import * as Region from "./Region.ts"
import { taggedError } from "./internal/model/taggedError.ts"

/**
 * An image's id. A private image has no slug, so only its id identifies it.
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
export const Slug = /* @__PURE__ */ Schema.NonEmptyString.pipe(/* @__PURE__ */ Schema.brand("ImageSlug"))

/**
 * The slug of a public image.
 *
 * @category models
 * @since 0.1.0
 */
export type Slug = typeof Slug.Type

/**
 * The type of an image.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Type = openEnum(["base", "snapshot", "backup", "custom", "admin"])

/**
 * The type of an image.
 *
 * @category models
 * @since 0.1.0
 */
export type Type = typeof Type.Type

/**
 * An image's status. A custom image goes from `NEW` through `pending` to `available`, or to `deleted` if its import
 * fails.
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
 * An image, as returned by the API.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images
 *
 * @category models
 * @since 0.1.0
 */
export interface Image {
  /** the id of the image */
  readonly id: Id
  /** the name of the image, which need not be unique */
  readonly name: string
  /** what kind of image it is */
  readonly type: Type
  /** the distribution of its operating system */
  readonly distribution: Distribution
  /** the slug; null for private images, also if DigitalOcean returns an empty one */
  readonly slug: Slug | null
  /** whether it is one of DigitalOcean's public images; null if that is not known */
  readonly public: boolean | null
  /** the regions in which Droplets can be created from it */
  readonly regions: ReadonlyArray<Region.Slug>
  /** when it was created */
  readonly created_at: DateTime.Utc
  /** the smallest disk, in GB, of a Droplet that is created from the image; null if it is not known */
  readonly min_disk_size: number | null
  /** the billed size in GB; null until it is known */
  readonly size_gigabytes: number | null
  /** a description; null if it has none */
  readonly description: string | null
  /**
   * its tags; null if they are not visible to the token (scope `tag:read`), unlike the empty list of an image without
   * tags
   */
  readonly tags: ReadonlyArray<string> | null
  /** whether Droplets can be created from it */
  readonly status: Status
  /** why the import of a custom image failed, else null; trim it, as it can be a single space */
  readonly error_message: string | null
}

/**
 * Schema for {@link Image}: decodes DigitalOcean's JSON, and encodes to it. Only `id` and `created_at` are required.
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
      slug: slugOrNull<Slug>(wire.slug),
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
 * The image has no slug. Only DigitalOcean's public images have one.
 *
 * @category errors
 * @since 0.1.0
 */
export class MissingSlug extends /* @__PURE__ */ taggedError<MissingSlug>()("MissingSlug", {
  /** the image, which has no slug */
  image: Image
}) {
  override get message(): string {
    return `image ${this.image.id} (${echo(this.image.name)}) has no slug: use its id`
  }
}

/**
 * Returns the id of an image, given as a model or as an id. The id is not validated here:
 * an operation with an invalid id fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf: (image: Ref) => Id = refId

/**
 * Returns the slug of an image, or fails with {@link MissingSlug}.
 *
 * **When to use**
 *
 * Use it for a configuration that must not depend on an id, such as a Droplet that is always created from the latest
 * `ubuntu-24-04-x64`.
 *
 * @category getters
 * @since 0.1.0
 */
export const slugOf = (image: Image): Effect.Effect<Slug, MissingSlug> =>
  image.slug === null ? Effect.fail(new MissingSlug({ image })) : Effect.succeed(image.slug)

/**
 * Returns the URL of an image in the API, such as `https://api.digitalocean.com/v2/images/7938291`.
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
 * Returns `true` if the image is a snapshot: taken of a Droplet, or converted from a backup.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSnapshot = hasType("snapshot")

/**
 * Returns `true` if the image is an automatic backup of a Droplet. It is deleted with the Droplet, unless it is
 * converted to a snapshot.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isBackup = hasType("backup")

/**
 * Returns `true` if the image was imported from a URL.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isCustom = hasType("custom")

/**
 * Returns `true` unless the image is known to be one of DigitalOcean's public images.
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
 * Returns `true` if the image can be used.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isAvailable = hasStatus("available")

/**
 * Returns `true` if the import of a custom image is in progress.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isPending = hasStatus("new", "pending")

/**
 * Returns `true` if the image is `deleted` (also after a failed import) or `retired`.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDeleted = hasStatus("deleted", "retired")

/**
 * Returns `true` if the region already has the image. A transfer to it would fail.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isAvailableIn =
  (region: Region.Ref) =>
  (image: Image): boolean =>
    image.regions.includes(Region.slugOf(region))

/**
 * Returns `true` if the image has a tag, given as a model or as a name. Returns `false` if the tags are not visible to
 * the token (`image.tags === null`).
 *
 * @category predicates
 * @since 0.1.0
 */
export const hasTag =
  (tag: string | { readonly name: string }) =>
  (image: Image): boolean =>
    image.tags?.includes(tagName(tag)) ?? false
