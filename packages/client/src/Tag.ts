/**
 * Tags: names that group images and other resources.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Droplet from "./Droplet.ts"
import * as Image from "./Image.ts"
import { lenient, model } from "./internal/model/model.ts"
import { idText } from "./internal/model/id.ts"
import * as TagName from "./internal/model/tagName.ts"
import * as Snapshot from "./Snapshot.ts"
import * as Volume from "./Volume.ts"

/**
 * The name of a tag: 1 to 255 letters, digits, colons, dashes and underscores.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Name = TagName.Name

/**
 * How many resources of one kind carry a tag, null when that is not known, and the address of the one tagged last.
 *
 * @category models
 * @since 0.1.0
 */
export interface Count {
  readonly count: number | null
  readonly last_tagged_uri: string | null
}

/**
 * A tag, as returned by the API.
 *
 * **Details**
 *
 * `resources` counts what carries it, altogether and by kind.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Tags
 *
 * @category models
 * @since 0.1.0
 */
export interface Tag {
  readonly name: string
  readonly resources: Count & {
    readonly droplets: Count
    readonly images: Count
    readonly volumes: Count
    readonly volume_snapshots: Count
    readonly databases: Count
  }
}

const count = { count: lenient(Schema.Finite), last_tagged_uri: lenient(Schema.String) }

const WireCount = Schema.Struct(count)

const readCount = (wire: typeof WireCount.Type | null | undefined): Count => ({
  count: wire?.count ?? null,
  last_tagged_uri: wire?.last_tagged_uri ?? null
})

/**
 * Schema for {@link Tag}. DigitalOcean's specification misspells the images' count (`imgages`); both are read.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Tag = model(
  "Tag",
  {
    name: Schema.String,
    resources: lenient(
      Schema.Struct({
        ...count,
        droplets: lenient(WireCount),
        images: lenient(WireCount),
        imgages: lenient(WireCount),
        volumes: lenient(WireCount),
        volume_snapshots: lenient(WireCount),
        databases: lenient(WireCount)
      })
    )
  },
  {
    is: (u): u is Tag => Predicate.hasProperty(u, "resources") && Predicate.hasProperty(u, "name"),
    decode: ({ name, resources }) => ({
      name,
      resources: {
        ...readCount(resources),
        droplets: readCount(resources?.droplets),
        images: readCount(resources?.images ?? resources?.imgages),
        volumes: readCount(resources?.volumes),
        volume_snapshots: readCount(resources?.volume_snapshots),
        databases: readCount(resources?.databases)
      }
    }),
    encode: (tag) => tag
  }
)

/**
 * A tag, or its name.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Tag | string

/**
 * Returns the name of a tag, given as a model or as a name. The name is not validated here:
 * an operation with an invalid name fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const nameOf: (tag: Ref) => string = TagName.nameOf

/**
 * A resource that can carry a tag, as DigitalOcean names it: its id as text, and its kind.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Resource = Schema.Struct({
  resource_id: Schema.NonEmptyString,
  resource_type: Schema.Literals(["droplet", "image", "volume", "volume_snapshot"])
})

/**
 * A resource that can carry a tag.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resource extends Schema.Schema.Type<typeof Resource> {}

/**
 * An image as a resource to tag.
 *
 * @category constructors
 * @since 0.1.0
 */
export const image = (image: Image.Ref): Resource => ({
  resource_id: idText(Image.idOf(image)),
  resource_type: "image"
})

/**
 * A Droplet as a resource to tag.
 *
 * @category constructors
 * @since 0.1.0
 */
export const droplet = (droplet: Droplet.Ref): Resource => ({
  resource_id: idText(Droplet.idOf(droplet)),
  resource_type: "droplet"
})

/**
 * A volume as a resource to tag.
 *
 * @category constructors
 * @since 0.1.0
 */
export const volume = (volume: Volume.Ref): Resource => ({
  resource_id: Volume.idOf(volume),
  resource_type: "volume"
})

/**
 * A volume's snapshot as a resource to tag. A Droplet's snapshot is tagged as an {@link image}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const volumeSnapshot = (snapshot: Snapshot.Snapshot | Snapshot.Id | (string & {})): Resource => ({
  resource_id: Snapshot.idOf(snapshot),
  resource_type: "volume_snapshot"
})
