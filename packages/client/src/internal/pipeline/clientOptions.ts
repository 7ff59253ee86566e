import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type * as Schedule from "effect/Schedule"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"

/** How failed requests are retried; documented at `DigitalOceanClient`. */
export interface RetryOptions {
  /**
   * maximum number of retries of a request, by default 4; 0 disables retries. Retries after a 429 for the minute or the
   * hour are not counted: `maxWait` limits them.
   */
  readonly times?: number | undefined
  /**
   * the pauses between attempts, by default {@link retrySchedule}. A response that says how long to wait (a 429, or a
   * 5xx with `retry-after`) is obeyed, if that is longer.
   */
  readonly schedule?: Schedule.Schedule<unknown, DigitalOceanError> | undefined
  /**
   * how long one call waits for the rate limit in total, for the client's own {@link RateLimits} and after 429s; by
   * default 65 minutes, in which an exhausted hour becomes available again. A call that would wait longer fails with
   * `RateLimited` as soon as that is known: give less where a user waits for the result, and more to a long job.
   */
  readonly maxWait?: Duration.Input | undefined
}

/** How many requests a client sends; documented at `DigitalOceanClient`. */
export interface RateLimits {
  /** by default 245 of the 250 that DigitalOcean allows */
  readonly perMinute?: number | undefined
  /** by default 4,950 of 5,000 */
  readonly perHour?: number | undefined
}

/** How to reach DigitalOcean; documented at `DigitalOceanClient`. */
export interface Options {
  /** a personal access token. Trimmed; refused when it is empty or contains control characters. */
  readonly token: Redacted.Redacted
  /**
   * by default `https://api.digitalocean.com`; a path prefix is kept. `https` unless the host is loopback. The token is
   * sent nowhere else: redirects are not followed.
   */
  readonly baseUrl?: string | URL | undefined
  /** put before the library's own */
  readonly userAgent?: string | undefined
  /**
   * the total time of a call, by default 2 minutes: all attempts and the pauses between them, but not the time in the
   * queue of the rate limit and after 429s, which `retry.maxWait` limits. An attempt that is in progress then is
   * interrupted, and the outcome of a POST is `unknown`; a pause that would last longer is not made.
   */
  readonly timeout?: Duration.Input | undefined
  /** see {@link RetryOptions} */
  readonly retry?: RetryOptions | undefined
  /** see {@link RateLimits} */
  readonly rateLimits?: RateLimits | undefined
  /**
   * until the head of the response has arrived, connecting included; by default 30 seconds. (Connecting alone is
   * limited by the transport: 10 seconds in undici.)
   */
  readonly headersTimeout?: Duration.Input | undefined
  /** from then until the whole body has arrived; by default 60 seconds */
  readonly bodyTimeout?: Duration.Input | undefined
  /**
   * a larger response is refused, and one that decompresses to more; by default 16 MiB (a page of 200 images is 64 KiB)
   */
  readonly maxBodyBytes?: number | undefined
  /** send `traceparent` and `b3` headers to DigitalOcean; by default they are not sent */
  readonly tracePropagation?: boolean | undefined
}
