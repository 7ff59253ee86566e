import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Why a store does not do an operation. */
export const ErrorReason = Schema.Literals(["unreachable", "login", "permission", "version", "other"])

/** The store does not respond, and why. */
export class JobStoreError extends Schema.TaggedError<JobStoreError>("@effect-digitalocean/jobs/JobStoreError")(
  "JobStoreError",
  {
    operation: Schema.String,
    problem: Schema.String,
    reason: ErrorReason.pipe(Schema.withConstructorDefault(Effect.succeed("other" as const)))
  }
) {
  override get message(): string {
    return `${this.operation}: ${this.problem}`
  }
}
