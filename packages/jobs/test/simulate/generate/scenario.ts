import type {
  Audit,
  HandOver,
  Import,
  Preserve,
  Release,
  Replicate,
  Rotate,
  Snapshot,
  Verify
} from "@effect-digitalocean/jobs"
import type { Faults, Seed, TestDigitalOcean } from "@effect-digitalocean/testing"

/** A job and its options, as data. */
export type Job =
  | { readonly name: "replicate"; readonly options: Replicate.Options }
  | { readonly name: "preserve"; readonly options: Preserve.Options }
  | { readonly name: "import"; readonly options: Import.Options }
  | { readonly name: "release"; readonly options: Release.Options }
  | { readonly name: "snapshot"; readonly options: Snapshot.Options }
  | { readonly name: "rotate"; readonly options: Rotate.Options }
  | { readonly name: "verify"; readonly options: Verify.Options }
  | { readonly name: "hand over"; readonly options: HandOver.Options }
  | { readonly name: "audit"; readonly options: Audit.Options }

export type JobName = Job["name"]

/**
 * How a run of a process ends before its jobs do: `killed`, as by SIGKILL, or `interrupted`, as by Ctrl-C. `request` counts
 * the requests of the run from 0; `when` is before DigitalOcean executes it or before it responds. The process is started
 * again after `pause` seconds.
 */
export interface Ending {
  readonly how: "killed" | "interrupted"
  readonly request: number
  readonly when: "before" | "after"
  readonly pause: number
}

/** A process: its jobs run at the same time. It is started again after each ending. */
export interface Process {
  readonly jobs: ReadonlyArray<Job>
  /** when it is started, in seconds */
  readonly start: number
  readonly endings: ReadonlyArray<Ending>
  /** by how many seconds its clock is wrong, and from when on, in seconds */
  readonly clock: ReadonlyArray<{ readonly from: number; readonly wrongBy: number }>
  /** how many requests a minute its client sends at most; undefined for the default */
  readonly perMinute?: number
  /** whether its waits poll seldom, instead of by the default schedule */
  readonly pollsSeldom: boolean
}

/** What happens in the account without any job, at a time in seconds. */
export interface Incident {
  readonly at: number
  /** the latest action in progress errors, an unrelated image is deleted, or another one is added */
  readonly what: "action errors" | "image is deleted" | "image is added"
}

/** A fault, and what it is called in the coverage report. */
export interface Disturbance {
  readonly title: string
  readonly faults: Faults.Script
}

/** Everything that a seed decides. */
export interface Scenario {
  readonly seed: number
  readonly account: Seed.Seed
  readonly options: Pick<
    TestDigitalOcean.Options,
    "speed" | "latency" | "readDelay" | "statusDelay" | "listOrder" | "imageDelay" | "limits"
  > & { readonly offeredAgain: TestDigitalOcean.AccountOptions["offeredAgain"] }
  readonly processes: ReadonlyArray<Process>
  readonly disturbances: ReadonlyArray<Disturbance>
  readonly incidents: ReadonlyArray<Incident>
}

/** When every scenario starts, in milliseconds since 1970. */
export const begin = Date.parse("2026-11-25T03:10:00Z")

/** The tokens of the two accounts. */
export const tokens = { main: "main", other: "other" } as const

/** How long a job waits for an action, in seconds, and how often it reads it if it polls seldom. */
export const wait = { timeout: 1200, poll: 40 } as const
