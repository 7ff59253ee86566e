/**
 * The reasons of a `DigitalOceanError`, which `DigitalOceanError.ts` exports. A module of its own prevents import
 * cycles.
 */
import * as Schema from "effect/Schema"
import { DurationFromMillis } from "../model/durationFromMillis.ts"
import { UtcFromString } from "../model/utc.ts"
import { retryHint, statusFields, statusMessage } from "./statusError.ts"
import { taggedError } from "../model/taggedError.ts"

/**
 * An invalid argument, rejected by the client before a request was sent.
 *
 * **Details**
 *
 * `field` is DigitalOcean's name of the argument (`per_page`, `image_id`, `token`). `problem` says what is wrong and
 * what is expected.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidInput extends taggedError<InvalidInput>()("InvalidInput", {
  /** the argument that is invalid */
  field: Schema.String,
  /** what is wrong, in words */
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.field}: ${this.problem}`
  }
}

/**
 * The request failed before a complete response was received.
 *
 * **Details**
 *
 * - `sent` is `false` when the request was definitely not sent (host name not resolved, connection refused), `true`
 *   when it may have been executed
 * - `phase` is the phase in which the exchange failed: `connect`, `headers` (sent, no response yet) or `body`
 * - `code` is the error code of the system, such as `ECONNREFUSED`, if there is one
 * - `permanent` is `true` when a retry cannot help: unknown host name, invalid TLS certificate, invalid URL, response
 *   too large
 *
 * @category errors
 * @since 0.1.0
 */
export class TransportError extends taggedError<TransportError>()("TransportError", {
  /** how far the request got */
  phase: Schema.Literals(["connect", "headers", "body"]),
  /** whether the request may have reached DigitalOcean */
  sent: Schema.Boolean,
  /** the code of the system's error, such as `ECONNREFUSED` */
  code: Schema.optionalKey(Schema.String),
  /** true if a retry cannot help, such as for an invalid certificate */
  permanent: Schema.optionalKey(Schema.Boolean),
  /** what happened, without the text of the transport's error */
  description: Schema.String
}) {
  override get message(): string {
    return this.code === undefined ? this.description : `${this.description} (${this.code})`
  }
}

/**
 * A 2xx response whose body does not match the schema of the operation: HTML, a missing id, another resource.
 *
 * **Details**
 *
 * `path` is the path to the invalid value (`images[3].id`), `issue` says what is wrong with it. The request was
 * executed, unless `notJson` is `true`: a body that is not JSON may come from another server, such as a proxy, so it is
 * not known whether DigitalOcean executed the request.
 *
 * @category errors
 * @since 0.1.0
 */
export class DecodeError extends taggedError<DecodeError>()("DecodeError", {
  /** the status of the response */
  status: Schema.Int,
  /** the path to the invalid value, such as `images[3].id` */
  path: Schema.String,
  /** what is wrong with the value */
  issue: Schema.String,
  /** true for a body that is not JSON: it may come from another server */
  notJson: Schema.optionalKey(Schema.Boolean),
  /** DigitalOcean's id of the request, for its support */
  requestId: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `${this.status} with an unexpected body${this.path === "" ? "" : ` at ${this.path}`}: ${this.issue}`
  }
}

/**
 * Inconsistent pages of one listing. Continuing would skip or duplicate rows.
 *
 * **Details**
 *
 * `page` is the number of the page (from 1) at which the inconsistency was detected. The rows that were already emitted
 * are valid. To get the complete listing, run it again.
 *
 * @category errors
 * @since 0.1.0
 */
export class PaginationError extends taggedError<PaginationError>()("PaginationError", {
  /** the number of the page, from 1 */
  page: Schema.Int,
  /** what is wrong, in words */
  problem: Schema.String
}) {
  override get message(): string {
    return `page ${this.page}: ${this.problem}`
  }
}

/**
 * 400: the request is malformed.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends taggedError<BadRequest>()("BadRequest", statusFields) {
  override get message(): string {
    return statusMessage(this)
  }
}

/**
 * 401: the token is missing, revoked or mistyped.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized extends taggedError<Unauthorized>()("Unauthorized", statusFields) {
  override get message(): string {
    return `${statusMessage(this)} Check the token.`
  }
}

/**
 * 403: the token lacks a permission. `scopes` lists the token scopes that DigitalOcean documents for the operation.
 *
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends taggedError<Forbidden>()("Forbidden", {
  ...statusFields,
  /** the scopes of the token that DigitalOcean documents for the operation */
  scopes: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return this.scopes.length === 0
      ? statusMessage(this)
      : `${statusMessage(this)} Required scopes: ${this.scopes.join(" and ")}.`
  }
}

/**
 * 404: the resource does not exist, or is not visible to the token.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends taggedError<NotFound>()("NotFound", statusFields) {
  override get message(): string {
    return statusMessage(this)
  }
}

/**
 * 409: the request conflicts with the current state of the resource.
 *
 * @category errors
 * @since 0.1.0
 */
export class Conflict extends taggedError<Conflict>()("Conflict", statusFields) {
  override get message(): string {
    return statusMessage(this)
  }
}

/**
 * 422: DigitalOcean rejected the request, such as a transfer to a region that already has the image. Nothing was
 * executed.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnprocessableEntity extends taggedError<UnprocessableEntity>()("UnprocessableEntity", statusFields) {
  override get message(): string {
    return statusMessage(this)
  }
}

/**
 * 429: a rate limit was exceeded, of the client or of DigitalOcean. Nothing was executed.
 *
 * **Details**
 *
 * `window` says which limit:
 *
 * - `minute`: 250 requests per minute; `retryAfter` is how long to wait
 * - `hour`: 5,000 requests per hour; `retryAfter` is the time until the oldest of them expires
 * - `operation`: a limit of the operation itself, such as one volume snapshot in ten minutes. The client does not retry
 *   it, as the limit does not reset soon.
 * - `unknown`: the response does not say which limit was exceeded, or how long to wait
 *
 * `sent` is `false` when the client did not send the request, because the rate limit would not allow it within
 * `maxWait`.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit
 *
 * @category errors
 * @since 0.1.0
 */
export class RateLimited extends taggedError<RateLimited>()("RateLimited", {
  ...statusFields,
  /** which limit was exceeded */
  window: Schema.Literals(["minute", "hour", "operation", "unknown"]),
  /** false if the client did not send the request */
  sent: Schema.optionalKey(Schema.Boolean),
  /** the number of requests that the limit allows */
  limit: Schema.optionalKey(Schema.Int),
  /** how many of them are left */
  remaining: Schema.optionalKey(Schema.Int),
  /** when the oldest of the counted requests expires */
  reset: Schema.optionalKey(UtcFromString),
  /** how long to wait */
  retryAfter: Schema.optionalKey(DurationFromMillis)
}) {
  override get message(): string {
    const limit = this.window === "unknown" ? "" : ` (limit per ${this.window})`
    return `${this.sent === false ? this.detail : statusMessage(this)}${limit}${retryHint(this.retryAfter)}`
  }
}

/**
 * 5xx: DigitalOcean or an intermediary failed. A POST that receives it may still have been executed. `retryAfter` is
 * how long the response says to wait, if it does.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerError extends taggedError<ServerError>()("ServerError", {
  ...statusFields,
  /** how long the response says to wait */
  retryAfter: Schema.optionalKey(DurationFromMillis)
}) {
  override get message(): string {
    return `${statusMessage(this)}${retryHint(this.retryAfter)}`
  }
}

/**
 * An undocumented status, such as 402, 418 or a redirect. Redirects are never followed.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnexpectedStatus extends taggedError<UnexpectedStatus>()("UnexpectedStatus", statusFields) {
  override get message(): string {
    return statusMessage(this)
  }
}
