/**
 * Model of a tag: a name that groups images and other resources.
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
 * The number of resources with a tag, and the URL of the resource that was tagged last. Either is null if it is not
 * known.
 *
 * @category models
 * @since 0.1.0
 */
export interface Count {
  /** the number of resources with the tag; null if it is not known */
  readonly count: number | null
  /** the URL of the resource that was tagged last; null if there is none */
  readonly last_tagged_uri: string | null
}

/**
 * A tag, as returned by the API.
 *
 * **Details**
 *
 * `resources` counts the resources with the tag, in total and by type.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Tags
 *
 * @category models
 * @since 0.1.0
 */
export interface Tag {
  /** the name of the tag */
  readonly name: string
  /** the resources with the tag, in total and by type */
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
 * Schema for {@link Tag}. DigitalOcean's specification misspells the count of images (`imgages`); both spellings are
 * decoded.
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
 * A resource that can be tagged, in DigitalOcean's format: its id as a string, and its type.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Resource = Schema.Struct({
  /** the id of the resource */
  resource_id: Schema.NonEmptyString,
  /** the type of the resource */
  resource_type: Schema.Literals(["droplet", "image", "volume", "volume_snapshot"])
})

/**
 * A resource that can be tagged.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resource extends Schema.Schema.Type<typeof Resource> {}

/**
 * Creates a {@link Resource} from an image.
 *
 * @category constructors
 * @since 0.1.0
 */
export const image = (image: Image.Ref): Resource => ({
  resource_id: idText(Image.idOf(image)),
  resource_type: "image"
})

/**
 * Creates a {@link Resource} from a Droplet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const droplet = (droplet: Droplet.Ref): Resource => ({
  resource_id: idText(Droplet.idOf(droplet)),
  resource_type: "droplet"
})

/**
 * Creates a {@link Resource} from a volume.
 *
 * @category constructors
 * @since 0.1.0
 */
export const volume = (volume: Volume.Ref): Resource => ({
  resource_id: Volume.idOf(volume),
  resource_type: "volume"
})

/**
 * Creates a {@link Resource} from a volume snapshot. For a Droplet snapshot use {@link image}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const volumeSnapshot = (snapshot: Snapshot.Snapshot | Snapshot.Id | (string & {})): Resource => ({
  resource_id: Snapshot.idOf(snapshot),
  resource_type: "volume_snapshot"
})
