import * as Schema from "effect/Schema"
import { nullable, text } from "./fields.ts"

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Image = Schema.Struct({
  /** the id of the image */
  id: Schema.Int,
  /** the name of the image, which need not be unique */
  name: Schema.String,
  /** what kind of image it is */
  type: Schema.String,
  /** the distribution of its operating system */
  distribution: Schema.String,
  /** the slug; null for private images, also if DigitalOcean returns an empty one */
  slug: nullable(Schema.String),
  /** whether it is one of DigitalOcean's public images; null if that is not known */
  public: Schema.optionalKey(Schema.Boolean),
  /** the regions in which Droplets can be created from it */
  regions: Schema.Array(Schema.String),
  /** when it was created */
  created_at: text("date-time"),
  /** the smallest disk, in GB, of a Droplet that is created from the image */
  min_disk_size: nullable(Schema.Int),
  /** the billed size in GB; null until it is known */
  size_gigabytes: nullable(Schema.Finite),
  /** a description */
  description: nullable(Schema.String),
  /**
   * its tags; null if they are not visible to the token (scope `tag:read`), unlike the empty list of an image without
   * tags
   */
  tags: nullable(Schema.Array(Schema.String)),
  /** whether Droplets can be created from it */
  status: Schema.String,
  /** why the import of a custom image failed; trim it, as it can be a single space */
  error_message: nullable(Schema.String)
}).annotate({ identifier: "image" })

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Image extends Schema.Schema.Type<typeof Image> {}
