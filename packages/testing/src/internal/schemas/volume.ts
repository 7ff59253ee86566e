import * as Schema from "effect/Schema"
import { Region } from "./region.ts"

/**
 * A volume as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Volume = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  description: Schema.String,
  created_at: Schema.String,
  size_gigabytes: Schema.Int,
  region: Region,
  droplet_ids: Schema.NullOr(Schema.Array(Schema.Int)),
  filesystem_type: Schema.String,
  filesystem_label: Schema.String,
  tags: Schema.NullOr(Schema.Array(Schema.String))
}).annotate({ identifier: "volume" })

/**
 * A volume as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Volume extends Schema.Schema.Type<typeof Volume> {}
