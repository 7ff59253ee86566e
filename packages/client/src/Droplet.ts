/**
 * Model of a Droplet. Images are snapshots or backups of Droplets, and Droplets are created from images.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Action from "./Action.ts"
import * as BackupPolicy from "./BackupPolicy.ts"
import * as Image from "./Image.ts"
import { echo } from "./internal/response/echo.ts"
import { DropletId, refId } from "./internal/model/id.ts"
import { lenient, list, model, timestamp } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import * as Region from "./Region.ts"
import * as Size from "./Size.ts"
import * as Volume from "./Volume.ts"
import { taggedError } from "./internal/model/taggedError.ts"

/**
 * A Droplet's id.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = DropletId

/**
 * A Droplet's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * A Droplet's status.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = openEnum(["new", "active", "off", "archive"])

/**
 * A Droplet's status.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type

/**
 * An IP address of a Droplet. `netmask` is a string for IPv4, and a number of bits for IPv6.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Network = Schema.Struct({
  /** the address */
  ip_address: Schema.String,
  /** the netmask: dotted for IPv4, a prefix length for IPv6 */
  netmask: lenient(Schema.Union([Schema.String, Schema.Finite])),
  /** the address of the gateway; null for a private IPv4 network */
  gateway: lenient(Schema.String),
  /** whether it is public or private */
  type: lenient(Schema.String)
})

/**
 * An IP address of a Droplet.
 *
 * @category models
 * @since 0.1.0
 */
export interface Network extends Schema.Schema.Type<typeof Network> {}

/**
 * A Droplet, as returned by the API.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplets
 *
 * @category models
 * @since 0.1.0
 */
export interface Droplet {
  /** the id of the Droplet */
  readonly id: Id
  /** the name of the Droplet, which need not be unique */
  readonly name: string
  /** whether it is new, active, off or archived */
  readonly status: Status
  /** whether an action is in progress, so that no other can be started; null if that is not known */
  readonly locked: boolean | null
  /** when it was created */
  readonly created_at: DateTime.Utc
  /** the memory in MiB; null if it is not known */
  readonly memory: number | null
  /** the number of virtual CPUs; null if it is not known */
  readonly vcpus: number | null
  /** the size of the disk in GiB; null if it is not known */
  readonly disk: number | null
  /** the slug of its size */
  readonly size_slug: string
  /** its size; null if it is missing or invalid in the response */
  readonly size: Size.Size | null
  /** its region; null if it is missing or invalid in the response */
  readonly region: Region.Region | null
  /** the image that it was created from; null if it is missing or invalid in the response, or was deleted */
  readonly image: Image.Image | null
  /** what is switched on, such as `backups` */
  readonly features: ReadonlyArray<string>
  /** the ids of its backups */
  readonly backup_ids: ReadonlyArray<Image.Id>
  /** the ids of its snapshots */
  readonly snapshot_ids: ReadonlyArray<Image.Id>
  /** the ids of the volumes that are attached to it */
  readonly volume_ids: ReadonlyArray<Volume.Id>
  /** when the next backup is made; null if there are no backups */
  readonly next_backup_window: BackupPolicy.Window | null
  /** its network interfaces */
  readonly networks: { readonly v4: ReadonlyArray<Network>; readonly v6: ReadonlyArray<Network> }
  /** the UUID of its VPC; null if it is not known */
  readonly vpc_uuid: string | null
  /** its tags; null if the token may not see them */
  readonly tags: ReadonlyArray<string> | null
}

const Networks = Schema.Struct({ v4: list(Network), v6: list(Network) })

