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

const TypeId = "~@effect-digitalocean/client/DigitalOceanError"

/**
 * What became of the request an error belongs to: surely not executed, executed, or not known.
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
export class DigitalOceanError extends Schema.TaggedError<DigitalOceanError>(
  "@effect-digitalocean/client/DigitalOceanError"
)("DigitalOceanError", {
  operation: Schema.String,
  method: Schema.optionalKey(Schema.Literals(["GET", "POST", "PUT", "PATCH", "DELETE"])),
  reason: Reason
}) {
  readonly [TypeId] = TypeId

  /** The reason as the error's cause, in logs and debuggers; never the transport's own error, which can hold the token. */
  override get cause(): Reason {
    return this.reason
  }

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
 * Returns `true` if a value is a {@link DigitalOceanError}.
 *
 * @category guards
 * @since 0.1.0
 */
export const isDigitalOceanError = (u: unknown): u is DigitalOceanError => Predicate.hasProperty(u, TypeId)

/**
 * Turns a value into `Some`, and a failure with the reason `NotFound` into `None`: the resource does not exist, or is not
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
