import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Errors from "../DigitalOceanError.ts"
import type { Decode } from "../Endpoint.ts"
import * as RateLimit from "../RateLimit.ts"
import type { Answer } from "./exchange.ts"

/** What an answer means to the operation that got it. */
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

/** Reads a whole answer: what it decodes to (nothing, without a decoder), or why it is a failure. */
export const read = <A>(
  answer: Answer,
  decoder: Decode<A> | undefined,
  context: Context
): Effect.Effect<A, Errors.Reason> => {
  if (answer.status < 200 || answer.status > 299) return Effect.fail(failure(answer, context))
  return decoder === undefined ? nothing(answer, context) : decode(answer, decoder, context)
}

/** An operation without an answer has no decoder, and A is void; a page of a proxy does not say that it was executed. */
const nothing = <A>(answer: Answer, context: Context): Effect.Effect<A, Errors.DecodeError | Errors.TransportError> =>
  answer.text.trimStart().startsWith("<") ? Effect.fail(notJson(answer, context)) : (Effect.void as Effect.Effect<A>)

const decode = <A>(
  answer: Answer,
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

const commonOf = (answer: Answer, context: Context): Common => {
  // before and after parsing: an excerpt must not cut a token in two, and an escape must not hide it
  const body = errorBody(context.scrub(answer.text))
  const requestId = body.requestId ?? answer.headers["x-request-id"]
  return {
    status: answer.status,
    id: context.scrub(body.id),
    detail: context.scrub(body.detail).slice(0, 500),
    ...(requestId === undefined ? undefined : { requestId: context.scrub(requestId) })
  }
}

/** Why an answer that is no success failed. */
const failure = (answer: Answer, context: Context): Errors.Reason => {
  const common = commonOf(answer, context)
  if (answer.status >= 500 && answer.status <= 599) return new Errors.ServerError(common)
  switch (answer.status) {
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
      return rateLimited(answer, context)
    default:
      return new Errors.UnexpectedStatus(
        answer.status < 300 || answer.status > 399
          ? common
          : { ...common, detail: "a redirect, which is not followed: the token stays with its host" }
      )
  }
}

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

/** What a 429 says. */
export const rateLimited = (answer: Answer, context: Context): Errors.RateLimited => {
  const budget = RateLimit.fromHeaders(answer.headers, context.now)
  const retryAfter = RateLimit.retryAfter(answer.headers, budget, context.now)
  return new Errors.RateLimited({
    ...commonOf(answer, context),
    window: windowOf(answer, budget),
    ...(retryAfter === undefined ? undefined : { retryAfter }),
    ...(Option.isNone(budget)
      ? undefined
      : { limit: budget.value.limit, remaining: budget.value.remaining, reset: budget.value.reset })
  })
}

/** Only the minute's 429 carries `retry-after`; the hour's has an empty budget; with budget left it is the operation. */
const windowOf = (answer: Answer, budget: Option.Option<RateLimit.RateLimit>): Errors.RateLimited["window"] => {
  if (answer.headers["retry-after"] !== undefined || Option.isNone(budget)) return "minute"
  return budget.value.remaining > 0 ? "operation" : "hour"
}

const errorBody = (text: string): { readonly id: string; readonly detail: string; readonly requestId?: string } => {
  try {
    const body: unknown = JSON.parse(text)
    if (Predicate.isObject(body)) {
      const string = (key: string) => {
        const value = (body as Record<string, unknown>)[key]
        return typeof value === "string" ? value : undefined
      }
      const requestId = string("request_id")
      // tags answer with `error` and `messages` in place of `id` and `message`
      const messages = "messages" in body && Array.isArray(body.messages) ? body.messages.join("; ") : undefined
      const detail = string("message") ?? messages ?? string("error") ?? ""
      return { id: string("id") ?? "", detail, ...(requestId === undefined ? undefined : { requestId }) }
    }
  } catch {
    // not JSON: the beginning of it is all there is to tell
  }
  return { id: "", detail: excerpt(text, 200) }
}

const decodeError = (
  answer: Answer,
  problem: { readonly path: string; readonly issue: string },
  context: Context
): Errors.DecodeError => {
  const requestId = answer.headers["x-request-id"]
  return new Errors.DecodeError({
    status: answer.status,
    path: context.scrub(problem.path),
    issue: context.scrub(problem.issue),
    ...(requestId === undefined ? undefined : { requestId: context.scrub(requestId) })
  })
}

/** What begins as JSON and is none broke off on the way; anything else was never JSON. */
const notJson = (answer: Answer, context: Context): Errors.DecodeError | Errors.TransportError => {
  const text = answer.text.trim()
  if (/^[{[]/.test(text)) {
    return new Errors.TransportError({ phase: "body", sent: true, description: "the body ended in the middle" })
  }
  const issue =
    text === "" ? "expected JSON, got an empty body" : `expected JSON, got ${excerpt(context.scrub(text), 80)}`
  return decodeError(answer, { path: "", issue }, context)
}

const excerpt = (text: string, length: number): string => {
  const line = text.trim().replace(/\s+/g, " ")
  return line.length <= length ? line : `${line.slice(0, length)}...`
}
