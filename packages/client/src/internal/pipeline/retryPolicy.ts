import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Schedule from "effect/Schedule"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"

/** How failed requests are retried; documented at `DigitalOceanClient.RetryOptions`. */
export interface RetryPolicy {
  readonly times: number
  readonly schedule: Schedule.Schedule<unknown, DigitalOceanError>
  readonly maxWait: Duration.Duration
}

/** What a scope overrides of a client's policy. */
export const RetryOverride = Context.Reference<Partial<RetryPolicy>>("@effect-digitalocean/client/RetryOverride", {
  defaultValue: () => ({})
})
