import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Scope from "effect/Scope"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Decode, Method } from "../../Endpoint.ts"
import type { RawResponse } from "../response/rawResponse.ts"
import type { RetryPolicy } from "./retryPolicy.ts"

/** What a caller wants, in the terms of the API. */
export interface Call<A = unknown> {
  /** the name in errors and spans */
  readonly operation: string
  readonly method: Method
  /** the path with its `{placeholders}`; undefined for a request whose path the caller wrote out */
  readonly template: string | undefined
  readonly scopes: ReadonlyArray<string>
  /** undefined for an operation without a response body */
  readonly decode: Decode<A> | undefined
  /** whether a DELETE succeeds when the resource does not exist */
  readonly ignoreMissing: boolean
  /** whether the resource that a DELETE deletes is deleted; run after a 422 */
  readonly isDeleted: Effect.Effect<boolean, DigitalOceanError> | undefined
}

/** A call on its way through the policies, which copy it rather than change it. */
export interface Outgoing<A = unknown> {
  readonly call: Call<A>
  readonly request: HttpClientRequest.HttpClientRequest
  readonly policy: RetryPolicy
  /** when the call is due by the monotonic clock, in milliseconds, the time in the rate limit's queue not counted */
  readonly due: number
}

/** Sends one request, and returns the whole response. What belongs to the attempt, such as its span, ends with the scope. */
export type Send<E> = (outgoing: Outgoing) => Effect.Effect<RawResponse, E, Scope.Scope>

/** Runs a call, and returns what its response decodes to. */
export type Run = <A>(outgoing: Outgoing<A>) => Effect.Effect<A, DigitalOceanError>

/** What has happened to a call so far. */
export interface CallState {
  /** how many requests have been sent */
  attempts: number
  /** how many milliseconds the call has waited for the rate limit: in the queue, and after a 429 */
  queueTime: number
}

/** The state of the call that a fiber runs. */
export const CallState = Context.Reference<CallState>("@effect-digitalocean/client/CallState", {
  defaultValue: () => ({ attempts: 0, queueTime: 0 })
})

/** When the call is due within which a fiber runs another one, by the monotonic clock in milliseconds. */
export const OuterDue = Context.Reference<number>("@effect-digitalocean/client/OuterDue", {
  defaultValue: () => Number.POSITIVE_INFINITY
})

/** For how many milliseconds a call may go on. */
export const remainingTime = ({ due }: Outgoing, { queueTime }: CallState, now: number): number => due + queueTime - now
