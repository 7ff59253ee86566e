import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type * as Schedule from "effect/Schedule"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"

/** How failed requests are retried; documented at `DigitalOceanClient`. */
export interface RetryOptions {
  readonly times?: number | undefined
  readonly schedule?: Schedule.Schedule<unknown, DigitalOceanError> | undefined
  readonly maxWait?: Duration.Input | undefined
}

/** How many requests a client sends; documented at `DigitalOceanClient`. */
export interface RateLimits {
  readonly perMinute?: number | undefined
  readonly perHour?: number | undefined
}

/** How to reach DigitalOcean; documented at `DigitalOceanClient`. */
export interface Options {
  readonly token: Redacted.Redacted
  readonly baseUrl?: string | URL | undefined
  readonly userAgent?: string | undefined
  readonly timeout?: Duration.Input | undefined
  readonly retry?: RetryOptions | undefined
  readonly rateLimits?: RateLimits | undefined
  readonly headersTimeout?: Duration.Input | undefined
  readonly bodyTimeout?: Duration.Input | undefined
  readonly maxBodyBytes?: number | undefined
  readonly tracePropagation?: boolean | undefined
}