/**
 * Schema for {@link Droplet}. Its id and `created_at` are required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Droplet = model(
  "Droplet",
  {
    id: Id,
    name: lenient(Schema.String),
    status: lenient(Status),
    locked: lenient(Schema.Boolean),
    created_at: Schema.String,
    memory: lenient(Schema.Finite),
    vcpus: lenient(Schema.Finite),
    disk: lenient(Schema.Finite),
    size_slug: lenient(Schema.String),
    size: lenient(Size.Size),
    region: lenient(Region.Region),
    image: lenient(Image.Image),
    features: list(Schema.String),
    backup_ids: list(Image.Id),
    snapshot_ids: list(Image.Id),
    volume_ids: list(Volume.Id),
    next_backup_window: lenient(BackupPolicy.Window),
    networks: lenient(Networks),
    vpc_uuid: lenient(Schema.String),
    tags: lenient(Schema.Array(Schema.String))
  },
  {
    is: (u): u is Droplet =>
      Predicate.hasProperty(u, "networks") &&
      Predicate.hasProperty(u, "created_at") &&
      DateTime.isDateTime(u.created_at),
    decode: (wire) => ({
      id: wire.id,
      name: wire.name ?? "",
      status: wire.status ?? "",
      locked: wire.locked ?? null,
      created_at: timestamp("created_at", wire.created_at),
      memory: wire.memory ?? null,
      vcpus: wire.vcpus ?? null,
      disk: wire.disk ?? null,
      size_slug: wire.size_slug ?? wire.size?.slug ?? "",
      size: wire.size ?? null,
      region: wire.region ?? null,
      image: wire.image ?? null,
      features: wire.features ?? [],
      backup_ids: wire.backup_ids ?? [],
      snapshot_ids: wire.snapshot_ids ?? [],
      volume_ids: wire.volume_ids ?? [],
      next_backup_window: wire.next_backup_window ?? null,
      networks: { v4: wire.networks?.v4 ?? [], v6: wire.networks?.v6 ?? [] },
      vpc_uuid: wire.vpc_uuid ?? null,
      tags: wire.tags ?? null
    }),
    encode: (droplet) => ({ ...droplet, created_at: DateTime.formatIso(droplet.created_at) })
  }
)

/**
 * A Droplet, or its id.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Droplet | Id | number

/**
 * 422: another action is in progress on the Droplet, and nothing was started. Retry when that action is done.
 *
 * @category errors
 * @since 0.1.0
 */
export class EventPending extends taggedError<EventPending>()("EventPending", {
  /** the id of the Droplet */
  droplet_id: Schema.Number,
  /** what DigitalOcean says */
  detail: Schema.String,
  /** DigitalOcean's id of the request, for its support */
  requestId: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `Droplet ${this.droplet_id} is busy: ${this.detail}`
  }
}

/**
 * A snapshot was started, but its image was not found yet: the snapshot is in progress, the image is not listed yet, or
 * the lookup was interrupted.
 *
 * **Details**
 *
 * To continue, also in another process, pass `droplet_id`, `image_name` and `action` to `Droplets.awaitSnapshot`. Another
 * snapshot would create, and bill, a second image. `detail` says why the image was not found.
 *
 * @category errors
 * @since 0.1.0
 */
export class SnapshotNotFound extends taggedError<SnapshotNotFound>()("SnapshotNotFound", {
  /** the id of the Droplet */
  droplet_id: Schema.Number,
  /** the name of the image */
  image_name: Schema.String,
  /** the snapshot's action, in its last known state */
  action: Action.Action,
  /** why the image was not found */
  detail: Schema.String
}) {
  /** Only the wait ended: DigitalOcean continues the work. */
  get isUnfinished(): true {
    return true
  }

  override get message(): string {
    const { action, detail, droplet_id, image_name } = this
    return `the image of snapshot "${echo(image_name)}" of Droplet ${droplet_id} (action ${action.id}) was not found yet: ${detail}`
  }
}

/**
 * Returns the id of a Droplet, given as a model or as an id. The id is not validated here:
 * an operation with an invalid id fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf: (droplet: Ref) => Id = refId

const hasStatus =
  (status: string) =>
  (droplet: Droplet): boolean =>
    droplet.status.toLowerCase() === status

/**
 * Returns `true` if the Droplet is running.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isActive = hasStatus("active")

/**
 * Returns `true` if the Droplet is powered off.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isOff = hasStatus("off")
