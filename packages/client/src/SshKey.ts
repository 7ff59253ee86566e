/**
 * Model of an SSH key of the account, which Droplets are created with.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { id, refId } from "./internal/model/id.ts"
import { lenient, model } from "./internal/model/model.ts"

/**
 * An SSH key's id.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = id.pipe(Schema.brand("SshKeyId"))

/**
 * An SSH key's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * An SSH key, as returned by the API.
 *
 * **Details**
 *
 * `fingerprint` is the MD5 of the key, as in `2f:28:6d:7b:18:f5:e7:a6:4d:0a:4a:fe:b5:77:2c:cc`.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/SSH-Keys
 *
 * @category models
 * @since 0.1.0
 */
export interface SshKey {
  /** the id */
  readonly id: Id
  /** the name */
  readonly name: string
  /** the MD5 of the key */
  readonly fingerprint: string
  /** the whole public key */
  readonly public_key: string
}

/**
 * Schema for {@link SshKey}. Its id is required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SshKey = model(
  "SshKey",
  {
    id: Id,
    name: lenient(Schema.String),
    fingerprint: lenient(Schema.String),
    public_key: lenient(Schema.String)
  },
  {
    is: (u): u is SshKey => Predicate.hasProperty(u, "id") && Predicate.hasProperty(u, "fingerprint"),
    decode: (wire) => ({
      id: wire.id,
      name: wire.name ?? "",
      fingerprint: wire.fingerprint ?? "",
      public_key: wire.public_key ?? ""
    }),
    encode: (key) => key
  }
)

/**
 * An SSH key, its id, or its fingerprint.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = SshKey | Id | number | (string & {})

/**
 * Returns the id of an SSH key, given as a model or as an id, or its fingerprint, given as that. It is not validated here:
 * an operation with an invalid id or fingerprint fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf = (key: Ref): Id | (string & {}) => (Predicate.isString(key) ? key : refId<Id>(key))
