import * as Schema from "effect/Schema"
import { text } from "./fields.ts"
import { Image } from "./image.ts"
import { Region } from "./region.ts"
import { Size } from "./size.ts"

const Networks = Schema.Struct({
  v4: Schema.Array(
    Schema.Struct({ ip_address: text("ipv4"), netmask: text("ipv4"), gateway: Schema.String, type: Schema.String })
  ),
  v6: Schema.Array(
    Schema.Struct({ ip_address: text("ipv6"), netmask: Schema.Int, gateway: text("ipv6"), type: Schema.String })
  )
})

/** The time window of the next backup of a Droplet. */
export const Window = Schema.NullOr(Schema.Struct({ start: text("date-time"), end: text("date-time") }))

/**
 * A Droplet as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Droplet = Schema.Struct({
  /** the id of the Droplet */
  id: Schema.Int,
  /** the name of the Droplet, which need not be unique */
  name: Schema.String,
  /** the memory in MiB */
  memory: Schema.Int,
  /** the number of virtual CPUs */
  vcpus: Schema.Int,
  /** the size of the disk in GiB */
  disk: Schema.Int,
  /** whether an action is in progress, so that no other can be started */
  locked: Schema.Boolean,
  /** whether it is new, active, off or archived */
  status: Schema.String,
  /** when it was created */
  created_at: text("date-time"),
  /** what is switched on, such as `backups` */
  features: Schema.Array(Schema.String),
  /** the ids of its backups */
  backup_ids: Schema.Array(Schema.Int),
  /** the ids of its snapshots */
  snapshot_ids: Schema.Array(Schema.Int),
  /** when the next backup is made */
  next_backup_window: Window,
  /** the image that it was created from */
  image: Image,
  /** the ids of the volumes that are attached to it */
  volume_ids: Schema.Array(Schema.String),
  /** its size */
  size: Size,
  /** the slug of its size */
  size_slug: Schema.String,
  /** its network interfaces */
  networks: Networks,
  /** its region */
  region: Region,
  /** its tags */
  tags: Schema.Array(Schema.String),
  /** the UUID of its VPC */
  vpc_uuid: Schema.String
}).annotate({ identifier: "droplet" })

/**
 * A Droplet as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Droplet extends Schema.Schema.Type<typeof Droplet> {}
