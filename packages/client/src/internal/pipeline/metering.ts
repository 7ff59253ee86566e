import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { DigitalOceanError, RateLimited, Reason } from "../../DigitalOceanError.ts"
import * as Metrics from "../../Metrics.ts"
import { boundaries } from "../model/boundaries.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import type { Priority } from "../rateLimit/priority.ts"
import type { Call, Run } from "./call.ts"

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

const requests = series(counter(Metrics.requests), "operation", "outcome")
const retries = series(counter(Metrics.retries), "operation", "reason")
const refusals = series(counter(Metrics.rateLimited), "window")
const durations = series(timer(Metrics.duration), "operation")
const queueTimes = series(timer(Metrics.queueTime), "priority")

/** The name of an operation in metrics: a path that a caller wrote out has ids, of which there is no end. */
const nameOf = ({ operation, template }: Call): string =>
  template === undefined && operation.includes("/") ? "request" : operation

/** Counts a request that was sent. */
export const countRequest = (context: Context.Context<never>, call: Call, exit: Exit.Exit<unknown, Reason>): void =>
  requests(nameOf(call), outcomeOf(exit)).updateUnsafe(1, context)

const outcomeOf = (exit: Exit.Exit<unknown, Reason>): string => {
  if (Exit.isSuccess(exit)) return "success"
  const reason = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (reason === undefined) return Cause.hasInterrupts(exit.cause) ? "interrupted" : "defect"
  return reason._tag
}

/** Counts a retry. */
export const countRetry = (call: Call, { reason }: DigitalOceanError): Effect.Effect<void> =>
  Metric.update(retries(nameOf(call), reason._tag), 1)

/** Counts a 429. */
export const countRefusal = (context: Context.Context<never>, { window }: RateLimited): void =>
  refusals(window).updateUnsafe(1, context)

/** Records how long a request was queued, in milliseconds. */
export const recordQueueTime = (context: Context.Context<never>, priority: Priority, queueTime: number): void =>
  queueTimes(priority).updateUnsafe(Duration.millis(queueTime), context)

/** Records how many requests are left. */
export const recordRemaining = (context: Context.Context<never>, remaining: number): void =>
  Metrics.remaining.updateUnsafe(remaining, context)

/** Measures how long calls take. */
export const measuringDuration =
  (run: Run): Run =>
  (outgoing) =>
    Effect.withFiber((fiber) => {
      const clock = fiber.getRef(Clock.Clock)
      const start = monotonic(clock)
      return Effect.onExit(run(outgoing), () => {
        durations(nameOf(outgoing.call)).updateUnsafe(Duration.millis(monotonic(clock) - start), fiber.context)
        return Effect.void
      })
    })

/** How many waits of an operation are in progress. */
export const waitsInProgress = series(
  (attributes) =>
    Metric.gauge(Metrics.waitsInProgress.id, { description: Metrics.waitsInProgress.description, attributes }),
  "operation"
)
