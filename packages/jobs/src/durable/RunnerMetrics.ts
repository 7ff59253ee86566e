/**
 * The metrics of runners, by `effect/Metric`. They are always recorded: a job takes at least a few statements of its store.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Metric from "effect/Metric"

/**
 * How many jobs of the store are not finished, by the attribute `state`: `submitted` or `running`. Each runner reads it every
 * 30 seconds, of all runners' jobs.
 *
 * @category metrics
 * @since 0.1.0
 */
export const unfinished: Metric.Gauge<number> = Metric.gauge("digitalocean_durable_jobs_unfinished", {
  description: "Stored jobs that are not finished"
})

/**
 * How many jobs this runner finished. Attributes: `job` (`replicate`) and `state` (`done`, `incomplete` ...).
 *
 * @category metrics
 * @since 0.1.0
 */
export const finished: Metric.Counter<number> = Metric.counter("digitalocean_durable_jobs_finished", {
  description: "Stored jobs that were finished",
  incremental: true
})

/**
 * How many attempts this runner started, those that it took over not counted. Attribute: `job`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const attempts: Metric.Counter<number> = Metric.counter("digitalocean_durable_job_attempts", {
  description: "Attempts of stored jobs that were started",
  incremental: true
})

/**
 * How many jobs this runner took over from another one. Attribute: `job`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const failovers: Metric.Counter<number> = Metric.counter("digitalocean_durable_job_failovers", {
  description: "Stored jobs that were taken over from another runner",
  incremental: true
})

/** From 100 milliseconds to 4 hours. */
const boundaries = [100, 1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000]

/**
 * How long jobs waited for a runner, in milliseconds: from their submission, or the time of their next attempt, to the start
 * of the attempt. Attribute: `job`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const queueTime: Metric.Histogram<Duration.Duration> = Metric.timer("digitalocean_durable_job_queue_time", {
  description: "Time from the submission of a stored job, or from when an attempt was due, to the start of the attempt",
  boundaries
})

/**
 * How long jobs took, in milliseconds, from the start of their first attempt to their end. Attributes: `job` and `state`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const duration: Metric.Histogram<Duration.Duration> = Metric.timer("digitalocean_durable_job_duration", {
  description: "Time from the start of the first attempt of a stored job to its end",
  boundaries
})
