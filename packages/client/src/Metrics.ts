/**
 * The metrics of a client, by `effect/Metric`. {@link layer} switches them on: a client records nothing without it, and a
 * program that does not import this module does not contain it.
 *
 * Every client updates the same metrics; give each a `Metric.CurrentMetricAttributes` of its own to tell several accounts
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
 * const measured = program.pipe(
 *   Effect.provide([account, Metrics.layer]),
 *   Effect.provideService(Metric.MetricRegistry, new Map())
 * )
 *
 * await Effect.runPromise(measured) // => 1
 * ```
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { Reason } from "./DigitalOceanError.ts"
import type { Call } from "./internal/pipeline/call.ts"
import { Metering, type Recorder } from "./internal/pipeline/metering.ts"

/** The boundaries of the histograms of times, in milliseconds. */
const boundaries: ReadonlyArray<number> = [
  1, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 15_000, 30_000, 60_000, 120_000, 600_000, 3_600_000
]

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

/**
 * Layer that switches the metrics on, for the program or the client that it is provided to.
 *
 * **When to use**
 *
 * Provide it beside the client: `Effect.provide([DigitalOcean.layerConfig(), Metrics.layer])`. Provided to the layer of one
 * client, it records the calls of the programs that this layer is provided to.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never> = Layer.sync(Metering, () => makeRecorder())

const makeRecorder = (): Recorder => {
  const requestsOf = series(counter(requests), "operation", "outcome")
  const retriesOf = series(counter(retries), "operation", "reason")
  const rateLimitedOf = series(counter(rateLimited), "window")
  const durationOf = series(timer(duration), "operation")
  const queueTimeOf = series(timer(queueTime), "priority")
  const waitsOf = series(
    (attributes) => Metric.gauge(waitsInProgress.id, { description: waitsInProgress.description, attributes }),
    "operation"
  )
  return {
    request: (context, call, exit) => requestsOf(nameOf(call), outcomeOf(exit)).updateUnsafe(1, context),
    retry: (context, call, { reason }) => retriesOf(nameOf(call), reason._tag).updateUnsafe(1, context),
    rateLimited: (context, { window }) => rateLimitedOf(window).updateUnsafe(1, context),
    duration: (context, call, millis) => durationOf(nameOf(call)).updateUnsafe(Duration.millis(millis), context),
    queueTime: (context, priority, millis) => queueTimeOf(priority).updateUnsafe(Duration.millis(millis), context),
    remaining: (context, count) => remaining.updateUnsafe(count, context),
    wait: (context, operation, change) => waitsOf(operation).modifyUnsafe(change, context)
  }
}

/** A series of a metric for each set of attributes. Created once: `Metric.withAttributes` computes its key at each update. */
const series = <Names extends ReadonlyArray<string>, M>(
  create: (attributes: Record<string, string>) => M,
  ...names: Names
): ((...values: { readonly [K in keyof Names]: string }) => M) => {
  const known = new Map<string, M>()
  return (...values) => {
    const key = values.join("\n")
    const metric = known.get(key) ?? create(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
    known.set(key, metric)
    return metric
  }
}

const counter =
  ({ description, id }: Metric.Counter<number>) =>
  (attributes: Record<string, string>) =>
    Metric.counter(id, { description, attributes, incremental: true })

const timer =
  ({ description, id }: Metric.Histogram<Duration.Duration>) =>
  (attributes: Record<string, string>) =>
    Metric.timer(id, { description, attributes, boundaries })

/** The name of an operation in metrics: a path that a caller wrote out has ids, of which there is no end. */
const nameOf = ({ operation, template }: Call): string =>
  template === undefined && operation.includes("/") ? "request" : operation

const outcomeOf = (exit: Exit.Exit<unknown, Reason>): string => {
  if (Exit.isSuccess(exit)) return "success"
  const reason = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (reason === undefined) return Cause.hasInterrupts(exit.cause) ? "interrupted" : "defect"
  return reason._tag
}
