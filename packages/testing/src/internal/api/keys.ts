import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { errors } from "../schemas/errors.ts"
import { id } from "../schemas/fields.ts"
import { page, pageQuery } from "../schemas/page.ts"
import { SshKey } from "../schemas/sshKey.ts"
import { RequiredScopes } from "./scopes.ts"

const KeyBody = Schema.Struct({ ssh_key: SshKey })
const params = { ssh_key_identifier: Schema.Union([Schema.Int, Schema.String]) }

/** The SSH keys of the account. */
export const keys = HttpApiGroup.make("keys").add(
  HttpApiEndpoint.get("list", "/v2/account/keys", {
    query: pageQuery,
    success: Schema.Struct({ ssh_keys: Schema.Array(SshKey), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["ssh_key:read"]),
  HttpApiEndpoint.post("create", "/v2/account/keys", {
    payload: Schema.Struct({ name: Schema.String, public_key: Schema.String }),
    success: KeyBody.pipe(HttpApiSchema.status(201)),
    error: errors
  }).annotate(RequiredScopes, ["ssh_key:create"]),
  HttpApiEndpoint.get("get", "/v2/account/keys/:ssh_key_identifier", {
    params,
    success: KeyBody,
    error: errors
  }).annotate(RequiredScopes, ["ssh_key:read"]),
  HttpApiEndpoint.put("update", "/v2/account/keys/:ssh_key_identifier", {
    params,
    payload: Schema.Struct({ name: Schema.optionalKey(Schema.String) }),
    success: KeyBody,
    error: errors
  }).annotate(RequiredScopes, ["ssh_key:update"]),
  HttpApiEndpoint.delete("delete", "/v2/account/keys/:ssh_key_identifier", {
    params,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["ssh_key:delete"])
)

/** There are no firewalls. */
const Firewalls = Schema.Struct({ firewalls: Schema.Tuple([]), ...page })

/** Endpoints of the firewalls of a Droplet, for clients that request them: the list is empty. */
export const firewalls = HttpApiGroup.make("firewalls").add(
  HttpApiEndpoint.get("list", "/v2/firewalls", { query: pageQuery, success: Firewalls, error: errors }).annotate(
    RequiredScopes,
    ["firewall:read"]
  ),
  HttpApiEndpoint.get("ofDroplet", "/v2/droplets/:droplet_id/firewalls", {
    params: { droplet_id: id },
    query: pageQuery,
    success: Firewalls,
    error: errors
  }).annotate(RequiredScopes, ["firewall:read"])
)
