/**
 * Snapshots of Droplets and volumes, as `/v2/snapshots` lists them.
 *
 * One snapshot of a Droplet has three forms: an image with a number for an id, an entry under its Droplet with the same
 * number, and a snapshot whose id is that number as text. A volume's snapshot has a UUID, and is no image.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Image from "./Image.ts"
import type * as Droplet from "./Droplet.ts"
import * as DropletId from "./internal/model/dropletId.ts"
import { id, idText, refText } from "./internal/model/id.ts"
import { lenient, list, model, timestamp } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import * as Region from "./Region.ts"

/**
 * A snapshot's id: a number as text for a Droplet's, a UUID for a volume's.
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
 * What was snapshotted.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResourceType = openEnum(["droplet", "volume"])

/**
 * What was snapshotted.
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
 * `resource_id` is the Droplet's id as text, or the volume's UUID; null when DigitalOcean leaves it out. `min_disk_size`
 * and `size_gigabytes` are in GB. `tags` is null if they are not visible to the token.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Snapshots
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  readonly id: Id
  readonly name: string
  readonly created_at: DateTime.Utc
  readonly regions: ReadonlyArray<Region.Slug>
  readonly resource_id: string | null
  readonly resource_type: ResourceType
  readonly min_disk_size: number | null
  readonly size_gigabytes: number | null
  readonly tags: ReadonlyArray<string> | null
}

/**
 * Schema for {@link Snapshot}. Takes ids as text or number, and keeps them as text.
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
 * A snapshot, its id, or the image that a Droplet's snapshot is too.
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
 * Returns `true` XX a snapshot of a Droplet, which is an image too.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDropletSnapshot = (snapshot: Snapshot): boolean => snapshot.resource_type.toLowerCase() === "droplet"

/**
 * Returns `true` XX a snapshot of a volume.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isVolumeSnapshot = (snapshot: Snapshot): boolean => snapshot.resource_type.toLowerCase() === "volume"

/**
 * The image that a Droplet's snapshot is; none for a volume's.
 *
 * @category getters
 * @since 0.1.0
 */
export const imageId = (snapshot: Snapshot): Option.Option<Image.Id> =>
  isDropletSnapshot(snapshot) ? Option.filter(number(snapshot.id), Schema.is(Image.Id)) : Option.none()

/**
 * The Droplet a snapshot was taken of; none for a volume's. The Droplet may be gone.
 *
 * @category getters
 * @since 0.1.0
 */
export const dropletId = (snapshot: Snapshot): Option.Option<Droplet.Id> =>
  isDropletSnapshot(snapshot) && snapshot.resource_id !== null
    ? Option.filter(number(snapshot.resource_id), Schema.is(DropletId.Id))
    : Option.none()

const number = (text: string): Option.Option<number> =>
  /^[1-9]\d{0,15}$/.test(text) ? Option.some(Number(text)) : Option.none()
