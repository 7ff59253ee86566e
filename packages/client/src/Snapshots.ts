/**
 * Service for snapshots of Droplets and volumes.
 *
 * A Droplet snapshot is also an image, for which `Images` has more operations. A volume snapshot is not.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Page from "./Page.ts"
import * as Snapshot from "./Snapshot.ts"

/**
 * Service for the account's snapshots.
 *
 * @category services
 * @since 0.1.0
 */
export class Snapshots extends Context.Service<
  Snapshots,
  {
    /**
     * Streams all snapshots, or only those of Droplets or of volumes.
     *
     * `GET /v2/snapshots`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Snapshots/operation/snapshots_list
     */
    readonly list: Page.List<Snapshot.Snapshot, Filter>
    /** Returns one page of {@link list}. */
    readonly listPage: (filter?: Filter & Page.Query) => Effect.Effect<Page.Page<Snapshot.Snapshot>, DigitalOceanError>
    /** Returns a snapshot, by its id or by the image of a Droplet snapshot. `GET /v2/snapshots/{snapshot_id}` */
    readonly get: (snapshot: Snapshot.Ref) => Effect.Effect<Snapshot.Snapshot, DigitalOceanError>
    /**
     * Deletes a snapshot in all its regions. With `ignoreMissing`, succeeds if the snapshot does not exist.
     * `DELETE /v2/snapshots/{snapshot_id}`
     */
    readonly delete: (
      snapshot: Snapshot.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
  }
>()("@effect-digitalocean/client/Snapshots") {}

/**
 * Filters snapshots: `resource_type` is `droplet` or `volume`.
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  /** only snapshots of Droplets, or of volumes */
  readonly resource_type?: "droplet" | "volume" | undefined
}

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  list: Endpoint.make("Snapshots.list", {
    method: "GET",
    path: "/v2/snapshots",
    scopes: ["snapshot:read"],
    docs: "Snapshots/operation/snapshots_list",
    query: Schema.Struct({ resource_type: Schema.optional(Schema.Literals(["droplet", "volume"])), ...Page.query }),
    compressed: true,
    decode: Page.decode("snapshots", Snapshot.Snapshot)
  }),
  get: Endpoint.make("Snapshots.get", {
    method: "GET",
    path: "/v2/snapshots/{snapshot_id}",
    scopes: ["snapshot:read", "block_storage_snapshot:read"],
    docs: "Snapshots/operation/snapshots_get",
    identity: { param: "snapshot_id", field: "id" },
    decode: Endpoint.field("snapshot", Snapshot.Snapshot)
  }),
  delete: Endpoint.make("Snapshots.delete", {
    method: "DELETE",
    path: "/v2/snapshots/{snapshot_id}",
    scopes: ["image:delete", "snapshot:delete"],
    docs: "Snapshots/operation/snapshots_delete"
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Snapshots["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: Snapshots["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
    const path = (snapshot: Snapshot.Ref) => ({ snapshot_id: Snapshot.idOf(snapshot) })
    return Snapshots.of({
      list: Page.makeList("Snapshots.list", listPage, ({ id }) => id),
      listPage,
      get: (snapshot) => client.run(endpoints.get, { path: path(snapshot) }),
      delete: (snapshot, options) => client.run(endpoints.delete, { path: path(snapshot) }, options)
    })
  }
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Snapshots, never, DigitalOceanClient> = Layer.effect(Snapshots, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Snapshots["Service"]>): Layer.Layer<Snapshots> =>
  Layer.mock(Snapshots, methods)
