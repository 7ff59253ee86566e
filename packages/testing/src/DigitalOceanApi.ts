/**
 * DigitalOcean's API as far as images reach, as an `HttpApi`: the contract between a client and the in-memory account.
 *
 * Written from DigitalOcean's specification, independent of the client. Where the specification contradicts what
 * DigitalOcean answers (an action comes as `{ "action": {...} }`), it is the answer that is declared.
 *
 * @since 0.1.0
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"

// the server answers a failure with the first error that can encode it, so each is told apart by its id
const error = <const Id extends string>(id: Id, status: number) =>
  Schema.Struct({ id: Schema.Literal(id), message: Schema.String, request_id: Schema.optionalKey(Schema.String) })
    .annotate({ identifier: `Error_${id}` })
    .pipe(HttpApiSchema.status(status))

/**
 * The errors an operation may answer.
 *
 * @since 0.1.0
 */
export const errors = [
  error("bad_request", 400),
  error("unauthorized", 401),
  error("forbidden", 403),
  error("not_found", 404),
  error("unprocessable_entity", 422),
  error("too_many_requests", 429),
  error("server_error", 500)
] as const

/**
 * The body of an error.
 *
 * @since 0.1.0
 */
export type ErrorBody = (typeof errors)[number]["Type"]

const nullable = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Image = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  type: Schema.String,
  distribution: Schema.String,
  slug: nullable(Schema.String),
  public: Schema.optionalKey(Schema.Boolean),
  regions: Schema.Array(Schema.String),
  created_at: Schema.String,
  min_disk_size: nullable(Schema.Int),
  size_gigabytes: nullable(Schema.Finite),
  description: nullable(Schema.String),
  tags: nullable(Schema.Array(Schema.String)),
  status: Schema.String,
  error_message: nullable(Schema.String)
}).annotate({ identifier: "image" })

/**
 * An image as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Image extends Schema.Schema.Type<typeof Image> {}

/**
 * A region as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Region = Schema.Struct({
  name: Schema.String,
  slug: Schema.String,
  features: Schema.Array(Schema.String),
  available: Schema.Boolean,
  sizes: Schema.Array(Schema.String)
}).annotate({ identifier: "region" })

/**
 * An action as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Action = Schema.Struct({
  id: Schema.Int,
  status: Schema.String,
  type: Schema.String,
  started_at: Schema.String,
  completed_at: Schema.NullOr(Schema.String),
  resource_id: Schema.NullOr(Schema.Int),
  resource_type: Schema.String,
  region: Schema.optionalKey(Schema.NullOr(Region)),
  region_slug: nullable(Schema.String)
}).annotate({ identifier: "action" })

/**
 * An action as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Action extends Schema.Schema.Type<typeof Action> {}

const Link = Schema.optionalKey(Schema.String)

const page = {
  links: Schema.Struct({
    pages: Schema.optionalKey(Schema.Struct({ first: Link, prev: Link, next: Link, last: Link }))
  }),
  meta: Schema.Struct({ total: Schema.Int })
}

const pageQuery = {
  per_page: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 }))),
  page: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)))
}

const ImageBody = Schema.Struct({ image: Image })
const ActionBody = Schema.Struct({ action: Action })
const Actions = Schema.Struct({ actions: Schema.Array(Action), ...page })

const TagName = Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9_:-]+$/), Schema.isMaxLength(255))

const id = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

const imageParam = { image_id: id }

/**
 * Images, their actions and their transfers to other accounts.
 *
 * @since 0.1.0
 */
export const images = HttpApiGroup.make("images").add(
  HttpApiEndpoint.get("list", "/v2/images", {
    query: {
      type: Schema.optionalKey(Schema.Literals(["application", "distribution"])),
      private: Schema.optionalKey(Schema.Boolean),
      tag_name: Schema.optionalKey(Schema.String),
      ...pageQuery
    },
    success: Schema.Struct({ images: Schema.Array(Image), ...page }),
    error: errors
  }),
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
  }),
  HttpApiEndpoint.get("get", "/v2/images/:image_id", {
    params: { image_id: Schema.Union([Schema.Int, Schema.String]) },
    success: ImageBody,
    error: errors
  }),
  HttpApiEndpoint.put("update", "/v2/images/:image_id", {
    params: imageParam,
    payload: Schema.Struct({
      name: Schema.optionalKey(Schema.String),
      distribution: Schema.optionalKey(Schema.String),
      description: Schema.optionalKey(Schema.String)
    }),
    success: ImageBody,
    error: errors
  }),
  HttpApiEndpoint.delete("delete", "/v2/images/:image_id", {
    params: imageParam,
    success: HttpApiSchema.NoContent,
    error: errors
  }),
  HttpApiEndpoint.get("actions", "/v2/images/:image_id/actions", {
    params: imageParam,
    query: pageQuery,
    success: Actions,
    error: errors
  }),
  HttpApiEndpoint.post("act", "/v2/images/:image_id/actions", {
    params: imageParam,
    payload: Schema.Union([
      Schema.Struct({ type: Schema.Literal("convert") }),
      Schema.Struct({ type: Schema.Literal("transfer"), region: Schema.String })
    ]).annotate({ message: "Expected a type of convert, or of transfer with a region" }),
    success: ActionBody.pipe(HttpApiSchema.status(201)),
    error: errors
  }),
  HttpApiEndpoint.get("action", "/v2/images/:image_id/actions/:action_id", {
    params: { ...imageParam, action_id: id },
    success: ActionBody,
    error: errors
  }),
  HttpApiEndpoint.post("transferCreate", "/v2/images/:image_id/account_transfer", {
    params: imageParam,
    payload: Schema.Union(
      [Schema.Struct({ recipient_email: Schema.String }), Schema.Struct({ recipient_uuid: Schema.String })],
      { mode: "oneOf" }
    ).annotate({ message: "Expected exactly one of recipient_email and recipient_uuid" }),
    success: Schema.Struct({ transfer_id: Schema.Int }).pipe(HttpApiSchema.status(201)),
    error: errors
  }),
  HttpApiEndpoint.post("transferAccept", "/v2/images/:image_id/account_transfer/accept", {
    params: imageParam,
    payload: Schema.Struct({ transfer_id: Schema.Int, recipient_uuid: Schema.String }),
    success: HttpApiSchema.Empty(201),
    error: errors
  }),
  HttpApiEndpoint.post("transferCancel", "/v2/images/:image_id/account_transfer/cancel", {
    params: imageParam,
    payload: Schema.Struct({ transfer_id: Schema.Int }),
    success: HttpApiSchema.NoContent,
    error: errors
  }),
  HttpApiEndpoint.post("transferDecline", "/v2/images/:image_id/account_transfer/decline", {
    params: imageParam,
    payload: Schema.Struct({ transfer_id: Schema.Int }),
    success: HttpApiSchema.NoContent,
    error: errors
  })
)

/**
 * The account's actions.
 *
 * @since 0.1.0
 */
export const actions = HttpApiGroup.make("actions").add(
  HttpApiEndpoint.get("list", "/v2/actions", { query: pageQuery, success: Actions, error: errors }),
  HttpApiEndpoint.get("get", "/v2/actions/:action_id", {
    params: { action_id: id },
    success: ActionBody,
    error: errors
  })
)

/**
 * The whole contract.
 *
 * @since 0.1.0
 */
export const DigitalOceanApi = HttpApi.make("DigitalOcean").add(images, actions)
