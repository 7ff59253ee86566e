import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { ActionBody, Actions } from "../schemas/action.ts"
import { Droplet, Window } from "../schemas/droplet.ts"
import { errors } from "../schemas/errors.ts"
import { id, nullable, TagName, text } from "../schemas/fields.ts"
import { page, pageQuery } from "../schemas/page.ts"
import { RequiredScopes } from "./scopes.ts"

const Plan = Schema.Literals(["daily", "weekly"])

/** A backup policy in a request, by default daily. */
const Policy = Schema.Struct({
  plan: Plan.pipe(Schema.withDecodingDefaultKey(Effect.succeed("daily" as const))),
  weekday: Schema.optionalKey(Schema.Literals(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])),
  hour: Schema.optionalKey(Schema.Literals([0, 4, 8, 12, 16, 20]))
})

const AnyImage = Schema.Union([Schema.Int, Schema.String])

const creation = {
  image: AnyImage,
  size: Schema.String,
  region: Schema.optionalKey(Schema.String),
  ssh_keys: Schema.optionalKey(Schema.Array(Schema.Union([Schema.String, Schema.Int]))),
  backups: Schema.optionalKey(Schema.Boolean),
  backup_policy: Schema.optionalKey(Policy),
  ipv6: Schema.optionalKey(Schema.Boolean),
  monitoring: Schema.optionalKey(Schema.Boolean),
  tags: nullable(Schema.Array(TagName)),
  user_data: Schema.optionalKey(Schema.String),
  private_networking: Schema.optionalKey(Schema.Boolean),
  volumes: Schema.optionalKey(Schema.Array(Schema.String)),
  vpc_uuid: Schema.optionalKey(Schema.String),
  with_droplet_agent: Schema.optionalKey(Schema.Boolean),
  public_networking: Schema.optionalKey(Schema.Boolean)
}

const type = <const Type extends string>(...types: ReadonlyArray<Type>) => Schema.Literals(types)

const Snapshot = Schema.Struct({ type: type("snapshot"), name: Schema.optionalKey(Schema.String) })
const forMany = ["disable_backups", "power_cycle", "shutdown", "power_off", "power_on", "enable_ipv6"] as const

const Act = Schema.Union([
  Schema.Struct({ type: type(...forMany, "reboot", "password_reset") }),
  Snapshot,
  Schema.Struct({ type: type("rename"), name: Schema.String }),
  Schema.Struct({ type: type("restore"), image: Schema.Int }),
  Schema.Struct({ type: type("rebuild"), image: AnyImage }),
  Schema.Struct({ type: type("resize"), size: Schema.String, disk: Schema.optionalKey(Schema.Boolean) }),
  Schema.Struct({ type: type("enable_backups"), backup_policy: Schema.optionalKey(Policy) }),
  Schema.Struct({ type: type("change_backup_policy"), backup_policy: Policy })
]).annotate({ message: "Expected an action of a Droplet with its own fields" })

/** The actions on all Droplets with a tag. */
const ActByTag = Schema.Union([Schema.Struct({ type: type(...forMany, "enable_backups") }), Snapshot]).annotate({
  message: "Expected an action that Droplets with a tag can do, with its own fields"
})

/** The actions on a Droplet. */
export type Act = typeof Act.Type

const WrittenPolicy = Schema.Struct({
  ...Policy.fields,
  plan: Plan,
  window_length_hours: Schema.Int,
  retention_period_days: Schema.Int
})

const DropletPolicy = Schema.Struct({
  droplet_id: Schema.Int,
  backup_enabled: Schema.Boolean,
  backup_policy: Schema.optionalKey(WrittenPolicy),
  next_backup_window: Schema.optionalKey(Window)
})

const params = { droplet_id: id }
const Links = Schema.Struct({
  actions: Schema.Array(Schema.Struct({ id: Schema.Int, rel: Schema.String, href: text("uri") }))
})

