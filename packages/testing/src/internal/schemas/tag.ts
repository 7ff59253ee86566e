import * as Schema from "effect/Schema"

const TagCount = Schema.Struct({ count: Schema.Int, last_tagged_uri: Schema.optionalKey(Schema.String) })

/**
 * A tag as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Tag = Schema.Struct({
  /** the name of the tag */
  name: Schema.String,
  /** the resources with the tag, in total and by type */
  resources: Schema.Struct({
    ...TagCount.fields,
    droplets: TagCount,
    images: TagCount,
    volumes: TagCount,
    volume_snapshots: TagCount,
    databases: TagCount
  })
}).annotate({ identifier: "tag" })

/**
 * A tag as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Tag extends Schema.Schema.Type<typeof Tag> {}
