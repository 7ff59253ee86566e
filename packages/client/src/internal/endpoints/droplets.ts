import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Action from "../../Action.ts"
import * as BackupPolicy from "../../BackupPolicy.ts"
import * as Droplet from "../../Droplet.ts"
import * as Endpoint from "../../Endpoint.ts"
import * as Image from "../../Image.ts"
import * as Page from "../../Page.ts"
import { action, AnyAction, ofDroplet } from "./actions.ts"
import { decoder } from "../model/leniency.ts"
import * as Links from "../paging/links.ts"
import { Meta } from "../paging/meta.ts"
import { Name as TagName } from "../model/tagName.ts"

const Name = Schema.String.check(
  Schema.makeFilter(
    (name: string) =>
      /^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/.test(name) ||
      "Expected letters, digits, dots and dashes, ending in a letter or a digit"
  )
)

const AnyImage = Schema.Union([Image.Id, Schema.NonEmptyString])

const many = <A>(what: string, schema: Schema.Codec<A, unknown>) =>
  Schema.Array(schema).check(
    Schema.makeFilter((all: ReadonlyArray<unknown>) => all.length > 0 || `Expected at least one ${what}`)
  )

const creation = {
  image: AnyImage,
  size: Schema.NonEmptyString,
  region: Schema.optional(Schema.NonEmptyString),
  ssh_keys: Schema.optional(Schema.Array(Schema.Union([Schema.String, Schema.Int]))),
  backups: Schema.optional(Schema.Boolean),
  backup_policy: Schema.optional(BackupPolicy.Input),
  ipv6: Schema.optional(Schema.Boolean),
  monitoring: Schema.optional(Schema.Boolean),
  tags: Schema.optional(Schema.Array(TagName)),
  user_data: Schema.optional(Schema.String),
  private_networking: Schema.optional(Schema.Boolean),
  volumes: Schema.optional(Schema.Array(Schema.String)),
  vpc_uuid: Schema.optional(Schema.String),
  with_droplet_agent: Schema.optional(Schema.Boolean),
  public_networking: Schema.optional(Schema.Boolean)
}

const act = {
  method: "POST",
  path: "/v2/droplets/{droplet_id}/actions",
  docs: "Droplet-Actions/operation/dropletActions_post",
  decode: action
} as const

/** Decodes a page of policies: a record by Droplet id instead of a list of rows. */
const policies = decoder(
  Schema.Struct({
    policies: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, BackupPolicy.DropletPolicy))),
    meta: Meta
  })
)

