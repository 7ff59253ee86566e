/**
 * Service for Droplet sizes.
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
import * as Size from "./Size.ts"

/**
 * Service for DigitalOcean's Droplet sizes.
 *
 * @category services
 * @since 0.1.0
 */
export class Sizes extends Context.Service<
  Sizes,
  {
    /**
     * Streams all sizes.
     *
     * `GET /v2/sizes`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Sizes/operation/sizes_list
     */
    readonly list: Page.List<Size.Size>
    /** Returns one page of {@link list}. */
    readonly listPage: (query?: Page.Query) => Effect.Effect<Page.Page<Size.Size>, DigitalOceanError>
  }
>()("@effect-digitalocean/client/Sizes") {}

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  list: Endpoint.make("Sizes.list", {
    method: "GET",
    path: "/v2/sizes",
    scopes: ["sizes:read", "regions:read"],
    docs: "Sizes/operation/sizes_list",
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("sizes", Size.Size)
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Sizes["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: Sizes["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
    return Sizes.of({
      list: Page.makeList("Sizes.list", listPage, ({ slug }) => slug),
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
export const layer: Layer.Layer<Sizes, never, DigitalOceanClient> = Layer.effect(Sizes, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Sizes["Service"]>): Layer.Layer<Sizes> => Layer.mock(Sizes, methods)
