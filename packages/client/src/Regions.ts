/**
 * Service for regions.
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
import * as Region from "./Region.ts"

/**
 * Service for DigitalOcean's regions.
 *
 * @category services
 * @since 0.1.0
 */
export class Regions extends Context.Service<
  Regions,
  {
    /**
     * Streams all regions. Without the scope `sizes:read` their `sizes` are empty.
     *
     * `GET /v2/regions`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Regions/operation/regions_list
     */
    readonly list: Page.List<Region.Region>
    /** Returns one page of {@link list}. */
    readonly listPage: (query?: Page.Query) => Effect.Effect<Page.Page<Region.Region>, DigitalOceanError>
  }
>()("@effect-digitalocean/client/Regions") {}

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  list: Endpoint.make("Regions.list", {
    method: "GET",
    path: "/v2/regions",
    scopes: ["regions:read"],
    docs: "Regions/operation/regions_list",
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("regions", Region.Region)
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Regions["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: Regions["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
    return Regions.of({
      list: Page.makeList("Regions.list", listPage, ({ slug }) => slug),
      listPage
    })
  }
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Regions, never, DigitalOceanClient> = Layer.effect(Regions, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Regions["Service"]>): Layer.Layer<Regions> => Layer.mock(Regions, methods)
