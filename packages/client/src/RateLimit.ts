/**
 * The rate limit of a token, from the headers of responses.
 *
 * A token has 5,000 requests per hour and 250 per minute. The headers contain the limit per hour. Each request expires
 * an hour after it was sent, so `reset` is when the oldest one expires, not when all 5,000 are available again. A
 * client stays within the rate limit automatically: see `DigitalOceanClient.RateLimits`.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as HttpDate from "./internal/model/httpDate.ts"
import { UtcFromString, utc } from "./internal/model/utc.ts"
import { count } from "./internal/response/count.ts"

/**
 * The rate limit in one response.
 *
 * **Details**
 *
 * `limit` and `remaining` count requests of an hour. `reset` is when the oldest counted request expires. `observedAt`
 * is when the response arrived.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateLimit extends Schema.Schema.Type<typeof RateLimit> {}

/**
 * Schema for {@link RateLimit}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimit = /* @__PURE__ */ Schema.Struct({
  /** how many requests an hour the token may send */
  limit: Schema.Int,
  /** how many of them are left */
  remaining: Schema.Int,
  /** when the oldest of the counted requests expires */
  reset: UtcFromString,
  /** when the response was received, by the local clock */
  observedAt: UtcFromString
})

/**
 * Reads `ratelimit-limit`, `ratelimit-remaining` and `ratelimit-reset`. Returns `None` if one is missing or not a
 * number.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromHeaders = (headers: Headers.Headers, now: number): Option.Option<RateLimit> => {
  const limit = count(headers["ratelimit-limit"])
  const remaining = count(headers["ratelimit-remaining"])
  const reset = count(headers["ratelimit-reset"])
  if (limit === undefined || remaining === undefined || reset === undefined || reset > 8_640_000_000_000) {
    return Option.none()
  }
  return Option.some({
    limit,
    remaining,
    reset: utc(reset * 1000),
    observedAt: utc(now)
  })
}

/**
 * The information in a 429 response.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refusal {
  /**
   * the limit that was exceeded. `minute` and `hour` are limits of the token, and apply to all of its requests.
   * `operation` is a limit of the rejected operation. `unknown` if the response does not say.
   */
  readonly window: "minute" | "hour" | "operation" | "unknown"
  /** how long to wait; undefined if the response does not say */
  readonly retryAfter: Duration.Duration | undefined
  /** the rate limit of the token, if the response contains it */
  readonly rateLimit: Option.Option<RateLimit>
}

/**
 * Interprets the headers of a 429, and DigitalOcean's error message if it is known.
 *
 * **Details**
 *
 * | `retry-after` | no rate limit in the headers | `remaining` above 0 | `remaining` is 0 |
 * |---|---|---|---|
 * | up to a minute | `minute` | `minute` | `minute` |
 * | longer | `operation` | `operation` | `hour` |
 * | absent | `unknown` | `operation` | `hour`, until the reset |
 *
 * Only the limit per minute is documented to send `retry-after`, which is then at most a minute. If the error message
 * says that the operation is rate-limited, the window is `operation`, regardless of the headers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusal = (headers: Headers.Headers, now: number, detail = ""): Refusal => {
  const rateLimit = fromHeaders(headers, now)
  const window = windowOf(retryAfterHeader(headers, now), rateLimit, detail)
  const hint = retryAfter(headers, rateLimit, now)
  // no window of the token is longer than an hour
  const isTooLong = window === "hour" && hint !== undefined && Duration.toMillis(hint) > hour
  return { window, rateLimit, retryAfter: isTooLong ? Duration.millis(hour) : hint }
}

/**
 * Returns how long a response says to wait: its `retry-after` (seconds or a date), else the time until
 * `ratelimit-reset` if no request remains. At least a second, as times have a resolution of one second, and at most a
 * day. Uses the server's clock (the `date` header) if the response has it, so that clock skew has no effect.
 *
 * @category getters
 * @since 0.1.0
 */
export const retryAfter = (
  headers: Headers.Headers,
  rateLimit: Option.Option<RateLimit>,
  now: number
): Duration.Duration | undefined => {
  const header = retryAfterHeader(headers, now)
  if (header !== undefined) return bounded(header, day)
  if (Option.isNone(rateLimit) || rateLimit.value.remaining > 0) return undefined
  return bounded(DateTime.toEpochMillis(rateLimit.value.reset) - serverTime(headers, now), hour)
}

// in milliseconds
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A wait of zero is rounded, or due to clock skew, so at least one second is returned. */
const bounded = (millis: number, most: number): Duration.Duration =>
  Duration.millis(Math.min(Math.max(millis, 1000), most))

const windowOf = (
  header: number | undefined,
  rateLimit: Option.Option<RateLimit>,
  detail: string
): Refusal["window"] => {
  if (/\boperation is rate-limited\b/i.test(detail)) return "operation"
  if (header !== undefined && header <= minute + 1000) return "minute"
  if (Option.isSome(rateLimit)) return rateLimit.value.remaining > 0 ? "operation" : "hour"
  return header === undefined ? "unknown" : "operation"
}

/** The milliseconds of `retry-after`, which may be negative for a date. */
const retryAfterHeader = (headers: Headers.Headers, now: number): number | undefined => {
  const text = headers["retry-after"]?.trim() ?? ""
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const date = HttpDate.parse(text)
  return date === undefined ? undefined : date - serverTime(headers, now)
}

const serverTime = (headers: Headers.Headers, now: number): number => dateOf(headers) ?? now

/**
 * Returns when a response was sent, in milliseconds since 1970, from its `date` header.
 *
 * @category getters
 * @since 0.1.0
 */
export const dateOf = (headers: Headers.Headers): number | undefined => HttpDate.parse(headers["date"] ?? "")
