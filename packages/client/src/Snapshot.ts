/**
 * Model of a snapshot of a Droplet or a volume, as `/v2/snapshots` returns it.
 *
 * The API returns a Droplet snapshot in three forms: as an image with a numeric id, in the Droplet's list of snapshots
 * with the same id, and as a snapshot whose id is that number as a string. A volume snapshot has a UUID, and is not an
 * image.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Image from "./Image.ts"
import type * as Droplet from "./Droplet.ts"
import { DropletId, id, idText, refText } from "./internal/model/id.ts"
import { lenient, list, model, timestamp } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import * as Region from "./Region.ts"

/**
 * A snapshot's id: a number as a string for a Droplet snapshot, a UUID for a volume snapshot.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = Schema.NonEmptyString.pipe(Schema.brand("SnapshotId"))

/**
 * A snapshot's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * The type of the resource that the snapshot was taken of.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResourceType = openEnum(["droplet", "volume"])

/**
 * The type of the resource that the snapshot was taken of.
 *
 * @category models
 * @since 0.1.0
 */
export type ResourceType = typeof ResourceType.Type

/**
 * A snapshot, as returned by the API.
 *
 * **Details**
 *
 * `resource_id` is the Droplet's id as a string, or the volume's UUID; null if it is missing. `min_disk_size`
 * and `size_gigabytes` are in GB. `tags` is null if they are not visible to the token.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Snapshots
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  /** the id: a number, as text, for a Droplet, a UUID for a volume */
  readonly id: Id
  /** the name of the snapshot */
  readonly name: string
  /** when it was created */
  readonly created_at: DateTime.Utc
  /** the regions that have it */
  readonly regions: ReadonlyArray<Region.Slug>
  /** the id of the Droplet or volume; null if it is not known */
  readonly resource_id: string | null
  /** whether it is of a Droplet or of a volume */
  readonly resource_type: ResourceType
  /** the smallest disk, in GB, on which it can be used; null if it is not known */
  readonly min_disk_size: number | null
  /** the billed size in GB; null if it is not known */
  readonly size_gigabytes: number | null
  /** its tags; null if the token may not see them */
  readonly tags: ReadonlyArray<string> | null
}

/**
 * Schema for {@link Snapshot}. Decodes an id from a string or a number to a string.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Snapshot = model(
  "Snapshot",
  {
    id: Schema.Union([Id, Image.Id]),
    name: lenient(Schema.String),
    created_at: Schema.String,
    regions: list(Region.Slug),
    resource_id: lenient(Schema.Union([Schema.NonEmptyString, id])),
    resource_type: lenient(ResourceType),
    min_disk_size: lenient(Schema.Finite),
    size_gigabytes: lenient(Schema.Finite),
    tags: lenient(Schema.Array(Schema.String))
  },
  {
    is: (u): u is Snapshot =>
      Predicate.hasProperty(u, "resource_type") &&
      Predicate.hasProperty(u, "created_at") &&
      DateTime.isDateTime(u.created_at),
    decode: (wire) => ({
      id: typeof wire.id === "string" ? wire.id : Id.make(String(wire.id)),
      name: wire.name ?? "",
      created_at: timestamp("created_at", wire.created_at),
      regions: wire.regions ?? [],
      resource_id: wire.resource_id == null ? null : String(wire.resource_id),
      resource_type: wire.resource_type ?? "",
      min_disk_size: wire.min_disk_size ?? null,
      size_gigabytes: wire.size_gigabytes ?? null,
      tags: wire.tags ?? null
    }),
    encode: (snapshot) => ({ ...snapshot, created_at: DateTime.formatIso(snapshot.created_at) })
  }
)

/**
 * A snapshot, its id, or the image of a Droplet snapshot.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Snapshot | Image.Ref | Id | (string & {})

/**
 * Returns the id of a snapshot, given as a model, as an id or as an image. The id is not validated here:
 * an operation with an invalid id fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf = (snapshot: Ref): Id => {
  const id = typeof snapshot === "object" && snapshot !== null ? snapshot.id : snapshot
  return refText<"id", Id>("id", Predicate.isNumber(id) ? idText(id) : id)
}

/**
 * Returns `true` if the snapshot was taken of a Droplet, and so is also an image.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDropletSnapshot = (snapshot: Snapshot): boolean => snapshot.resource_type.toLowerCase() === "droplet"

/**
 * Returns `true` if the snapshot was taken of a volume.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isVolumeSnapshot = (snapshot: Snapshot): boolean => snapshot.resource_type.toLowerCase() === "volume"

/**
 * Returns the image id of a Droplet snapshot, or `None` for a volume snapshot.
 *
 * @category getters
 * @since 0.1.0
 */
export const imageId = (snapshot: Snapshot): Option.Option<Image.Id> =>
  isDropletSnapshot(snapshot) ? Option.filter(number(snapshot.id), Schema.is(Image.Id)) : Option.none()

/**
 * Returns the id of the Droplet that a snapshot was taken of, or `None` for a volume snapshot. The Droplet may be
 * destroyed.
 *
 * @category getters
 * @since 0.1.0
 */
export const dropletId = (snapshot: Snapshot): Option.Option<Droplet.Id> =>
  isDropletSnapshot(snapshot) && snapshot.resource_id !== null
    ? Option.filter(number(snapshot.resource_id), Schema.is(DropletId))
    : Option.none()

const number = (text: string): Option.Option<number> =>
  /^[1-9]\d{0,15}$/.test(text) ? Option.some(Number(text)) : Option.none()
