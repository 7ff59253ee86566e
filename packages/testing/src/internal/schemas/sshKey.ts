import * as Schema from "effect/Schema"

/**
 * An SSH key as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const SshKey = Schema.Struct({
  /** the id of the key */
  id: Schema.Int,
  /** the fingerprint of the key */
  fingerprint: Schema.String,
  /** the public key */
  public_key: Schema.String,
  /** the name of the key */
  name: Schema.String
}).annotate({ identifier: "ssh_key" })

/**
 * An SSH key as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface SshKey extends Schema.Schema.Type<typeof SshKey> {}
