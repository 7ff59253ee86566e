/**
 * The metrics of a client, by `effect/Metric`.
 *
 * Every client of a process updates them; give each a `Metric.CurrentMetricAttributes` of its own to tell several accounts
 * apart. Read one with `Metric.value`, a series of it with `Metric.withAttributes`, or export all of them with Effect's
 * OTLP layer.
 *
 * **Example** (Counting the requests of an operation)
 *
 * ```ts
 * import { DigitalOcean, Images, Metrics } from "@effect-digitalocean/client"
 * import { TestDigitalOcean } from "@effect-digitalocean/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Metric from "effect/Metric"
 * import * as Redacted from "effect/Redacted"
 *
 * const program = Effect.gen(function*() {
 *   const images = yield* Images.Images
 *   yield* images.get("debian-12-x64")
 *   const series = Metric.withAttributes(Metrics.requests, { operation: "Images.get", outcome: "success" })
 *   return (yield* Metric.value(series)).count
 * })
 *
 * const account = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(TestDigitalOcean.layer()))
 *
 * const measured = program.pipe(Effect.provide(account), Effect.provideService(Metric.MetricRegistry, new Map()))
 *
 * await Effect.runPromise(measured) // => 1
 * ```
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Metric from "effect/Metric"
import { boundaries } from "./internal/model/boundaries.ts"

/**
 * How many HTTP requests were sent, retries included.
 *
 * **Details**
 *
 * Attributes: `operation` (`Images.get`; `request` for a `DigitalOceanClient.request` without a name) and `outcome`:
 * `success`, `interrupted`, `defect`, or the tag of the reason of the error, such as `NotFound`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const requests: Metric.Counter<number> = Metric.counter("digitalocean_requests", {
  description: "HTTP requests that were sent to DigitalOcean",
  incremental: true
})

/**
 * How many requests were sent again.
 *
 * **Details**
 *
 * Attributes: `operation`, and `reason`: the tag of the reason of the error that the retry is for.
 *
 * @category metrics
 * @since 0.1.0
 */
export const retries: Metric.Counter<number> = Metric.counter("digitalocean_retries", {
  description: "Requests that were sent again after a transient failure",
  incremental: true
})

/**
 * How many responses had the status 429. Attribute: `window`, as in `RateLimited`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const rateLimited: Metric.Counter<number> = Metric.counter("digitalocean_rate_limited", {
  description: "Responses with the status 429",
  incremental: true
})

/**
 * How long calls took, in milliseconds: from the call to its result, with all retries and the time in the rate limit's
 * queue. Attribute: `operation`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const duration: Metric.Histogram<Duration.Duration> = Metric.timer("digitalocean_operation_duration", {
  description: "Time from a call to its result, with retries and the time in the queue of the rate limit",
  boundaries
})

/**
 * How long requests were queued for the rate limit of their token, in milliseconds. A request that is sent at once is not
 * counted. Attribute: `priority`, which is `write`, `read` or `poll`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const queueTime: Metric.Histogram<Duration.Duration> = Metric.timer("digitalocean_rate_limit_queue_time", {
  description: "Time that requests were queued for the rate limit of their token",
  boundaries
})

/**
 * How many requests of the hour are left, as the latest response showed it.
 *
 * @category metrics
 * @since 0.1.0
 */
export const remaining: Metric.Gauge<number> = Metric.gauge("digitalocean_rate_limit_remaining", {
  description: "Requests that are left in the current hour"
})

/**
 * How many waits for actions and images are in progress. Attribute: `operation`, such as `Actions.await`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const waitsInProgress: Metric.Gauge<number> = Metric.gauge("digitalocean_waits_in_progress", {
  description: "Waits for actions and images that are in progress"
})
