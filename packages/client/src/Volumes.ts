/**
 * The account's volumes: listing them, and their snapshots.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import { echo } from "./internal/response/echo.ts"
import * as Page from "./Page.ts"
import * as Snapshot from "./Snapshot.ts"
import * as Tag from "./Tag.ts"
import * as Volume from "./Volume.ts"

/**
 * 429: a volume was snapshotted less than ten minutes ago. Nothing was begun; no quick retry cures it.
 *
 * @category errors
 * @since 0.1.0
 */
export class SnapshotRateLimited extends Schema.TaggedError<SnapshotRateLimited>()("SnapshotRateLimited", {
  volume_id: Schema.String,
  detail: Schema.String,
  requestId: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `volume ${echo(this.volume_id)} was snapshotted less than ten minutes ago: ${this.detail}`
  }
}

/**
 * The account's volumes, and their snapshots.
 *
 * @category services
 * @since 0.1.0
 */
export class Volumes extends Context.Service<
  Volumes,
  {
    /**
     * The volumes that a filter selects, as a lazy stream.
     *
     * `GET /v2/volumes`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Block-Storage/operation/volumes_list
     */
    readonly list: Page.List<Volume.Volume, Filter>
    /** One page of {@link list}. */
    readonly listPage: (filter?: Filter & Page.Query) => Effect.Effect<Page.Page<Volume.Volume>, DigitalOceanError>
    /**
     * The snapshots of a volume, as a lazy stream.
     *
     * `GET /v2/volumes/{volume_id}/snapshots`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Block-Storage/operation/volumeSnapshots_list
     */
    readonly snapshots: (volume_id: string) => Stream.Stream<Snapshot.Snapshot, DigitalOceanError>
    /**
     * Takes a snapshot of a volume: at most one in ten minutes, and 25 of one volume.
     *
     * `POST /v2/volumes/{volume_id}/snapshots`. Sent once. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Block-Storage/operation/volumeSnapshots_create
     */
    readonly takeSnapshot: (
      volume_id: string,
      options: { readonly name: string; readonly tags?: ReadonlyArray<string> | undefined }
    ) => Effect.Effect<Snapshot.Snapshot, DigitalOceanError | SnapshotRateLimited>
  }
>()("@effect-digitalocean/client/Volumes") {}

/**
 * Which volumes: those of a name, or in a region.
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  readonly name?: string | undefined
  readonly region?: string | undefined
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
      region: Schema.optional(Schema.String),
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
 * Makes the service over a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Volumes["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: Volumes["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
    return Volumes.of({
      list: Page.makeList("Volumes.list", listPage, ({ id }) => id),
      listPage,
      snapshots: (volume_id) =>
        Page.stream(
          "Volumes.snapshots",
          (page) => client.run(endpoints.snapshots, { path: { volume_id }, query: Page.pageQuery(page) }),
          ({ id }) => id
        ),
      takeSnapshot: (volume_id, body) =>
        Effect.mapError(client.run(endpoints.takeSnapshot, { path: { volume_id }, body }), (error) => {
          const { reason } = error
          if (reason._tag !== "RateLimited" || reason.window !== "operation") return error
          const { detail, requestId } = reason
          return new SnapshotRateLimited({
            volume_id,
            detail,
            ...(requestId === undefined ? undefined : { requestId })
          })
        })
    })
  }
)

/**
 * The service as a layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Volumes, never, DigitalOceanClient> = Layer.effect(Volumes, make)

/**
 * The service for a test: the given methods, and every other dies with its name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Volumes["Service"]>): Layer.Layer<Volumes> => Layer.mock(Volumes, methods)
