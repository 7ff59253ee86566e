import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { errors, nullable, page, pageQuery, Region, Size, Snapshot, Tag, TagName, text, Volume } from "./shared.ts"

const SnapshotBody = Schema.Struct({ snapshot: Snapshot })
const Snapshots = Schema.Struct({ snapshots: Schema.Array(Snapshot), ...page })
const snapshot = { snapshot_id: Schema.String }
const volume = { volume_id: text("uuid") }
const tag = { tag_id: TagName }
/** A tag that is none is refused in a form of its own. */
const [, ...otherErrors] = errors
const TagRefused = Schema.Struct({
  error: Schema.String,
  messages: nullable(Schema.Array(Schema.String)),
  root_causes: Schema.Array(Schema.String)
})
  .annotate({ identifier: "error_with_root_causes" })
  .pipe(HttpApiSchema.status(400))

const TagBody = Schema.Struct({ tag: Tag })

const Resources = Schema.Struct({
  resources: Schema.Array(
    Schema.Struct({
      resource_id: Schema.String,
      resource_type: Schema.Literals(["droplet", "image", "volume", "volume_snapshot"])
    })
  )
})

/** Snapshots of Droplets and of volumes, and the volumes. */
export const snapshots = HttpApiGroup.make("snapshots").add(
  HttpApiEndpoint.get("list", "/v2/snapshots", {
    query: { resource_type: Schema.optionalKey(Schema.Literals(["droplet", "volume"])), ...pageQuery },
    success: Snapshots,
    error: errors
  }),
  HttpApiEndpoint.get("get", "/v2/snapshots/:snapshot_id", { params: snapshot, success: SnapshotBody, error: errors }),
  HttpApiEndpoint.delete("delete", "/v2/snapshots/:snapshot_id", {
    params: snapshot,
    success: HttpApiSchema.NoContent,
    error: errors
  }),
  HttpApiEndpoint.get("volumes", "/v2/volumes", {
    query: {
      name: Schema.optionalKey(Schema.String),
      region: Schema.optionalKey(Schema.String),
      ...pageQuery
    },
    success: Schema.Struct({ volumes: Schema.Array(Volume), ...page }),
    error: errors
  }),
  HttpApiEndpoint.get("volume", "/v2/volumes/:volume_id", {
    params: volume,
    success: Schema.Struct({ volume: Volume }),
    error: errors
  }),
  HttpApiEndpoint.get("getOfVolume", "/v2/volumes/snapshots/:snapshot_id", {
    params: snapshot,
    success: SnapshotBody,
    error: errors
  }),
  HttpApiEndpoint.delete("deleteOfVolume", "/v2/volumes/snapshots/:snapshot_id", {
    params: snapshot,
    success: HttpApiSchema.NoContent,
    error: errors
  }),
  HttpApiEndpoint.get("ofVolume", "/v2/volumes/:volume_id/snapshots", {
    params: volume,
    query: pageQuery,
    success: Snapshots,
    error: errors
  }),
  HttpApiEndpoint.post("create", "/v2/volumes/:volume_id/snapshots", {
    params: volume,
    payload: Schema.Struct({ name: Schema.String, tags: nullable(Schema.Array(TagName)) }),
    success: SnapshotBody.pipe(HttpApiSchema.status(201)),
    error: errors
  })
)

/** Tags, and what carries them. */
export const tags = HttpApiGroup.make("tags").add(
  HttpApiEndpoint.get("list", "/v2/tags", {
    query: pageQuery,
    success: Schema.Struct({ tags: Schema.Array(Tag), ...page }),
    error: errors
  }),
  HttpApiEndpoint.post("create", "/v2/tags", {
    payload: Schema.Struct({ name: TagName }),
    success: TagBody.pipe(HttpApiSchema.status(201)),
    error: [TagRefused, ...otherErrors]
  }),
  HttpApiEndpoint.get("get", "/v2/tags/:tag_id", { params: tag, success: TagBody, error: errors }),
  HttpApiEndpoint.delete("delete", "/v2/tags/:tag_id", {
    params: tag,
    success: HttpApiSchema.NoContent,
    error: errors
  }),
  HttpApiEndpoint.post("tag", "/v2/tags/:tag_id/resources", {
    params: tag,
    payload: Resources,
    success: HttpApiSchema.NoContent,
    error: errors
  }),
  HttpApiEndpoint.delete("untag", "/v2/tags/:tag_id/resources", {
    params: tag,
    payload: Resources,
    success: HttpApiSchema.NoContent,
    error: errors
  })
)

/** What is the same for everybody, and who one is. */
export const account = HttpApiGroup.make("account").add(
  HttpApiEndpoint.get("regions", "/v2/regions", {
    query: pageQuery,
    success: Schema.Struct({ regions: Schema.Array(Region), ...page }),
    error: errors
  }),
  HttpApiEndpoint.get("sizes", "/v2/sizes", {
    query: pageQuery,
    success: Schema.Struct({ sizes: Schema.Array(Size), ...page }),
    error: errors
  }),
  HttpApiEndpoint.get("get", "/v2/account", {
    success: Schema.Struct({
      account: Schema.Struct({
        droplet_limit: Schema.Int,
        floating_ip_limit: Schema.Int,
        email: Schema.String,
        name: Schema.String,
        uuid: Schema.String,
        email_verified: Schema.Boolean,
        status: Schema.String,
        status_message: Schema.String,
        team: Schema.Struct({ uuid: Schema.String, name: Schema.String })
      })
    }),
    error: errors
  })
)
