import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Ending } from "../../durable/JobStore.ts"
import * as RunnerMetrics from "../../durable/RunnerMetrics.ts"
import type { Problem, StoredJob } from "../../durable/StoredJob.ts"

/**
 * What a runner reports of a job: log lines, metrics and attributes of the span. They contain the problem of a job, but not
 * its options, which can contain the credentials of a URL.
 */
const log = (job: StoredJob, text: string) =>
  Effect.annotateLogs(Effect.logInfo(`job ${job.id} (${job.kind} of ${job.account}): ${text}`), {
    job: job.id,
    kind: job.kind,
    account: job.account
  })

const sentence = (problem: Problem | null) => (problem === null ? "" : `: ${problem.message}`)

const elapsed = (from: DateTime.Utc, to: number) => Duration.millis(Math.max(0, to - DateTime.toEpochMillis(from)))

/** A job was claimed at a time, which was like `before`. */
export const claimed = Effect.fnUntraced(function* (job: StoredJob, before: StoredJob | undefined, at: number) {
  const attributes = { job: job.kind }
  yield* Effect.annotateCurrentSpan({
    "job.id": job.id,
    "job.kind": job.kind,
    "job.account": job.account,
    "job.attempt": job.attempts
  })
  if (before?.state === "running") {
    yield* Metric.update(Metric.withAttributes(RunnerMetrics.failovers, attributes), 1)
    return yield* log(job, `taken over from another runner in attempt ${job.attempts}`)
  }
  yield* Metric.update(Metric.withAttributes(RunnerMetrics.attempts, attributes), 1)
  const since = before?.nextAttemptAt ?? job.submittedAt
  yield* Metric.update(Metric.withAttributes(RunnerMetrics.queueTime, attributes), elapsed(since, at))
  yield* log(job, `attempt ${job.attempts} starts`)
})

/** A job is finished. */
export const finished = Effect.fnUntraced(function* (job: StoredJob, { problem, state }: Ending, at: number) {
  const attributes = { job: job.kind, state }
  yield* Metric.update(Metric.withAttributes(RunnerMetrics.finished, attributes), 1)
  if (job.startedAt !== null) {
    yield* Metric.update(Metric.withAttributes(RunnerMetrics.duration, attributes), elapsed(job.startedAt, at))
  }
  yield* log(job, `${state}${sentence(problem)}`)
})

/** A job was put back for another attempt. */
export const postponed = (job: StoredJob, problem: Problem, at: DateTime.Utc) =>
  log(job, `attempt ${job.attempts} did not succeed, the next is at ${DateTime.formatIso(at)}${sentence(problem)}`)

/** A job was left for another runner. */
export const left = (job: StoredJob) =>
  log(job, `left for another runner: this one does not know version ${job.version} of its kind`)

/** Another runner works on the job. */
export const lost = (job: StoredJob) => log(job, "stopped: another runner took it over, or it was finished")