/** An image in the listings of a Droplet. */
const DropletImage = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  type: Schema.String,
  created_at: text("date-time"),
  regions: Schema.Array(Schema.String),
  min_disk_size: Schema.NullOr(Schema.Int),
  size_gigabytes: Schema.NullOr(Schema.Finite)
})

/** Endpoints of Droplets, their actions and their backup policies. */
export const droplets = HttpApiGroup.make("droplets").add(
  HttpApiEndpoint.get("list", "/v2/droplets", {
    query: {
      tag_name: Schema.optionalKey(Schema.String),
      name: Schema.optionalKey(Schema.String),
      type: Schema.optionalKey(Schema.Literals(["droplets", "gpus"])),
      ...pageQuery
    },
    success: Schema.Struct({ droplets: Schema.Array(Droplet), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.post("create", "/v2/droplets", {
    payload: Schema.Union(
      [
        Schema.Struct({ name: Schema.String, ...creation }),
        Schema.Struct({ names: Schema.Array(Schema.String), ...creation })
      ],
      { mode: "oneOf" }
    ).annotate({ message: "Expected a name or names, with an image and a size" }),
    success: Schema.Union([
      Schema.Struct({ droplet: Droplet, links: Links }),
      Schema.Struct({ droplets: Schema.Array(Droplet), links: Links })
    ]).pipe(HttpApiSchema.status(202)),
    error: errors
  }).annotate(RequiredScopes, ["droplet:create"]),
  HttpApiEndpoint.delete("deleteByTag", "/v2/droplets", {
    query: { tag_name: Schema.String },
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["droplet:delete"]),
  HttpApiEndpoint.get("backupPolicies", "/v2/droplets/backups/policies", {
    query: pageQuery,
    success: Schema.Struct({ policies: Schema.Record(Schema.String, DropletPolicy), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.get("supportedPolicies", "/v2/droplets/backups/supported_policies", {
    success: Schema.Struct({
      supported_policies: Schema.Array(
        Schema.Struct({
          name: Schema.String,
          possible_window_starts: Schema.Array(Schema.Int),
          window_length_hours: Schema.Int,
          retention_period_days: Schema.Int,
          possible_days: Schema.Array(Schema.String)
        })
      )
    }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.post("performActionByTag", "/v2/droplets/actions", {
    query: { tag_name: Schema.String },
    payload: ActByTag,
    success: Schema.Struct({ actions: Actions.fields.actions }).pipe(HttpApiSchema.status(201)),
    error: errors
  }).annotate(RequiredScopes, ["droplet:update"]),
  HttpApiEndpoint.get("get", "/v2/droplets/:droplet_id", {
    params,
    success: Schema.Struct({ droplet: Droplet }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.delete("delete", "/v2/droplets/:droplet_id", {
    params,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["droplet:delete"]),
  HttpApiEndpoint.get("backupPolicy", "/v2/droplets/:droplet_id/backups/policy", {
    params,
    success: Schema.Struct({ policy: DropletPolicy }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.get("snapshots", "/v2/droplets/:droplet_id/snapshots", {
    params,
    query: pageQuery,
    success: Schema.Struct({ snapshots: Schema.Array(DropletImage), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.get("backups", "/v2/droplets/:droplet_id/backups", {
    params,
    query: pageQuery,
    success: Schema.Struct({ backups: Schema.Array(DropletImage), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.get("actions", "/v2/droplets/:droplet_id/actions", {
    params,
    query: pageQuery,
    success: Actions,
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.post("act", "/v2/droplets/:droplet_id/actions", {
    params,
    payload: Act,
    success: ActionBody.pipe(HttpApiSchema.status(201)),
    error: errors
  }).annotate(RequiredScopes, ["droplet:update"]),
  HttpApiEndpoint.get("action", "/v2/droplets/:droplet_id/actions/:action_id", {
    params: { ...params, action_id: id },
    success: ActionBody,
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"])
)
