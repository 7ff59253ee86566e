import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { errors } from "../schemas/errors.ts"
import { nullable, TagName } from "../schemas/fields.ts"
import { page, pageQuery } from "../schemas/page.ts"
import { Tag } from "../schemas/tag.ts"
import { RequiredScopes } from "./scopes.ts"

const tag = { tag_id: TagName }
/** An invalid name of a new tag has an error body of its own. */
const [, ...otherErrors] = errors
const InvalidTag = Schema.Struct({
  error: Schema.String,
  messages: nullable(Schema.Array(Schema.String)),
  root_causes: Schema.Array(Schema.String)
})
  .annotate({ identifier: "error_with_root_causes" })
  .pipe(HttpApiSchema.status(400))

const TagBody = Schema.Struct({ tag: Tag })

const Resources = Schema.Struct({
  resources: Schema.Array(
    Schema.Struct({
      resource_id: Schema.String,
      resource_type: Schema.Literals(["droplet", "image", "volume", "volume_snapshot"])
    })
  )
})

/** Endpoints of tags, and of the resources that have them. */
export const tags = HttpApiGroup.make("tags").add(
  HttpApiEndpoint.get("list", "/v2/tags", {
    query: pageQuery,
    success: Schema.Struct({ tags: Schema.Array(Tag), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["tag:read"]),
  HttpApiEndpoint.post("create", "/v2/tags", {
    payload: Schema.Struct({ name: TagName }),
    success: TagBody.pipe(HttpApiSchema.status(201)),
    error: [InvalidTag, ...otherErrors]
  }).annotate(RequiredScopes, ["tag:create"]),
  HttpApiEndpoint.get("get", "/v2/tags/:tag_id", { params: tag, success: TagBody, error: errors }).annotate(
    RequiredScopes,
    ["tag:read"]
  ),
  HttpApiEndpoint.delete("delete", "/v2/tags/:tag_id", {
    params: tag,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["tag:delete"]),
  HttpApiEndpoint.post("tag", "/v2/tags/:tag_id/resources", {
    params: tag,
    payload: Resources,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["tag:create"]),
  HttpApiEndpoint.delete("untag", "/v2/tags/:tag_id/resources", {
    params: tag,
    payload: Resources,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["tag:delete"])
)
