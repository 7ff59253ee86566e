import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Errors from "../../DigitalOceanError.ts"
import type { Decode } from "../../Endpoint.ts"
import * as RateLimit from "../../RateLimit.ts"
import * as ErrorBody from "./errorBody.ts"
import type { RawResponse } from "./rawResponse.ts"
import { defined } from "../model/defined.ts"

/** What is needed to read the body of an error. */
interface ErrorContext {
  readonly scrub: (text: string) => string
  /** the local time in milliseconds since 1970 */
  readonly now: number
}

/** What is needed to interpret a response. */
export interface Context extends ErrorContext {
  readonly scopes: ReadonlyArray<string>
  readonly baseUrl: string
}

interface ErrorFields {
  readonly status: number
  readonly id: string
  readonly detail: string
  readonly requestId?: string
}

/** Decodes the body of a 2xx response; ignores it if there is no decoder. */
export const decoded = <A>(
  response: RawResponse,
  decoder: Decode<A> | undefined,
  context: Context
): Effect.Effect<A, Errors.DecodeError | Errors.TransportError> =>
  decoder === undefined ? decodeVoid(response, context) : decode(response, decoder, context)

/**
 * An operation without a response body has no decoder, and A is void. An HTML page, from a proxy, is still a failure.
 */
const decodeVoid = <A>(
  response: RawResponse,
  context: Context
): Effect.Effect<A, Errors.DecodeError | Errors.TransportError> =>
  ErrorBody.isHtml(response.text) ? Effect.fail(invalidJson(response, context)) : (Effect.void as Effect.Effect<A>)

const decode = <A>(
  response: RawResponse,
  decoder: Decode<A>,
  context: Context
): Effect.Effect<A, Errors.DecodeError | Errors.TransportError> => {
  let json: unknown
  try {
    json = JSON.parse(response.text)
  } catch {
    return Effect.fail(invalidJson(response, context))
  }
  return Effect.mapError(decoder(json, context.baseUrl), (error) => decodeError(response, describe(error), context))
}

/** Returns the reason for a response that is not 2xx, and undefined for 2xx. For a 429 see {@link rateLimited}. */
export const failure = (response: RawResponse, context: Context): Errors.Reason | undefined => {
  const { headers, status } = response
  if (status >= 200 && status <= 299) return undefined
  const fields = errorFields(response, context)
  if (status >= 500 && status <= 599) {
    // the reset of an exhausted rate limit does not say when the server recovers
    const retryAfter = RateLimit.retryAfter(headers, Option.none(), context.now)
    return new Errors.ServerError({ ...fields, ...defined({ retryAfter }) })
  }
  switch (status) {
    case 400:
      return new Errors.BadRequest(fields)
    case 401:
      return new Errors.Unauthorized(fields)
    case 403:
      return new Errors.Forbidden({ ...fields, scopes: context.scopes })
    case 404:
      return new Errors.NotFound(fields)
    case 409:
      return new Errors.Conflict(fields)
    case 422:
      return new Errors.UnprocessableEntity(fields)
    default:
      return new Errors.UnexpectedStatus(
        status < 300 || status > 399 || status === 304
          ? fields
          : { ...fields, detail: "redirects are not followed, so that the token is not sent to another host" }
      )
  }
}

/** Interprets a 429. */
export const rateLimited = (response: RawResponse, context: ErrorContext): Errors.RateLimited => {
  const fields = errorFields(response, context)
  const { rateLimit, retryAfter, window } = RateLimit.refusal(response.headers, context.now, fields.detail)
  return new Errors.RateLimited({
    ...fields,
    window,
    ...defined({ retryAfter }),
    ...(Option.isNone(rateLimit)
      ? undefined
      : { limit: rateLimit.value.limit, remaining: rateLimit.value.remaining, reset: rateLimit.value.reset })
  })
}

const errorFields = (response: RawResponse, context: ErrorContext): ErrorFields => {
  const { detail, id, requestId = requestIdOf(response, context) } = ErrorBody.read(response.text, context.scrub)
  return { status: response.status, id, detail, ...defined({ requestId }) }
}

const requestIdOf = ({ headers }: RawResponse, { scrub }: ErrorContext): string | undefined =>
  ErrorBody.requestId(scrub(headers["x-request-id"] ?? ""))

/** Formats the first issue of a schema error as a path and a message. */
export const describe = (error: Schema.SchemaError): { readonly path: string; readonly issue: string } => {
  const first = formatIssue(error.issue).issues[0]
  const path = (first?.path ?? []).map((key) => (Predicate.isObject(key) ? key.key : key))
  return {
    path: path.reduce<string>(
      (text, key) => text + (typeof key === "number" ? `[${key}]` : `${text === "" ? "" : "."}${String(key)}`),
      ""
    ),
    issue: first?.message ?? error.message
  }
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const decodeError = (
  response: RawResponse,
  problem: { readonly path: string; readonly issue: string; readonly notJson?: boolean; readonly isEmpty?: boolean },
  context: Context
): Errors.DecodeError => {
  const requestId = requestIdOf(response, context)
  return new Errors.DecodeError({
    status: response.status,
    ...problem,
    path: ErrorBody.cut(context.scrub(problem.path), 200),
    issue: ErrorBody.cut(context.scrub(problem.issue), 500),
    ...defined({ requestId })
  })
}

/** Returns a transport error for a text that starts like JSON (it was truncated), and a decode error for any other. */
const invalidJson = (response: RawResponse, context: Context): Errors.DecodeError | Errors.TransportError => {
  const text = response.text.trim()
  if (/^[{[]/.test(text)) {
    return new Errors.TransportError({ phase: "body", sent: true, description: "the body is truncated" })
  }
  const issue =
    text === ""
      ? "expected JSON, got an empty body"
      : `expected JSON, got ${ErrorBody.kindOf(text)}${ErrorBody.excerpt(context.scrub(response.text), 80)}`
  return decodeError(
    response,
    { path: "", issue, notJson: true, ...defined({ isEmpty: text === "" || undefined }) },
    context
  )
}
