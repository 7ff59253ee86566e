import * as Schema from "effect/Schema"
import { text } from "./fields.ts"

/**
 * A snapshot as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Snapshot = Schema.Struct({
  /** the id: a number, as text, for a Droplet, a UUID for a volume */
  id: Schema.String,
  /** the name of the snapshot */
  name: Schema.String,
  /** when it was created */
  created_at: text("date-time"),
  /** the regions that have it */
  regions: Schema.Array(Schema.String),
  /** the smallest disk, in GB, on which it can be used; null if it is not known */
  min_disk_size: Schema.NullOr(Schema.Int),
  /** the billed size in GB; null if it is not known */
  size_gigabytes: Schema.NullOr(Schema.Finite),
  /** the id of the Droplet or volume */
  resource_id: Schema.String,
  /** whether it is of a Droplet or of a volume */
  resource_type: Schema.String,
  /** its tags; null if the token may not see them */
  tags: Schema.NullOr(Schema.Array(Schema.String))
}).annotate({ identifier: "snapshot" })

/**
 * A snapshot as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Snapshot extends Schema.Schema.Type<typeof Snapshot> {}
