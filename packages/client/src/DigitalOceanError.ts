/**
 * Everything that can go wrong between a call and DigitalOcean's answer, as one error with a reason.
 *
 *     DigitalOceanError { operation, reason }
 *     ├─ InvalidInput          refused here, before anything was sent
 *     ├─ TransportError        no whole answer arrived; `sent` tells whether the request may have left
 *     ├─ DecodeError           a success whose body is not what the operation answers
 *     ├─ PaginationError       pages of one listing that contradict each other
 *     ├─ BadRequest            400
 *     ├─ Unauthorized          401
 *     ├─ Forbidden             403
 *     ├─ NotFound              404
 *     ├─ Conflict              409
 *     ├─ UnprocessableEntity   422
 *     ├─ RateLimited           429, `window` says which limit: minute, hour, operation; `sent` false: not sent at all
 *     ├─ ServerError           500 to 599
 *     └─ UnexpectedStatus      every other status
 *
 * Failures of a domain (an action that errored, a wait past its deadline) live beside the service that meets them.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { answer, comeBack, sentence } from "./internal/response/statusError.ts"

const TypeId = "~@effect-digitalocean/client/DigitalOceanError"

/**
 * What became of the request an error belongs to: surely not executed, executed, or not known.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = "not-executed" | "executed" | "unknown"

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
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  field: Schema.String,
  problem: Schema.String
}) {
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
export class TransportError extends Schema.TaggedError<TransportError>()("TransportError", {
  phase: Schema.Literals(["connect", "headers", "body"]),
  sent: Schema.Boolean,
  code: Schema.optionalKey(Schema.String),
  permanent: Schema.optionalKey(Schema.Boolean),
  description: Schema.String
}) {
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
export class DecodeError extends Schema.TaggedError<DecodeError>()("DecodeError", {
  status: Schema.Int,
  path: Schema.String,
  issue: Schema.String,
  notJson: Schema.optionalKey(Schema.Boolean),
  requestId: Schema.optionalKey(Schema.String)
}) {
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
export class PaginationError extends Schema.TaggedError<PaginationError>()("PaginationError", {
  page: Schema.Int,
  problem: Schema.String
}) {
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
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", answer) {
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
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", answer) {
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
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
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
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", answer) {
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
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", answer) {
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
export class UnprocessableEntity extends Schema.TaggedError<UnprocessableEntity>()("UnprocessableEntity", answer) {
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
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...answer,
  window: Schema.Literals(["minute", "hour", "operation", "unknown"]),
  sent: Schema.optionalKey(Schema.Boolean),
  limit: Schema.optionalKey(Schema.Int),
  remaining: Schema.optionalKey(Schema.Int),
  reset: Schema.optionalKey(Schema.DateTimeUtcFromString),
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
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
export class ServerError extends Schema.TaggedError<ServerError>()("ServerError", {
  ...answer,
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
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
export class UnexpectedStatus extends Schema.TaggedError<UnexpectedStatus>()("UnexpectedStatus", answer) {
  override get message(): string {
    return sentence(this)
  }
}

/**
 * The schema of every reason.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reason = Schema.Union([
  InvalidInput,
  TransportError,
  DecodeError,
  PaginationError,
  BadRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  Conflict,
  UnprocessableEntity,
  RateLimited,
  ServerError,
  UnexpectedStatus
])

/**
 * Why an operation failed.
 *
 * @category models
 * @since 0.1.0
 */
export type Reason = typeof Reason.Type

/**
 * The one error of every operation: which operation, and why.
 *
 * **Details**
 *
 * `method` is absent when no operation was begun. A POST whose `outcome` is unknown is not repeated: look for what it would
 * have made before you send it again. A schema, so it survives a queue, a workflow or a log and comes back as the same class. It never holds the token.
 *
 * **Example** (Handling one reason and leaving the others)
 *
 * ```ts
 * import { Actions, DigitalOceanError, type Image, Images } from "@effect-digitalocean/client"
 * import * as Effect from "effect/Effect"
 *
 * const copy = Effect.fn(function*(image: Image.Ref, region: string) {
 *   const images = yield* Images.Images
 *   const actions = yield* Actions.Actions
 *   return yield* actions.await(yield* images.transfer(image, region))
 * }, Effect.catchReason("DigitalOceanError", "UnprocessableEntity", (reason) => Effect.logWarning(reason.detail)))
 *
 * DigitalOceanError.isDigitalOceanError(copy) // => false
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class DigitalOceanError extends Schema.TaggedError<DigitalOceanError>()("DigitalOceanError", {
  operation: Schema.String,
  method: Schema.optionalKey(Schema.Literals(["GET", "POST", "PUT", "PATCH", "DELETE"])),
  reason: Reason
}) {
  readonly [TypeId] = TypeId

  override get message(): string {
    const id = this.requestId === undefined ? "" : ` [request ${this.requestId}]`
    const once = this.method === "POST" || this.method === "PATCH"
    const unknown = once && this.outcome === "unknown" ? " It is not known whether the request was executed." : ""
    return `${this.operation}: ${this.reason.message}${id}${unknown}`
  }

  /** The HTTP status, when there was an answer. */
  get status(): number | undefined {
    if (this.reason._tag === "RateLimited" && this.reason.sent === false) return undefined
    return "status" in this.reason ? this.reason.status : undefined
  }

  /** DigitalOcean's id of the request, when the answer named one. */
  get requestId(): string | undefined {
    return "requestId" in this.reason ? this.reason.requestId : undefined
  }

  /** How long to wait before trying again, when the response says so. */
  get retryAfter(): Duration.Duration | undefined {
    return "retryAfter" in this.reason ? this.reason.retryAfter : undefined
  }

  /** True when the same request may succeed a little later; `outcome` tells whether repeating it is harmless. */
  get isRetryable(): boolean {
    switch (this.reason._tag) {
      case "TransportError":
        return this.reason.permanent !== true
      case "RateLimited":
        return this.reason.window !== "operation"
      case "ServerError":
        return this.reason.status !== 501 && this.reason.status !== 505
      case "UnexpectedStatus":
        return this.reason.status === 408 || this.reason.status === 425
      default:
        return false
    }
  }

  /** Whether DigitalOcean carried the request out. */
  get outcome(): Outcome {
    switch (this.reason._tag) {
      case "TransportError":
        return this.reason.sent ? "unknown" : "not-executed"
      case "DecodeError":
        return this.reason.notJson === true ? "unknown" : "executed"
      case "PaginationError":
        return "executed"
      case "ServerError":
        return "unknown"
      case "UnexpectedStatus":
        // a redirect or a refusal; a request that came too slowly may have come all the same
        return this.reason.status >= 300 && this.reason.status <= 499 && this.reason.status !== 408
          ? "not-executed"
          : "unknown"
      default:
        return "not-executed"
    }
  }
}

/**
 * Tells whether a value is a {@link DigitalOceanError}.
 *
 * @category guards
 * @since 0.1.0
 */
export const isDigitalOceanError = (u: unknown): u is DigitalOceanError => Predicate.hasProperty(u, TypeId)
