/**
 * A job as it is stored: what was submitted, what became of it, and whether it is finished.
 *
 * Options, plan and results are kept as JSON, by the schemas of the job (`Job.schemas`). No token is stored: `account` is
 * a name, which each runner resolves by itself.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Outcome from "../Outcome.ts"

/**
 * Schema for the state of a stored job.
 *
 * **Details**
 *
 * - `submitted`: it waits for a runner, or for the time of its next attempt
 * - `running`: a runner works on it
 * - `done`: all of its items are done
 * - `incomplete`: some items are not done, and the last attempt was made
 * - `failed`: there is no plan, and the last attempt was made; or its account is unknown
 * - `cancelled`: it was cancelled; what DigitalOcean continues is in `left`
 * - `unreadable`: its options or its plan cannot be read by this version, which has the kind and the version of it
 *
 * @category schemas
 * @since 0.1.0
 */
export const State = Schema.Literals([
  "submitted",
  "running",
  "done",
  "incomplete",
  "failed",
  "cancelled",
  "unreadable"
])

/**
 * The state of a stored job.
 *
 * @category models
 * @since 0.1.0
 */
export type State = typeof State.Type

/**
 * Schema for why a job is not done.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Problem = Schema.Struct({ tag: Schema.String, message: Schema.String })

/**
 * Why a job is not done: the tag and the message of an error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Problem extends Schema.Schema.Type<typeof Problem> {}

/**
 * Schema for a {@link StoredJob}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StoredJob = Schema.Struct({
  id: Schema.String,
  epoch: Schema.Int,
  account: Schema.String,
  kind: Schema.String,
  version: Schema.Int,
  intention: Schema.String,
  options: Schema.Json,
  plan: Schema.NullOr(Schema.Json),
  state: State,
  attempts: Schema.Int,
  failovers: Schema.Int,
  problem: Schema.NullOr(Problem),
  left: Schema.Array(Schema.String),
  isCancelled: Schema.Boolean,
  submittedAt: Schema.DateTimeUtcFromString,
  nextAttemptAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  startedAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromString)
})

/**
 * A stored job.
 *
 * **Details**
 *
 * - `id`, `epoch`: which job, and which run of it: a finished job that is run again starts a new epoch
 * - `account`: the name of the account
 * - `kind`, `version`: which job it is (`replicate`), and the version of the schemas of its options and plan
 * - `intention`: the same for jobs of the same account, kind and options
 * - `plan`: null until it was made
 * - `attempts`: how many attempts were started; an attempt that another runner takes over is not counted again
 * - `failovers`: how often another runner took it over
 * - `problem`: why the last attempt did not succeed
 * - `left`: what DigitalOcean continues though the job was cancelled
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredJob extends Schema.Schema.Type<typeof StoredJob> {}

/**
 * Which run of which job.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ref {
  readonly id: string
  readonly epoch: number
}

/**
 * The claim of a run: which runner works on it. A `StoredJob` that `JobStore.claim` returns is one.
 *
 * **Details**
 *
 * Each claim of a run counts either an attempt or a failover, so that their sum is the number of the claim. What a runner
 * stores with another number than the latest is ignored.
 *
 * @category models
 * @since 0.1.0
 */
export interface Claim extends Ref {
  readonly attempts: number
  readonly failovers: number
}

/**
 * Returns the number of a claim within its epoch, or of the latest claim of a stored job.
 *
 * @category getters
 * @since 0.1.0
 */
export const claimNumber = ({ attempts, failovers }: Pick<Claim, "attempts" | "failovers">): number =>
  attempts + failovers

/**
 * The outcome of an item of a stored job, as JSON by the schema of the job's events (`Finished`).
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredResult {
  readonly key: string
  readonly event: Schema.Json
  readonly outcome: OutcomeTag
}

/**
 * An event of an item of a stored job, as JSON: `key` identifies the item, `outcome` is that of a `Finished` event.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredEvent {
  readonly key: string
  readonly event: Schema.Json
  readonly outcome: OutcomeTag | null
}

/**
 * The outcome of an item.
 *
 * @category models
 * @since 0.1.0
 */
export type OutcomeTag = Outcome.Outcome<unknown, Outcome.TaggedError>["_tag"]

/**
 * Whether no runner works on a job any more.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isFinished = ({ state }: Pick<StoredJob, "state">): boolean => state !== "submitted" && state !== "running"
