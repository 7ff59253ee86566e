import type * as Schema from "effect/Schema"
import type { Problem, Ref, State, StoredJob } from "../../durable/StoredJob.ts"

/** Documented at `JobStore`. */
export interface Submission {
  /** the id of the new job */
  readonly id: string
  /** the name of its account */
  readonly account: string
  /** the name of its kind */
  readonly kind: string
  /** the version of its kind */
  readonly version: number
  /** the same text for the same account, kind and options */
  readonly intention: string
  /** the options, by the schema of the kind */
  readonly options: Schema.Json
}

/** Documented at `JobStore`. */
export interface Filter {
  /** only jobs of this account */
  readonly account?: string | undefined
  /** only jobs of this kind */
  readonly kind?: string | undefined
  /** only jobs in one of these states */
  readonly states?: ReadonlyArray<State> | undefined
  /** the maximum number of jobs, the newest first; by default 100 */
  readonly limit?: number | undefined
}

/** Documented at `JobStore`. */
export interface DueJob extends Ref {
  /** the name of its kind */
  readonly kind: string
  /** the version of its kind */
  readonly version: number
}

/** Documented at `JobStore`. */
export interface Unfinished {
  /** the number of jobs that wait for a runner, or for their next attempt */
  readonly submitted: number
  /** the number of jobs that run */
  readonly running: number
}

/** Documented at `JobStore`. */
export interface Ending {
  /** the final state of the job */
  readonly state: Exclude<State, "submitted" | "running">
  /** why it is not done; null if it is */
  readonly problem: Problem | null
  /** what DigitalOcean continues, a sentence each */
  readonly left: ReadonlyArray<string>
}

/** Documented at `JobStore`. */
export type ClaimState = "held" | "cancelled" | "lost"

/** Documented at `JobStore`. */
export type Change =
  | {
      readonly _tag: "Job"
      /** the job in its new state */
      readonly job: StoredJob
    }
  | {
      readonly _tag: "Event"
      /** in which run of the job it happened */
      readonly epoch: number
      /** the event, by the schema of the events of the job */
      readonly event: Schema.Json
    }