/** The endpoints of Droplets and Droplet Actions as data. */
export const endpoints = {
  list: Endpoint.make("Droplets.list", {
    method: "GET",
    path: "/v2/droplets",
    scopes: ["droplet:read"],
    docs: "Droplets/operation/droplets_list",
    query: Schema.Struct({
      tag_name: Schema.optional(TagName),
      name: Schema.optional(Schema.String),
      type: Schema.optional(Schema.Literals(["droplets", "gpus"])),
      ...Page.query
    }),
    compressed: true,
    decode: Page.decode("droplets", Droplet.Droplet)
  }),
  get: Endpoint.make("Droplets.get", {
    method: "GET",
    path: "/v2/droplets/{droplet_id}",
    scopes: ["droplet:read"],
    docs: "Droplets/operation/droplets_get",
    identity: { param: "droplet_id", field: "id" },
    decode: Endpoint.envelope("droplet", Droplet.Droplet)
  }),
  create: Endpoint.make("Droplets.create", {
    method: "POST",
    path: "/v2/droplets",
    scopes: ["droplet:create"],
    docs: "Droplets/operation/droplets_create",
    body: Schema.Struct({ name: Name, ...creation }),
    decode: Endpoint.envelope("droplet", Droplet.Droplet)
  }),
  createMany: Endpoint.make("Droplets.createMany", {
    method: "POST",
    path: "/v2/droplets",
    scopes: ["droplet:create"],
    docs: "Droplets/operation/droplets_create",
    body: Schema.Struct({ names: many("name", Name), ...creation }),
    decode: Endpoint.field("droplets", Schema.Array(Droplet.Droplet))
  }),
  delete: Endpoint.make("Droplets.delete", {
    method: "DELETE",
    path: "/v2/droplets/{droplet_id}",
    scopes: ["droplet:delete"],
    docs: "Droplets/operation/droplets_destroy"
  }),
  actions: ofDroplet.list,
  action: ofDroplet.get,
  snapshots: Endpoint.make("Droplets.snapshots", {
    method: "GET",
    path: "/v2/droplets/{droplet_id}/snapshots",
    scopes: ["droplet:read"],
    docs: "Droplets/operation/droplets_list_snapshots",
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("snapshots", Image.Image)
  }),
  backups: Endpoint.make("Droplets.backups", {
    method: "GET",
    path: "/v2/droplets/{droplet_id}/backups",
    scopes: ["droplet:read"],
    docs: "Droplets/operation/droplets_list_backups",
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("backups", Image.Image)
  }),
  performAction: Endpoint.make("Droplets.performAction", { ...act, scopes: ["droplet:update"], body: AnyAction }),
  snapshot: Endpoint.make("Droplets.snapshot", {
    ...act,
    scopes: ["droplet:update", "image:create"],
    body: Schema.Struct({ type: Schema.Literal("snapshot"), name: Schema.optional(Schema.NonEmptyString) })
  }),
  restore: Endpoint.make("Droplets.restore", {
    ...act,
    scopes: ["droplet:update", "droplet:admin"],
    body: Schema.Struct({ type: Schema.Literal("restore"), image: Image.Id })
  }),
  rebuild: Endpoint.make("Droplets.rebuild", {
    ...act,
    scopes: ["droplet:update", "droplet:admin"],
    body: Schema.Struct({ type: Schema.Literal("rebuild"), image: AnyImage })
  }),
  enableBackups: Endpoint.make("Droplets.enableBackups", {
    ...act,
    scopes: ["droplet:update"],
    body: Schema.Struct({
      type: Schema.Literal("enable_backups"),
      backup_policy: Schema.optional(BackupPolicy.Input)
    })
  }),
  changeBackupPolicy: Endpoint.make("Droplets.changeBackupPolicy", {
    ...act,
    scopes: ["droplet:update"],
    body: Schema.Struct({ type: Schema.Literal("change_backup_policy"), backup_policy: BackupPolicy.Input })
  }),
  performActionByTag: Endpoint.make("Droplets.performActionByTag", {
    method: "POST",
    path: "/v2/droplets/actions",
    scopes: ["droplet:update"],
    docs: "Droplet-Actions/operation/dropletActions_post_byTag",
    query: Schema.Struct({ tag_name: TagName }),
    body: AnyAction,
    decode: Endpoint.field("actions", Schema.Array(Action.Action))
  }),
  backupPolicy: Endpoint.make("Droplets.backupPolicy", {
    method: "GET",
    path: "/v2/droplets/{droplet_id}/backups/policy",
    scopes: ["droplet:read"],
    docs: "Droplets/operation/droplets_get_backup_policy",
    identity: { param: "droplet_id", field: "droplet_id" },
    decode: Endpoint.field("policy", BackupPolicy.DropletPolicy)
  }),
  backupPolicies: Endpoint.make("Droplets.backupPolicies", {
    method: "GET",
    path: "/v2/droplets/backups/policies",
    scopes: ["droplet:read"],
    docs: "Droplets/operation/droplets_list_backup_policies",
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: (json, baseUrl) =>
      Effect.map(policies(json), ({ meta, policies }) => ({
        items: Object.values(policies ?? {}),
        total: meta.total,
        next: Links.next((json as { readonly links?: unknown }).links, baseUrl)
      }))
  }),
  supportedBackupPolicies: Endpoint.make("Droplets.supportedBackupPolicies", {
    method: "GET",
    path: "/v2/droplets/backups/supported_policies",
    scopes: ["droplet:read"],
    docs: "Droplets/operation/droplets_list_supported_backup_policies",
    decode: Endpoint.field("supported_policies", Schema.Array(BackupPolicy.SupportedPlan))
  })
} as const
