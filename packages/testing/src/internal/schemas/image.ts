import * as Schema from "effect/Schema"
import { nullable, text } from "./fields.ts"

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Image = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  type: Schema.String,
  distribution: Schema.String,
  slug: nullable(Schema.String),
  public: Schema.optionalKey(Schema.Boolean),
  regions: Schema.Array(Schema.String),
  created_at: text("date-time"),
  min_disk_size: nullable(Schema.Int),
  size_gigabytes: nullable(Schema.Finite),
  description: nullable(Schema.String),
  tags: nullable(Schema.Array(Schema.String)),
  status: Schema.String,
  error_message: nullable(Schema.String)
}).annotate({ identifier: "image" })

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Image extends Schema.Schema.Type<typeof Image> {}
