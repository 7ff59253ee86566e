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

/** What a response means to the operation that sent the request. */
export interface Context {
  readonly scopes: ReadonlyArray<string>
  readonly scrub: (text: string) => string
  readonly now: number
  readonly baseUrl: string
}

interface Common {
  readonly status: number
  readonly id: string
  readonly detail: string
  readonly requestId?: string
}

/** Reads the body of a success: what it decodes to, and nothing without a decoder. */
export const decoded = <A>(
  answer: RawResponse,
  decoder: Decode<A> | undefined,
  context: Context
): Effect.Effect<A, Errors.DecodeError | Errors.TransportError> =>
  decoder === undefined ? nothing(answer, context) : decode(answer, decoder, context)

/** An operation without a response body has no decoder, and A is void; a page of a proxy does not say that it was executed. */
const nothing = <A>(
  answer: RawResponse,
  context: Context
): Effect.Effect<A, Errors.DecodeError | Errors.TransportError> =>
  ErrorBody.isHtml(answer.text) ? Effect.fail(notJson(answer, context)) : (Effect.void as Effect.Effect<A>)

const decode = <A>(
  answer: RawResponse,
  decoder: Decode<A>,
  context: Context
): Effect.Effect<A, Errors.DecodeError | Errors.TransportError> => {
  let json: unknown
  try {
    json = JSON.parse(answer.text)
  } catch {
    return Effect.fail(notJson(answer, context))
  }
  return Effect.mapError(decoder(json, context.baseUrl), (error) => decodeError(answer, describe(error), context))
}

/** Why a response that is not a success failed; undefined for a success. The only place where a 429 is interpreted. */
export const failure = (answer: RawResponse, context: Context): Errors.Reason | undefined => {
  const { headers, status } = answer
  if (status >= 200 && status <= 299) return undefined
  const common = commonOf(answer, context)
  if (status >= 500 && status <= 599) {
    // a rate limit that is exhausted says nothing of when a server is back
    const retryAfter = RateLimit.retryAfter(headers, Option.none(), context.now)
    return new Errors.ServerError({ ...common, ...(retryAfter === undefined ? undefined : { retryAfter }) })
  }
  switch (status) {
    case 400:
      return new Errors.BadRequest(common)
    case 401:
      return new Errors.Unauthorized(common)
    case 403:
      return new Errors.Forbidden({ ...common, scopes: context.scopes })
    case 404:
      return new Errors.NotFound(common)
    case 409:
      return new Errors.Conflict(common)
    case 422:
      return new Errors.UnprocessableEntity(common)
    case 429:
      return rateLimited(common, RateLimit.refusal(headers, context.now, common.detail))
    default:
      return new Errors.UnexpectedStatus(
        status < 300 || status > 399 || status === 304
          ? common
          : { ...common, detail: "a redirect, which is not followed: the token stays with its host" }
      )
  }
}

const rateLimited = (common: Common, { rateLimit, retryAfter, window }: RateLimit.Refusal): Errors.RateLimited =>
  new Errors.RateLimited({
    ...common,
    window,
    ...(retryAfter === undefined ? undefined : { retryAfter }),
    ...(Option.isNone(rateLimit)
      ? undefined
      : { limit: rateLimit.value.limit, remaining: rateLimit.value.remaining, reset: rateLimit.value.reset })
  })

const commonOf = (answer: RawResponse, context: Context): Common => {
  const { detail, id, requestId = requestIdOf(answer, context) } = ErrorBody.read(answer.text, context.scrub)
  return { status: answer.status, id, detail, ...(requestId === undefined ? undefined : { requestId }) }
}

const requestIdOf = ({ headers }: RawResponse, { scrub }: Context): string | undefined =>
  ErrorBody.requestId(scrub(headers["x-request-id"] ?? ""))

/** Writes the first problem of a schema error as a path and a sentence. */
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
  answer: RawResponse,
  problem: { readonly path: string; readonly issue: string; readonly notJson?: boolean },
  context: Context
): Errors.DecodeError => {
  const requestId = requestIdOf(answer, context)
  return new Errors.DecodeError({
    status: answer.status,
    ...problem,
    path: ErrorBody.cut(context.scrub(problem.path), 200),
    issue: ErrorBody.cut(context.scrub(problem.issue), 500),
    ...(requestId === undefined ? undefined : { requestId })
  })
}

/** What begins as JSON and is none broke off on the way; anything else was never JSON. */
const notJson = (answer: RawResponse, context: Context): Errors.DecodeError | Errors.TransportError => {
  const text = answer.text.trim()
  if (/^[{[]/.test(text)) {
    return new Errors.TransportError({ phase: "body", sent: true, description: "the body ended in the middle" })
  }
  const issue =
    text === ""
      ? "expected JSON, got an empty body"
      : `expected JSON, got ${ErrorBody.kindOf(text)}${ErrorBody.excerpt(context.scrub(answer.text), 80)}`
  return decodeError(answer, { path: "", issue, notJson: true }, context)
}
