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
  id: Schema.Int,
  name: Schema.String,
  memory: Schema.Int,
  vcpus: Schema.Int,
  disk: Schema.Int,
  locked: Schema.Boolean,
  status: Schema.String,
  created_at: text("date-time"),
  features: Schema.Array(Schema.String),
  backup_ids: Schema.Array(Schema.Int),
  snapshot_ids: Schema.Array(Schema.Int),
  next_backup_window: Window,
  image: Image,
  volume_ids: Schema.Array(Schema.String),
  size: Size,
  size_slug: Schema.String,
  networks: Networks,
  region: Region,
  tags: Schema.Array(Schema.String),
  vpc_uuid: Schema.String
}).annotate({ identifier: "droplet" })

/**
 * A Droplet as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Droplet extends Schema.Schema.Type<typeof Droplet> {}
