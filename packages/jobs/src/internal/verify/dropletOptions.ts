import * as BackupPolicy from "@effect-digitalocean/client/BackupPolicy"
import * as Tag from "@effect-digitalocean/client/Tag"
import * as Volume from "@effect-digitalocean/client/Volume"
import * as Schema from "effect/Schema"

/** Schema for the options of a Droplet other than its image, its region and its size. */
export const DropletOptions = Schema.Struct({
  ssh_keys: Schema.optional(Schema.Array(Schema.Union([Schema.String, Schema.Number]))),
  backups: Schema.optional(Schema.Boolean),
  backup_policy: Schema.optional(BackupPolicy.Input),
  ipv6: Schema.optional(Schema.Boolean),
  monitoring: Schema.optional(Schema.Boolean),
  tags: Schema.optional(Schema.Array(Schema.Union([Schema.String, Tag.Tag]))),
  user_data: Schema.optional(Schema.String),
  private_networking: Schema.optional(Schema.Boolean),
  volumes: Schema.optional(Schema.Array(Schema.Union([Schema.String, Volume.Volume]))),
  vpc_uuid: Schema.optional(Schema.String),
  with_droplet_agent: Schema.optional(Schema.Boolean),
  public_networking: Schema.optional(Schema.Boolean)
})
