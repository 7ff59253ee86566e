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
  /** the UUID of the account */
  readonly uuid: string
  /** the email address of the account */
  readonly email: string
  /** whether the email address is verified; null if that is not known */
  readonly email_verified: boolean | null
  /** the name of the account */
  readonly name: string
  /** whether the account can be used */
  readonly status: typeof Status.Type
  /** why the account is not active; empty if it is */
  readonly status_message: string
  /** how many Droplets the account may have; null if that is not known */
  readonly droplet_limit: number | null
  /** how many reserved IPs the account may have; null if that is not known */
  readonly floating_ip_limit: number | null
  /** the team of the token; null for an account without teams */
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
