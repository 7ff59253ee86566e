import * as Schema from "effect/Schema"
import { Region } from "./region.ts"

/**
 * A volume as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Volume = Schema.Struct({
  /** the UUID of the volume */
  id: Schema.String,
  /** the name, which is unique in its region */
  name: Schema.String,
  /** a description */
  description: Schema.String,
  /** when it was created */
  created_at: Schema.String,
  /** the size in GiB */
  size_gigabytes: Schema.Int,
  /** its region */
  region: Region,
  /** the ids of the Droplets that it is attached to */
  droplet_ids: Schema.NullOr(Schema.Array(Schema.Int)),
  /** the type of the file system; empty if it has none */
  filesystem_type: Schema.String,
  /** the label of the file system; empty if it has none */
  filesystem_label: Schema.String,
  /** its tags; null if the token may not see them */
  tags: Schema.NullOr(Schema.Array(Schema.String))
}).annotate({ identifier: "volume" })

/**
 * A volume as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Volume extends Schema.Schema.Type<typeof Volume> {}
