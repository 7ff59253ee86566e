import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { ActionBody, Actions } from "../schemas/action.ts"
import { errors } from "../schemas/errors.ts"
import { id, nullable, TagName, Truth } from "../schemas/fields.ts"
import { Image } from "../schemas/image.ts"
import { page, pageQuery } from "../schemas/page.ts"
import { RequiredScopes } from "./scopes.ts"

const ImageBody = Schema.Struct({ image: Image })

const imageParam = { image_id: Schema.Int }

/** Images, their actions and their transfers to other accounts. */
export const images = HttpApiGroup.make("images").add(
  HttpApiEndpoint.get("list", "/v2/images", {
    query: {
      type: Schema.optionalKey(Schema.Literals(["application", "distribution"])),
      private: Schema.optionalKey(Truth),
      tag_name: Schema.optionalKey(Schema.String),
      ...pageQuery
    },
    success: Schema.Struct({ images: Schema.Array(Image), ...page }),
    error: errors
  }).annotate(RequiredScopes, ["image:read"]),
  HttpApiEndpoint.post("create", "/v2/images", {
    payload: Schema.Struct({
      name: Schema.String,
      url: Schema.String,
      region: Schema.String,
      distribution: Schema.optionalKey(Schema.String),
      description: Schema.optionalKey(Schema.String),
      tags: nullable(Schema.Array(TagName))
    }),
    success: ImageBody.pipe(HttpApiSchema.status(202)),
    error: errors
  }).annotate(RequiredScopes, ["image:create"]),
  HttpApiEndpoint.get("get", "/v2/images/:image_id", {
    params: { image_id: Schema.Union([Schema.Int, Schema.String]) },
    success: ImageBody,
    error: errors
  }).annotate(RequiredScopes, ["image:read"]),
  HttpApiEndpoint.put("update", "/v2/images/:image_id", {
    params: imageParam,
    payload: Schema.Struct({
      name: Schema.optionalKey(Schema.String),
      distribution: Schema.optionalKey(Schema.String),
      description: Schema.optionalKey(Schema.String)
    }),
    success: ImageBody,
    error: errors
  }).annotate(RequiredScopes, ["image:update"]),
  HttpApiEndpoint.delete("delete", "/v2/images/:image_id", {
    params: imageParam,
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["image:delete"]),
  HttpApiEndpoint.get("actions", "/v2/images/:image_id/actions", {
    params: imageParam,
    query: pageQuery,
    success: Actions,
    error: errors
  }).annotate(RequiredScopes, ["image:read"]),
  HttpApiEndpoint.post("act", "/v2/images/:image_id/actions", {
    params: imageParam,
    payload: Schema.Union([
      Schema.Struct({ type: Schema.Literal("convert") }),
      Schema.Struct({ type: Schema.Literal("transfer"), region: Schema.String })
    ]).annotate({ message: "Expected a type of convert, or of transfer with a region" }),
    success: ActionBody.pipe(HttpApiSchema.status(201)),
    error: errors
  }).annotate(RequiredScopes, ["image:update"]),
  HttpApiEndpoint.get("action", "/v2/images/:image_id/actions/:action_id", {
    params: { ...imageParam, action_id: id },
    success: ActionBody,
    error: errors
  }).annotate(RequiredScopes, ["image:read"]),
  HttpApiEndpoint.post("transferCreate", "/v2/images/:image_id/account_transfer", {
    params: imageParam,
    payload: Schema.Union(
      [Schema.Struct({ recipient_email: Schema.String }), Schema.Struct({ recipient_uuid: Schema.String })],
      { mode: "oneOf" }
    ).annotate({ message: "Expected exactly one of recipient_email and recipient_uuid" }),
    success: Schema.Struct({ transfer_id: Schema.Int }).pipe(HttpApiSchema.status(201)),
    error: errors
  }).annotate(RequiredScopes, ["image:update", "image:delete"]),
  HttpApiEndpoint.post("transferAccept", "/v2/images/:image_id/account_transfer/accept", {
    params: imageParam,
    payload: Schema.Struct({ transfer_id: Schema.Int, recipient_uuid: Schema.String }),
    success: HttpApiSchema.Empty(201),
    error: errors
  }).annotate(RequiredScopes, ["image:create"]),
  HttpApiEndpoint.post("transferCancel", "/v2/images/:image_id/account_transfer/cancel", {
    params: imageParam,
    payload: Schema.Struct({ transfer_id: Schema.Int }),
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["image:update"]),
  HttpApiEndpoint.post("transferDecline", "/v2/images/:image_id/account_transfer/decline", {
    params: imageParam,
    payload: Schema.Struct({ transfer_id: Schema.Int }),
    success: HttpApiSchema.NoContent,
    error: errors
  }).annotate(RequiredScopes, ["image:create"])
)

/** The account's actions. */
export const actions = HttpApiGroup.make("actions").add(
  HttpApiEndpoint.get("list", "/v2/actions", { query: pageQuery, success: Actions, error: errors }).annotate(
    RequiredScopes,
    ["actions:read"]
  ),
  HttpApiEndpoint.get("get", "/v2/actions/:action_id", {
    params: { action_id: id },
    success: ActionBody,
    error: errors
  }).annotate(RequiredScopes, ["actions:read"])
)
