import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { AutoscalePool, Config, HistoryEvent, Member, Template } from "../schemas/autoscalePool.ts"
import { errors } from "../schemas/errors.ts"
import { page, pageQuery } from "../schemas/page.ts"
import { RequiredScopes } from "./scopes.ts"

const params = { autoscale_pool_id: Schema.String }
const Body = Schema.Struct({ autoscale_pool: AutoscalePool })
const Whole = Schema.Struct({ name: Schema.String, config: Config, droplet_template: Template })

/** Endpoints of autoscale pools. */
export const autoscalePools = HttpApiGroup.make("autoscalePools").add(
  HttpApiEndpoint.get("list", "/v2/droplets/autoscale", {
    query: { name: Schema.optionalKey(Schema.String), ...pageQuery },
    success: Schema.Struct({ autoscale_pools: Schema.Array(AutoscalePool), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.post("create", "/v2/droplets/autoscale", {
    payload: Whole,
    success: Body.pipe(HttpApiSchema.status(202)),
    error: errors
  }).annotate(RequiredScopes, ["droplet:create"]),
  HttpApiEndpoint.get("get", "/v2/droplets/autoscale/:autoscale_pool_id", {
    params,
    success: Body,
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.put("update", "/v2/droplets/autoscale/:autoscale_pool_id", {
    params,
    payload: Whole,
    success: Body,
    error: errors
  }).annotate(RequiredScopes, ["droplet:create"]),
  HttpApiEndpoint.delete("delete", "/v2/droplets/autoscale/:autoscale_pool_id", {
    params,
    success: HttpApiSchema.Empty(202),
    error: errors
  }).annotate(RequiredScopes, ["droplet:delete"]),
  HttpApiEndpoint.get("members", "/v2/droplets/autoscale/:autoscale_pool_id/members", {
    params,
    query: pageQuery,
    success: Schema.Struct({ droplets: Schema.Array(Member), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"]),
  HttpApiEndpoint.get("history", "/v2/droplets/autoscale/:autoscale_pool_id/history", {
    params,
    query: pageQuery,
    success: Schema.Struct({ history: Schema.Array(HistoryEvent), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["droplet:read"])
)
