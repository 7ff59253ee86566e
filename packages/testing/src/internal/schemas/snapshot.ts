import * as Schema from "effect/Schema"
import { text } from "./fields.ts"

/**
 * A snapshot as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Snapshot = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  created_at: text("date-time"),
  regions: Schema.Array(Schema.String),
  min_disk_size: Schema.NullOr(Schema.Int),
  size_gigabytes: Schema.NullOr(Schema.Finite),
  resource_id: Schema.String,
  resource_type: Schema.String,
  tags: Schema.NullOr(Schema.Array(Schema.String))
}).annotate({ identifier: "snapshot" })

/**
 * A snapshot as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Snapshot extends Schema.Schema.Type<typeof Snapshot> {}
