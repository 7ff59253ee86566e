import type { Retention } from "@effect-digitalocean/jobs"
import type { Job, JobName } from "../generate/scenario.ts"
import { type Bug, hasFault, hasJob } from "./bug.ts"

const takesSnapshot: ReadonlySet<JobName> = new Set<JobName>(["release", "snapshot"])

const retentionOf = (job: Job): Retention.Options | undefined =>
  job.name === "rotate" ? job.options : job.name === "release" ? job.options.retire : undefined

/** The bugs that the simulation has to find, each within 1,000 seeds. */
export const bugs: ReadonlyArray<Bug> = [
  {
    name: "a POST is retried after a 503",
    edits: [
      {
        file: "client/src/internal/pipeline/retrying.ts",
        find: `(error.outcome === "not-executed" ||`,
        replace: `(error.status === 503 || error.outcome === "not-executed" ||`
      }
    ],
    breaks: ["nothing is created twice"],
    mayFind: (scenario) => hasFault(scenario, /^503/)
  },
  {
    name: "a wait ignores its deadline",
    edits: [
      {
        file: "client/src/internal/waiting/waitLoop.ts",
        find: "Math.max(Duration.toMillis(timeouts.timeout) - elapsed(), 0)",
        replace: "Math.max(30 * 86_400_000 - elapsed(), 0)"
      }
    ],
    breaks: ["every wait ends by its deadline"],
    mayFind: (scenario) => hasFault(scenario, /^stuck action$/)
  },
  {
    name: "a list ends early",
    edits: [
      {
        file: "client/src/internal/paging/links.ts",
        find: `if (link === undefined || link === null || link === "") return null`,
        replace: "return null"
      }
    ],
    breaks: ["a run that nothing disturbs completes"],
    mayFind: ({ account }) => account.images.length > 200
  },
  {
    name: "retention goes below minKeep",
    edits: [
      {
        file: "jobs/src/Retention.ts",
        find: "const missing = Math.max(minKeep - (counted.length - others.length), 0)",
        replace: "const missing = 0"
      },
      {
        file: "jobs/src/internal/rotate/deletions.ts",
        find: "return kept.length < minKeep ?",
        replace: "return kept.length < 0 ?"
      }
    ],
    breaks: ["retention keeps what it promises"],
    mayFind: (scenario) => hasJob(scenario, (job) => (retentionOf(job)?.minKeep ?? 1) > 1)
  },
  {
    name: "the limiter is off",
    edits: [
      {
        file: "client/src/internal/pipeline/rateLimiting.ts",
        find: "queue.tryAcquire(waiter, now)",
        replace: "(queue.tryAcquire(waiter, now) || true)"
      }
    ],
    breaks: ["no request beyond the rate limit"],
    mayFind: ({ processes }) => processes.some(({ perMinute }) => perMinute !== undefined)
  },
  {
    name: "a snapshot is repeated after a lost response",
    edits: [
      {
        file: "client/src/internal/ensure/startSnapshot.ts",
        find: "  Reconcile.createOrFind(",
        replace: `  ((post) => Effect.catch(post, () => Effect.retry(Effect.delay(post, "1 minute"), { times: 60 })))(`
      }
    ],
    breaks: ["nothing is created twice"],
    mayFind: (scenario) =>
      hasFault(scenario, /reset|504|silence/) && hasJob(scenario, ({ name }) => takesSnapshot.has(name))
  },
  {
    name: "the fiber that polls is left",
    edits: [
      {
        file: "client/src/internal/polling/batcher.ts",
        find: "        isRunning = false\n        return\n",
        replace: `        yield* Effect.sleep("1 minute")\n        continue\n`
      }
    ],
    breaks: ["an interruption leaves no request and no fiber"],
    mayFind: (scenario) => hasJob(scenario, ({ name }) => takesSnapshot.has(name))
  },
  {
    name: "completed_at: null is read as not completed",
    edits: [
      {
        file: "client/src/Action.ts",
        find: `export const isCompleted = hasStatus("completed")`,
        replace: `export const isCompleted = (action) => hasStatus("completed")(action) && action.completed_at !== null`
      }
    ],
    breaks: ["a wait ends when its action has"],
    mayFind: (scenario) => hasFault(scenario, /^no action.completed_at$/)
  },
  {
    name: "a status that is read outranks the job's own action",
    edits: [
      {
        file: "client/src/internal/ensure/droplets.ts",
        find: "  if (last !== undefined) {",
        replace: "  if (last === null) {"
      }
    ],
    breaks: ["what is powered off is powered on"],
    mayFind: ({ options, processes }) =>
      options.statusDelay !== 0 &&
      processes.some(
        ({ endings, jobs }) =>
          endings.some(({ how }) => how === "interrupted") &&
          jobs.some((job) => (job.name === "release" || job.name === "snapshot") && job.options.powerOff === true)
      )
  },
  {
    name: "an image in use is deleted",
    edits: [
      {
        file: "jobs/src/internal/rotate/deletions.ts",
        find: "const action = inProgress.get(image.id)",
        replace: "const action = undefined"
      }
    ],
    breaks: ["nothing in use is deleted"],
    mayFind: (scenario) =>
      hasJob(scenario, (job) => retentionOf(job) !== undefined) && hasJob(scenario, ({ name }) => name === "replicate")
  },
  {
    name: "there is no grace period after a create",
    edits: [
      {
        file: "jobs/src/internal/actions/onceVisible.ts",
        find: "export const visibleWithin = Duration.seconds(25)",
        replace: "export const visibleWithin = Duration.zero"
      }
    ],
    breaks: ["a run that nothing disturbs completes"],
    mayFind: (scenario) => scenario.options.readDelay !== 0 && hasJob(scenario, ({ name }) => name === "verify")
  },
  {
    name: "plan and run decide by different rules",
    edits: [
      {
        file: "jobs/src/Rotate.ts",
        find: "Retention.decide(candidates, options)",
        replace: "Retention.decide(candidates, { ...options, pinned: undefined })"
      }
    ],
    breaks: ["a run does what its plan says"],
    mayFind: (scenario) => hasJob(scenario, (job) => retentionOf(job)?.pinned !== undefined)
  }
]
