import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { errors } from "../schemas/errors.ts"
import { nullable, TagName, text } from "../schemas/fields.ts"
import { page, pageQuery } from "../schemas/page.ts"
import { Snapshot } from "../schemas/snapshot.ts"
import { Volume } from "../schemas/volume.ts"
import { RequiredScopes } from "./scopes.ts"

const SnapshotBody = Schema.Struct({ snapshot: Snapshot })
const Snapshots = Schema.Struct({ snapshots: Schema.Array(Snapshot), ...page })
const snapshot = { snapshot_id: Schema.String }
const volume = { volume_id: text("uuid") }

/** Endpoints of the snapshots of Droplets and of volumes, and of the volumes. */
export const snapshots = HttpApiGroup.make("snapshots").add(
  HttpApiEndpoint.get("list", "/v2/snapshots", {
    query: { resource_type: Schema.optionalKey(Schema.Literals(["droplet", "volume"])), ...pageQuery },
    success: Snapshots,
    error: errors
  }).annotate(RequiredScopes, ["snapshot:read"]),
  HttpApiEndpoint.get("get", "/v2/snapshots/:snapshot_id", {
    params: snapshot,
    success: SnapshotBody,
    error: errors
  }).annotate(RequiredScopes, ["snapshot:read", "block_storage_snapshot:read"]),
  HttpApiEndpoint.delete("delete", "/v2/snapshots/:snapshot_id", {
    params: snapshot,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["image:delete", "snapshot:delete"]),
  HttpApiEndpoint.get("volumes", "/v2/volumes", {
    query: {
      name: Schema.optionalKey(Schema.String),
      region: Schema.optionalKey(Schema.String),
      ...pageQuery
    },
    success: Schema.Struct({ volumes: Schema.Array(Volume), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["block_storage:read"]),
  HttpApiEndpoint.get("volume", "/v2/volumes/:volume_id", {
    params: volume,
    success: Schema.Struct({ volume: Volume }),
    error: errors
  }).annotate(RequiredScopes, ["block_storage:read"]),
  HttpApiEndpoint.get("getOfVolume", "/v2/volumes/snapshots/:snapshot_id", {
    params: snapshot,
    success: SnapshotBody,
    error: errors
  }).annotate(RequiredScopes, ["block_storage_snapshot:read"]),
  HttpApiEndpoint.delete("deleteOfVolume", "/v2/volumes/snapshots/:snapshot_id", {
    params: snapshot,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["block_storage_snapshot:delete"]),
  HttpApiEndpoint.get("ofVolume", "/v2/volumes/:volume_id/snapshots", {
    params: volume,
    query: pageQuery,
    success: Snapshots,
    error: errors
  }).annotate(RequiredScopes, ["block_storage_snapshot:read"]),
  HttpApiEndpoint.post("create", "/v2/volumes/:volume_id/snapshots", {
    params: volume,
    payload: Schema.Struct({ name: Schema.String, tags: nullable(Schema.Array(TagName)) }),
    success: SnapshotBody.pipe(HttpApiSchema.status(201)),
    error: errors
  }).annotate(RequiredScopes, ["block_storage_snapshot:create"])
)
