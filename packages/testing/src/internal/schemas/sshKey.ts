import * as Schema from "effect/Schema"

/**
 * An SSH key as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const SshKey = Schema.Struct({
  id: Schema.Int,
  fingerprint: Schema.String,
  public_key: Schema.String,
  name: Schema.String
}).annotate({ identifier: "ssh_key" })

/**
 * An SSH key as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface SshKey extends Schema.Schema.Type<typeof SshKey> {}
