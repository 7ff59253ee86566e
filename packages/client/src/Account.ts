/**
 * The account a token belongs to: who it is, what it may have, and how much of its request budget is left.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import { lenient, model } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import type * as RateLimit from "./RateLimit.ts"

/**
 * An account's status.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = openEnum(["active", "warning", "locked"])

/**
 * An account as DigitalOcean describes it.
 *
 * **Details**
 *
 * `droplet_limit` and `floating_ip_limit` count what may exist at once; they and `email_verified` are null when they are
 * not known. `team` is null for a personal account, or when DigitalOcean leaves it out.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Account
 *
 * @category models
 * @since 0.1.0
 */
export interface Details {
  readonly uuid: string
  readonly email: string
  readonly email_verified: boolean | null
  readonly name: string
  readonly status: typeof Status.Type
  readonly status_message: string
  readonly droplet_limit: number | null
  readonly floating_ip_limit: number | null
  readonly team: { readonly uuid: string; readonly name: string } | null
}

/**
 * The schema of an account's {@link Details}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Details = model(
  "Account",
  {
    uuid: Schema.String,
    email: lenient(Schema.String),
    email_verified: lenient(Schema.Boolean),
    name: lenient(Schema.String),
    status: lenient(Status),
    status_message: lenient(Schema.String),
    droplet_limit: lenient(Schema.Finite),
    floating_ip_limit: lenient(Schema.Finite),
    team: lenient(Schema.Struct({ uuid: Schema.String, name: Schema.String }))
  },
  {
    is: (u): u is Details => Predicate.hasProperty(u, "droplet_limit") && Predicate.hasProperty(u, "uuid"),
    decode: (wire) => ({
      uuid: wire.uuid,
      email: wire.email ?? "",
      email_verified: wire.email_verified ?? null,
      name: wire.name ?? "",
      status: wire.status ?? "",
      status_message: wire.status_message ?? "",
      droplet_limit: wire.droplet_limit ?? null,
      floating_ip_limit: wire.floating_ip_limit ?? null,
      team: wire.team ?? null
    }),
    encode: (details) => details
  }
)

/**
 * The account of a client's token.
 *
 * @category services
 * @since 0.1.0
 */
export class Account extends Context.Service<
  Account,
  {
    /**
     * Who the token belongs to, with its limits and its status.
     *
     * `GET /v2/account`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Account/operation/account_get
     */
    readonly get: Effect.Effect<Details, DigitalOceanError>
    /** The request budget as the last answer told it; none before the first. Sends nothing. */
    readonly rateLimit: Effect.Effect<Option.Option<RateLimit.RateLimit>>
  }
>()("@effect-digitalocean/client/Account") {}

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  get: Endpoint.make("Account.get", {
    method: "GET",
    path: "/v2/account",
    scopes: ["account:read"],
    docs: "Account/operation/account_get",
    decode: Endpoint.field("account", Details)
  })
} as const

/**
 * Makes the service over a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Account["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => Account.of({ get: client.run(endpoints.get), rateLimit: client.rateLimit })
)

/**
 * The service as a layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Account, never, DigitalOceanClient> = Layer.effect(Account, make)

/**
 * The service for a test: the given members, and every other dies with its name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Account["Service"]>): Layer.Layer<Account> => Layer.mock(Account, methods)
