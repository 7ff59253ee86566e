/**
 * Model of a block storage volume, of which snapshots can be taken.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { DropletId, refText } from "./internal/model/id.ts"
import { lenient, list, model, timestamp } from "./internal/model/model.ts"
import * as Region from "./Region.ts"

/**
 * A volume's id: a UUID.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = Schema.NonEmptyString.pipe(Schema.brand("VolumeId"))

/**
 * A volume's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * A volume, as returned by the API.
 *
 * **Details**
 *
 * `size_gigabytes` is in GiB, null if it is missing in the response. `droplet_ids` are the Droplets it is attached to.
 * `tags` is null if they are not visible to the token.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Block-Storage
 *
 * @category models
 * @since 0.1.0
 */
export interface Volume {
  /** the UUID of the volume */
  readonly id: Id
  /** the name, which is unique in its region */
  readonly name: string
  /** when it was created */
  readonly created_at: DateTime.Utc
  /** the size in GiB; null if it is not known */
  readonly size_gigabytes: number | null
  /** its region; null if the response contains none */
  readonly region: Region.Region | null
  /** the ids of the Droplets that it is attached to */
  readonly droplet_ids: ReadonlyArray<typeof DropletId.Type>
  /** a description; null if it has none */
  readonly description: string | null
  /** its tags; null if the token may not see them */
  readonly tags: ReadonlyArray<string> | null
}

/**
 * Schema for {@link Volume}. Its id and `created_at` are required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Volume = model(
  "Volume",
  {
    id: Id,
    name: lenient(Schema.String),
    created_at: Schema.String,
    size_gigabytes: lenient(Schema.Finite),
    region: lenient(Region.Region),
    droplet_ids: list(DropletId),
    description: lenient(Schema.String),
    tags: lenient(Schema.Array(Schema.String))
  },
  {
    is: (u): u is Volume =>
      Predicate.hasProperty(u, "droplet_ids") &&
      Predicate.hasProperty(u, "created_at") &&
      DateTime.isDateTime(u.created_at),
    decode: (wire) => ({
      id: wire.id,
      name: wire.name ?? "",
      created_at: timestamp("created_at", wire.created_at),
      size_gigabytes: wire.size_gigabytes ?? null,
      region: wire.region ?? null,
      droplet_ids: wire.droplet_ids ?? [],
      description: wire.description ?? null,
      tags: wire.tags ?? null
    }),
    encode: (volume) => ({ ...volume, created_at: DateTime.formatIso(volume.created_at) })
  }
)

/**
 * A volume, or its id.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Volume | Id | (string & {})

/**
 * Returns the id of a volume, given as a model or as an id. The id is not validated here:
 * an operation with an invalid id fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf = (volume: Ref): Id => refText<"id", Id>("id", volume)
