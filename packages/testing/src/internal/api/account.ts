import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { errors } from "../schemas/errors.ts"
import { page, pageQuery } from "../schemas/page.ts"
import { Region } from "../schemas/region.ts"
import { Size } from "../schemas/size.ts"
import { RequiredScopes } from "./scopes.ts"

/** Endpoints of the account, and of the regions and sizes that are available to it. */
export const account = HttpApiGroup.make("account").add(
  HttpApiEndpoint.get("regions", "/v2/regions", {
    query: pageQuery,
    success: Schema.Struct({ regions: Schema.Array(Region), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["regions:read"]),
  HttpApiEndpoint.get("sizes", "/v2/sizes", {
    query: pageQuery,
    success: Schema.Struct({ sizes: Schema.Array(Size), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["sizes:read", "regions:read"]),
  HttpApiEndpoint.get("get", "/v2/account", {
    success: Schema.Struct({
      account: Schema.Struct({
        droplet_limit: Schema.Int,
        floating_ip_limit: Schema.Int,
        email: Schema.String,
        name: Schema.String,
        uuid: Schema.String,
        email_verified: Schema.Boolean,
        status: Schema.String,
        status_message: Schema.String,
        team: Schema.Struct({ uuid: Schema.String, name: Schema.String })
      })
    }),
    error: errors
  }).annotate(RequiredScopes, ["account:read"])
)
