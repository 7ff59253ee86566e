/**
 * The error of every operation: one class with a union of reasons.
 *
 *     DigitalOceanError { operation, reason }
 *     ├─ InvalidInput          rejected by the client before a request was sent
 *     ├─ TransportError        no complete response was received; `sent` says whether the request may have been sent
 *     ├─ DecodeError           a 2xx response whose body does not match the schema of the operation
 *     ├─ PaginationError       inconsistent pages of one listing
 *     ├─ BadRequest            400
 *     ├─ Unauthorized          401
 *     ├─ Forbidden             403
 *     ├─ NotFound              404
 *     ├─ Conflict              409
 *     ├─ UnprocessableEntity   422
 *     ├─ RateLimited           429; `window` says which limit: minute, hour or operation; not sent if `sent` is false
 *     ├─ ServerError           500 to 599
 *     └─ UnexpectedStatus      any other status
 *
 * Errors of one service, such as `Actions.ActionErrored` and `Actions.ActionTimedOut`, are defined in its module.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import {
  BadRequest,
  Conflict,
  DecodeError,
  Forbidden,
  InvalidInput,
  NotFound,
  PaginationError,
  RateLimited,
  ServerError,
  TransportError,
  Unauthorized,
  UnexpectedStatus,
  UnprocessableEntity
} from "./internal/response/reasons.ts"
import { taggedError } from "./internal/model/taggedError.ts"

const TypeId = "~@effect-digitalocean/client/DigitalOceanError"

/**
 * Whether DigitalOcean executed the failed request: `not-executed`, `executed` or `unknown`.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = "not-executed" | "executed" | "unknown"

export {
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
}

/**
 * Schema for the reason of a {@link DigitalOceanError}.
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
 * The error of every operation: the name of the operation, and the reason of the failure.
 *
 * **Details**
 *
 * - `method` is absent when no request was made.
 * - A POST whose `outcome` is `unknown` is not retried: before you send it again, check whether the resource exists.
 * - The error is a schema, so a queue, a workflow or a log can store it and decode it to the same class.
 * - The error never contains the token.
 *
 * **Example** (Handling one reason)
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
export class DigitalOceanError extends taggedError<DigitalOceanError>()("DigitalOceanError", {
  /** the operation, such as `Images.transfer` */
  operation: Schema.String,
  /** the HTTP method of the request; a POST may have been executed although it failed */
  method: Schema.optionalKey(Schema.Literals(["GET", "POST", "PUT", "PATCH", "DELETE"])),
  /** what happened */
  reason: Reason
}) {
  readonly [TypeId] = TypeId

  /** The reason, so that logs and debuggers show it. Never the transport's own error, which can contain the token. */
  override get cause(): Reason {
    return this.reason
  }

  override get message(): string {
    const id = this.requestId === undefined ? "" : ` [request ${this.requestId}]`
    const once = this.method === "POST" || this.method === "PATCH"
    const unknown = once && this.outcome === "unknown" ? " It is not known whether the request was executed." : ""
    return `${this.operation}: ${this.reason.message}${id}${unknown}`
  }

  /** The HTTP status, if there was a response. */
  get status(): number | undefined {
    if (this.reason._tag === "RateLimited" && this.reason.sent === false) return undefined
    return "status" in this.reason ? this.reason.status : undefined
  }

  /** DigitalOcean's id of the request, if the response contains one. */
  get requestId(): string | undefined {
    return "requestId" in this.reason ? this.reason.requestId : undefined
  }

  /** How long to wait before a retry, if the response says so. */
  get retryAfter(): Duration.Duration | undefined {
    return "retryAfter" in this.reason ? this.reason.retryAfter : undefined
  }

  /** Whether the same request may succeed a little later; `outcome` says whether a retry is safe. */
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

  /** Whether DigitalOcean executed the request. */
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
        // 3xx and 4xx: not executed, except for 408, as the server may still have processed that request
        return this.reason.status >= 300 && this.reason.status <= 499 && this.reason.status !== 408
          ? "not-executed"
          : "unknown"
      default:
        return "not-executed"
    }
  }
}

/**
 * Returns `true` if a value is a {@link DigitalOceanError}.
 *
 * @category guards
 * @since 0.1.0
 */
export const isDigitalOceanError = (u: unknown): u is DigitalOceanError => Predicate.hasProperty(u, TypeId)

/**
 * Wraps a success in `Some`, and turns the reason `NotFound` into `None`: the resource does not exist, or is not
 * visible to the token. Any other failure remains.
 *
 * **Example** (Reading an image that may be deleted)
 *
 * ```ts
 * import { DigitalOcean, DigitalOceanError, Images } from "@effect-digitalocean/client"
 * import { TestDigitalOcean } from "@effect-digitalocean/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Option from "effect/Option"
 * import * as Redacted from "effect/Redacted"
 *
 * const program = Images.Images.use((images) => DigitalOceanError.catchNotFound(images.get(404)))
 * const account = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(TestDigitalOcean.layer()))
 *
 * Option.isNone(await Effect.runPromise(Effect.provide(program, account))) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const catchNotFound = <A, R>(
  self: Effect.Effect<A, DigitalOceanError, R>
): Effect.Effect<Option.Option<A>, DigitalOceanError, R> =>
  Effect.catch(Effect.asSome(self), (error) =>
    error.reason._tag === "NotFound" ? Effect.succeedNone : Effect.fail(error)
  )
