/**
 * The reasons of a `DigitalOceanError`, below everything that fails with one; `DigitalOceanError.ts` exports them.
 */
import * as Schema from "effect/Schema"
import { answer, comeBack, sentence } from "./statusError.ts"

/**
 * An argument that DigitalOcean could not accept, refused before a request was sent.
 *
 * **Details**
 *
 * `field` names the argument as DigitalOcean does (`per_page`, `image_id`, `token`), `problem` says what was wrong and
 * what is wanted.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidInput extends Schema.TaggedError<InvalidInput>("@effect-digitalocean/client/InvalidInput")(
  "InvalidInput",
  {
    field: Schema.String,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `${this.field}: ${this.problem}`
  }
}

/**
 * No whole answer arrived.
 *
 * **Details**
 *
 * - `sent` is false when the request surely never left (name not resolved, connection refused), true when it may have
 *   been executed.
 * - `phase` tells how far the exchange came: `connect`, `headers` (sent, no answer yet) or `body`.
 * - `code` is the system's error code where there is one, such as `ECONNREFUSED`.
 * - `permanent` is true when a retry cannot help: the host's name is unknown, its TLS certificate is not valid, the URL is
 *   not valid, the response is too large.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransportError extends Schema.TaggedError<TransportError>("@effect-digitalocean/client/TransportError")(
  "TransportError",
  {
    phase: Schema.Literals(["connect", "headers", "body"]),
    sent: Schema.Boolean,
    code: Schema.optionalKey(Schema.String),
    permanent: Schema.optionalKey(Schema.Boolean),
    description: Schema.String
  }
) {
  override get message(): string {
    return this.code === undefined ? this.description : `${this.description} (${this.code})`
  }
}

/**
 * A success (2xx) whose body is not what the operation answers: HTML, half a JSON text, a model without its id.
 *
 * **Details**
 *
 * `path` leads to the place in the body (`images[3].id`), `issue` says what was wrong there. The body itself is never
 * handed on as a value. The request was executed, unless `notJson`: another server, such as a proxy, may have sent a
 * body that is not JSON, and then it is not known whether it was.
 *
 * @category errors
 * @since 0.1.0
 */
export class DecodeError extends Schema.TaggedError<DecodeError>("@effect-digitalocean/client/DecodeError")(
  "DecodeError",
  {
    status: Schema.Int,
    path: Schema.String,
    issue: Schema.String,
    notJson: Schema.optionalKey(Schema.Boolean),
    requestId: Schema.optionalKey(Schema.String)
  }
) {
  override get message(): string {
    return `${this.status} with an unexpected body${this.path === "" ? "" : ` at ${this.path}`}: ${this.issue}`
  }
}

/**
 * Pages of one listing that contradict each other, so that going on would lose or repeat rows.
 *
 * **Details**
 *
 * `page` is the page (from 1) at which it was noticed. Rows already delivered were right when they were read; run the
 * listing again for a whole one.
 *
 * @category errors
 * @since 0.1.0
 */
export class PaginationError extends Schema.TaggedError<PaginationError>("@effect-digitalocean/client/PaginationError")(
  "PaginationError",
  {
    page: Schema.Int,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `page ${this.page}: ${this.problem}`
  }
}

/**
 * 400: DigitalOcean could not make sense of the request.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends Schema.TaggedError<BadRequest>("@effect-digitalocean/client/BadRequest")(
  "BadRequest",
  answer
) {
  override get message(): string {
    return sentence(this)
  }
}

/**
 * 401: the token is missing, revoked or mistyped.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>("@effect-digitalocean/client/Unauthorized")(
  "Unauthorized",
  answer
) {
  override get message(): string {
    return `${sentence(this)} Check the token.`
  }
}

/**
 * 403: the token may not do this. `scopes` lists the token scopes that DigitalOcean documents for the operation.
 *
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>("@effect-digitalocean/client/Forbidden")("Forbidden", {
  ...answer,
  scopes: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return this.scopes.length === 0 ? sentence(this) : `${sentence(this)} It takes ${this.scopes.join(" and ")}.`
  }
}

/**
 * 404: there is no such thing, or this token may not see it.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>("@effect-digitalocean/client/NotFound")("NotFound", answer) {
  override get message(): string {
    return sentence(this)
  }
}

/**
 * 409: the request contradicts the present state.
 *
 * @category errors
 * @since 0.1.0
 */
export class Conflict extends Schema.TaggedError<Conflict>("@effect-digitalocean/client/Conflict")("Conflict", answer) {
  override get message(): string {
    return sentence(this)
  }
}

/**
 * 422: understood and refused, such as a transfer to a region the image is already in. Nothing was executed.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnprocessableEntity extends Schema.TaggedError<UnprocessableEntity>(
  "@effect-digitalocean/client/UnprocessableEntity"
)("UnprocessableEntity", answer) {
  override get message(): string {
    return sentence(this)
  }
}

/**
 * 429: a limit was met, here or at DigitalOcean, and nothing was executed.
 *
 * **Details**
 *
 * `window` tells which one:
 *
 * - `minute`: 250 requests in a minute; `retryAfter` says when to come back
 * - `hour`: 5,000 requests in an hour; `retryAfter` is the time until the oldest of them expires
 * - `operation`: a limit of the operation itself, such as one volume snapshot in ten minutes. No quick retry cures it,
 *   so none is made.
 * - `unknown`: the response does not say which limit, nor how long to wait
 *
 * `sent` is false when it was held back here: the budget would not have had room within the client's patience.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit
 *
 * @category errors
 * @since 0.1.0
 */
export class RateLimited extends Schema.TaggedError<RateLimited>("@effect-digitalocean/client/RateLimited")(
  "RateLimited",
  {
    ...answer,
    window: Schema.Literals(["minute", "hour", "operation", "unknown"]),
    sent: Schema.optionalKey(Schema.Boolean),
    limit: Schema.optionalKey(Schema.Int),
    remaining: Schema.optionalKey(Schema.Int),
    reset: Schema.optionalKey(Schema.DateTimeUtcFromString),
    retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
  }
) {
  override get message(): string {
    const limit = this.window === "unknown" ? "" : ` (limit per ${this.window})`
    return `${this.sent === false ? this.detail : sentence(this)}${limit}${comeBack(this.retryAfter)}`
  }
}

/**
 * 5xx: DigitalOcean, or something before it, failed. A POST answered so may have been executed all the same.
 * `retryAfter` is how long the response requests to wait, where it does.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerError extends Schema.TaggedError<ServerError>("@effect-digitalocean/client/ServerError")(
  "ServerError",
  {
    ...answer,
    retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
  }
) {
  override get message(): string {
    return `${sentence(this)}${comeBack(this.retryAfter)}`
  }
}

/**
 * A status that no operation is documented to answer: a redirect (never followed), 402, 418 and the like.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnexpectedStatus extends Schema.TaggedError<UnexpectedStatus>(
  "@effect-digitalocean/client/UnexpectedStatus"
)("UnexpectedStatus", answer) {
  override get message(): string {
    return sentence(this)
  }
}
