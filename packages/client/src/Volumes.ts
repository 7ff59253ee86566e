/**
 * Service for volumes: list them, and list and take their snapshots.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as UndefinedOr from "effect/UndefinedOr"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import { echo } from "./internal/response/echo.ts"
import * as Page from "./Page.ts"
import * as Region from "./Region.ts"
import * as Snapshot from "./Snapshot.ts"
import * as Tag from "./Tag.ts"
import * as Volume from "./Volume.ts"
import { defined } from "./internal/model/defined.ts"
import { taggedError } from "./internal/model/taggedError.ts"

/**
 * 429: the last snapshot of the volume was taken less than ten minutes ago. Nothing was started. Not retried by the
 * client.
 *
 * @category errors
 * @since 0.1.0
 */
export class SnapshotRateLimited extends taggedError<SnapshotRateLimited>()("SnapshotRateLimited", {
  /** the UUID of the volume */
  volume_id: Schema.String,
  /** what DigitalOcean says */
  detail: Schema.String,
  /** DigitalOcean's id of the request, for its support */
  requestId: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `the last snapshot of volume ${echo(this.volume_id)} was taken less than ten minutes ago: ${this.detail}`
  }
}

/**
 * Service for the account's volumes and their snapshots.
 *
 * @category services
 * @since 0.1.0
 */
export class Volumes extends Context.Service<
  Volumes,
  {
    /**
     * Streams the volumes that match a filter.
     *
     * `GET /v2/volumes`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Block-Storage/operation/volumes_list
     */
    readonly list: Page.List<Volume.Volume, Filter>
    /** Returns one page of {@link list}. */
    readonly listPage: (filter?: Filter & Page.Query) => Effect.Effect<Page.Page<Volume.Volume>, DigitalOceanError>
    /**
     * Streams the snapshots of a volume.
     *
     * `GET /v2/volumes/{volume_id}/snapshots`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Block-Storage/operation/volumeSnapshots_list
     */
    readonly snapshots: Page.ListOf<Volume.Ref, Snapshot.Snapshot>
    /**
     * Takes a snapshot of a volume. The API allows one per volume in ten minutes, and 25 per volume in total.
     *
     * `POST /v2/volumes/{volume_id}/snapshots`. Not retried if the outcome is unknown.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Block-Storage/operation/volumeSnapshots_create
     */
    readonly takeSnapshot: (
      volume: Volume.Ref,
      options: { readonly name: string; readonly tags?: ReadonlyArray<Tag.Ref> | undefined }
    ) => Effect.Effect<Snapshot.Snapshot, DigitalOceanError | SnapshotRateLimited>
  }
>()("@effect-digitalocean/client/Volumes") {}

/**
 * Filters volumes by name or region.
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  /** only volumes of this name */
  readonly name?: string | undefined
  /** only volumes in this region */
  readonly region?: Region.Ref | undefined
}

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  list: Endpoint.make("Volumes.list", {
    method: "GET",
    path: "/v2/volumes",
    scopes: ["block_storage:read"],
    docs: "Block-Storage/operation/volumes_list",
    query: Schema.Struct({
      name: Schema.optional(Schema.String),
      region: Schema.optional(Schema.NonEmptyString),
      ...Page.query
    }),
    compressed: true,
    decode: Page.decode("volumes", Volume.Volume)
  }),
  snapshots: Endpoint.make("Volumes.snapshots", {
    method: "GET",
    path: "/v2/volumes/{volume_id}/snapshots",
    scopes: ["block_storage_snapshot:read"],
    docs: "Block-Storage/operation/volumeSnapshots_list",
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("snapshots", Snapshot.Snapshot)
  }),
  takeSnapshot: Endpoint.make("Volumes.takeSnapshot", {
    method: "POST",
    path: "/v2/volumes/{volume_id}/snapshots",
    scopes: ["block_storage_snapshot:create"],
    docs: "Block-Storage/operation/volumeSnapshots_create",
    body: Schema.Struct({ name: Schema.NonEmptyString, tags: Schema.optional(Schema.Array(Tag.Name)) }),
    decode: Endpoint.field("snapshot", Snapshot.Snapshot)
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Volumes["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: Volumes["Service"]["listPage"] = (query) =>
      client.run(endpoints.list, { query: { ...query, region: UndefinedOr.map(query?.region, Region.slugOf) } })
    const path = (volume: Volume.Ref) => ({ volume_id: Volume.idOf(volume) })
    return Volumes.of({
      list: Page.makeList("Volumes.list", listPage, ({ id }) => id),
      listPage,
      snapshots: (volume, filter, options) =>
        Page.stream(
          "Volumes.snapshots",
          (page) => client.run(endpoints.snapshots, { path: path(volume), query: Page.pageQuery(page, filter) }),
          ({ id }) => id,
          options
        ),
      takeSnapshot: (volume, { name, tags }) => {
        const body = { name, tags: tags?.map(Tag.nameOf) }
        return Effect.mapError(client.run(endpoints.takeSnapshot, { path: path(volume), body }), (error) => {
          const { reason } = error
          if (reason._tag !== "RateLimited" || reason.window !== "operation") return error
          const { detail, requestId } = reason
          return new SnapshotRateLimited({
            volume_id: Volume.idOf(volume),
            detail,
            ...defined({ requestId })
          })
        })
      }
    })
  }
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Volumes, never, DigitalOceanClient> = Layer.effect(Volumes, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Volumes["Service"]>): Layer.Layer<Volumes> => Layer.mock(Volumes, methods)
