/**
 * Service for the account of a token: its owner, its limits, and the current rate limit.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Account from "./Account.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import type * as RateLimit from "./RateLimit.ts"

/**
 * Service for the account of a client's token.
 *
 * @category services
 * @since 0.1.0
 */
export class Accounts extends Context.Service<
  Accounts,
  {
    /**
     * Returns the account that the token belongs to, with its limits and status.
     *
     * `GET /v2/account`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Account/operation/account_get
     */
    readonly get: Effect.Effect<Account.Account, DigitalOceanError>
    /** Returns the rate limit of the latest response, or `None` before the first response. Sends no request. */
    readonly rateLimit: Effect.Effect<Option.Option<RateLimit.RateLimit>>
  }
>()("@effect-digitalocean/client/Accounts") {}

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  get: Endpoint.make("Accounts.get", {
    method: "GET",
    path: "/v2/account",
    scopes: ["account:read"],
    docs: "Account/operation/account_get",
    decode: Endpoint.field("account", Account.Account)
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Accounts["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => Accounts.of({ get: client.run(endpoints.get), rateLimit: client.rateLimit })
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Accounts, never, DigitalOceanClient> = Layer.effect(Accounts, make)

/**
 * Layer for tests that provides the given members. Any other member dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Accounts["Service"]>): Layer.Layer<Accounts> => Layer.mock(Accounts, methods)
