/**
 * The metrics of jobs, by `effect/Metric`. They are always recorded: an item of a job takes at least one request.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Metric from "effect/Metric"

/**
 * How many items of jobs were finished.
 *
 * **Details**
 *
 * Attributes: `job` (`replicate`), `verb` (`transfer`), and `outcome`: `Done`, `Skipped`, `Failed` or `TimedOut`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const items: Metric.Counter<number> = Metric.counter("digitalocean_job_items", {
  description: "Items of jobs that were finished",
  incremental: true
})

/**
 * How long items of jobs took, in milliseconds, with their waits. Attributes: `job` and `verb`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const itemDuration: Metric.Histogram<Duration.Duration> = Metric.timer("digitalocean_job_item_duration", {
  description: "Time from the start of an item of a job to its outcome",
  boundaries: [100, 1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000]
})

/**
 * How many jobs are running. Attribute: `job`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const running: Metric.Gauge<number> = Metric.gauge("digitalocean_jobs_running", {
  description: "Jobs that are running"
})
