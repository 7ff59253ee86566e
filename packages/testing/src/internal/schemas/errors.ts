import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"

// the server encodes a failure with the first of these schemas that fits, so each has an `id` of its own
const error = <const Id extends string>(id: Id, status: number) =>
  Schema.Struct({ id: Schema.Literal(id), message: Schema.String, request_id: Schema.optionalKey(Schema.String) })
    .annotate({ identifier: `Error_${id}` })
    .pipe(HttpApiSchema.status(status))

/**
 * The errors that an operation may return.
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
