/**
 * Model of an account: its owner, its status and its limits.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { lenient, model } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"

/**
 * An account's status.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = openEnum(["active", "warning", "locked"])

/**
 * An account, as returned by the API.
 *
 * **Details**
 *
 * `droplet_limit` and `floating_ip_limit` are the maximum numbers of existing Droplets and floating IPs. They and
 * `email_verified` are null if they are not known. `team` is null for a personal account, or if it is missing.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Account
 *
 * @category models
 * @since 0.1.0
 */
export interface Account {
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
 * Schema for {@link Account}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Account = model(
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
    is: (u): u is Account => Predicate.hasProperty(u, "droplet_limit") && Predicate.hasProperty(u, "uuid"),
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
    encode: (account) => account
  }
)
