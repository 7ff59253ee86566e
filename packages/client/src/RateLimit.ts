/**
 * The request budget of a token, as DigitalOcean's answers tell it.
 *
 * 5,000 requests in any hour and 250 in any minute. The headers count the hour; every request expires an hour after it
 * was made, so `reset` is when the oldest one does, not when the whole budget is back. A client keeps within it by itself:
 * see `DigitalOceanClient.Limits`.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * A budget as one answer told it.
 *
 * **Details**
 *
 * `limit` and `remaining` count requests. `reset` is when the oldest counted request expires. `seen` is when the answer
 * arrived.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateLimit extends Schema.Schema.Type<typeof RateLimit> {}

/**
 * The schema of a {@link RateLimit}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimit = Schema.Struct({
  limit: Schema.Int,
  remaining: Schema.Int,
  reset: Schema.DateTimeUtcFromString,
  seen: Schema.DateTimeUtcFromString
})

/**
 * How long requests that had to wait for the budget waited, in milliseconds, by `priority`: `write`, `read` or `poll`.
 * A request that goes out at once is not in it. Its operation's span has the same as `digitalocean.rate_limit.waited_ms`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const waited: Metric.Histogram<Duration.Duration> = Metric.timer("digitalocean_rate_limit_waited", {
  description: "How long requests waited for the budget of their token",
  boundaries: [1, 10, 100, 1000, 5000, 15_000, 30_000, 60_000, 120_000, 600_000, 3_600_000]
})

/**
 * Reads `ratelimit-limit`, `ratelimit-remaining` and `ratelimit-reset`. None when one is missing or no number.
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
    reset: DateTime.makeUnsafe(reset * 1000),
    seen: DateTime.makeUnsafe(now)
  })
}

/**
 * How long a 429 asks to wait: its `retry-after` (seconds or a date), else the time until `ratelimit-reset` when the
 * budget is spent. Measured by the server's own clock (`date`) where it tells it, so a wrong clock here does no harm.
 *
 * @category getters
 * @since 0.1.0
 */
export const retryAfter = (
  headers: Headers.Headers,
  budget: Option.Option<RateLimit>,
  now: number
): Duration.Duration | undefined => {
  const date = Date.parse(headers["date"] ?? "")
  const serverNow = Number.isNaN(date) ? now : date
  const header = Headers.parseRetryAfter(headers["retry-after"] ?? "")
  if (Result.isSuccess(header)) return Headers.retryAfterDelay(header.success, serverNow)
  if (Option.isNone(budget) || budget.value.remaining > 0) return undefined
  return Duration.millis(Math.max(0, DateTime.toEpochMillis(budget.value.reset) - serverNow))
}

const count = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
