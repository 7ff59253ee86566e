/**
 * Why a stored job, or the database with the stored jobs, is of no use.
 *
 * @since 0.1.0
 */
import { exitCodes } from "./exitCodes.ts"
import * as Schema from "effect/Schema"

/**
 * The database does not do what is requested; `problem` says what to do.
 *
 * @since 0.1.0
 */
export class DatabaseUnavailable extends Schema.TaggedError<DatabaseUnavailable>(
  "@effect-digitalocean/cli/DatabaseUnavailable"
)("DatabaseUnavailable", { problem: Schema.String }) {
  override get message(): string {
    return this.problem
  }
}

/**
 * The database does not accept the user, or does not allow what is requested; `problem` says what to do.
 *
 * @since 0.1.0
 */
export class DatabaseRefused extends Schema.TaggedError<DatabaseRefused>("@effect-digitalocean/cli/DatabaseRefused")(
  "DatabaseRefused",
  { problem: Schema.String }
) {
  override get message(): string {
    return this.problem
  }

  get exitCode(): number {
    return exitCodes.notAuthorised
  }
}

/**
 * A stored job was cancelled.
 *
 * @since 0.1.0
 */
export class JobCancelled extends Schema.TaggedError<JobCancelled>("@effect-digitalocean/cli/JobCancelled")(
  "JobCancelled",
  { id: Schema.String, left: Schema.Array(Schema.String) }
) {
  override get message(): string {
    const left = this.left.length === 0 ? "" : `; DigitalOcean continues ${this.left.join("; ")}`
    return `job ${this.id} was cancelled${left}`
  }
}

/**
 * A stored job ended without results: there is no plan, or it cannot be read. `reason` is the tag of the error.
 *
 * @since 0.1.0
 */
export class JobFailed extends Schema.TaggedError<JobFailed>("@effect-digitalocean/cli/JobFailed")("JobFailed", {
  id: Schema.String,
  state: Schema.String,
  reason: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `job ${this.id} is ${this.state}: ${this.problem}`
  }
}

/**
 * There is no schedule of this name.
 *
 * @since 0.1.0
 */
export class NoSuchSchedule extends Schema.TaggedError<NoSuchSchedule>("@effect-digitalocean/cli/NoSuchSchedule")(
  "NoSuchSchedule",
  { name: Schema.String }
) {
  override get message(): string {
    return `there is no schedule ${this.name}: "doimg jobs schedules list" shows those there are`
  }

  get exitCode(): number {
    return exitCodes.notFound
  }
}

/**
 * A stored job that was to be cancelled still runs.
 *
 * @since 0.1.0
 */
export class NotStopped extends Schema.TaggedError<NotStopped>("@effect-digitalocean/cli/NotStopped")("NotStopped", {
  id: Schema.String
}) {
  override get message(): string {
    return `job ${this.id} is to be stopped, and no runner has stopped it yet: the next one that works on it does`
  }

  get exitCode(): number {
    return exitCodes.timedOut
  }
}
