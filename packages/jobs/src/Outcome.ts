/**
 * The outcome of one item of a job. The failure of one item is a value here, so that the results of the others are kept.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Text from "./Text.ts"

/**
 * What every error of the client and of jobs has.
 *
 * **Details**
 *
 * `isUnfinished` is true for an error that only ended a wait: DigitalOcean continues the work. Such an error contains what
 * is needed to wait again, here or in another process: the id of the action or of the image, or the Droplet, name and
 * action of a snapshot.
 *
 * @category models
 * @since 0.1.0
 */
export interface TaggedError {
  readonly _tag: string
  /** what is wrong, in words */
  readonly message: string
  /** true if only the wait ended: DigitalOcean continues the work */
  readonly isUnfinished?: boolean
}

/**
 * The resource is in the desired state now.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done<out A> {
  readonly _tag: "Done"
  /** what came of it */
  readonly value: A
}

/**
 * Nothing was done, for this reason: it was in the desired state already, it must not be changed, or what has to be done
 * before it failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Skipped {
  readonly _tag: "Skipped"
  /** why nothing was to be done */
  readonly reason: string
}

/**
 * It failed; `error` says why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failed<out E> {
  readonly _tag: "Failed"
  /** why it failed */
  readonly error: E
}

/**
 * It was started, and is not finished yet: DigitalOcean continues it. Running the job again joins what is in progress.
 *
 * @category models
 * @since 0.1.0
 */
export interface TimedOut<out E> {
  readonly _tag: "TimedOut"
  /** why the wait ended; DigitalOcean continues the work */
  readonly error: E
}

/**
 * The outcome of an item.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome<A, E> = Done<A> | Skipped | Failed<E> | TimedOut<E>

/**
 * Creates the schema of the outcomes of a job.
 *
 * @category schemas
 * @since 0.1.0
 */
export const schema = <A extends Schema.Constraint, E extends Schema.Constraint>(value: A, error: E) =>
  Schema.Union([
    Schema.TaggedStruct("Done", { value }),
    Schema.TaggedStruct("Skipped", { reason: Schema.String }),
    Schema.TaggedStruct("Failed", { error }),
    Schema.TaggedStruct("TimedOut", { error })
  ])

/**
 * Creates the outcome of an item that is in the desired state now.
 *
 * @category constructors
 * @since 0.1.0
 */
export const done = <A>(value: A): Outcome<A, never> => ({ _tag: "Done", value })

/**
 * Creates the outcome of an item for which nothing was done, with the reason.
 *
 * @category constructors
 * @since 0.1.0
 */
export const skipped = (reason: string): Outcome<never, never> => ({ _tag: "Skipped", reason })

/**
 * Creates the outcome of an error: `TimedOut` if DigitalOcean continues the work, else `Failed`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const failed = <E extends TaggedError>(error: E): Failed<E> | TimedOut<E> => ({
  _tag: Predicate.hasProperty(error, "isUnfinished") && error.isUnfinished === true ? "TimedOut" : "Failed",
  error
})

/**
 * Returns the outcome of work that returns one itself, or fails.
 *
 * @category combinators
 * @since 0.1.0
 */
export const of = <A, E extends TaggedError, R>(
  work: Effect.Effect<Outcome<A, E>, E, R>
): Effect.Effect<Outcome<A, E>, never, R> => Effect.catch(work, (error) => Effect.succeed(failed(error)))

/**
 * Whether the item is in the desired state, or nothing had to be done.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSuccess = <A, E>(outcome: Outcome<A, E>): outcome is Done<A> | Skipped =>
  outcome._tag === "Done" || outcome._tag === "Skipped"

/**
 * Formats an outcome, sanitized: the text of an error can contain control characters.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (outcome: Outcome<unknown, TaggedError>): string => Text.safe(describe(outcome))

const describe = (outcome: Outcome<unknown, TaggedError>): string => {
  switch (outcome._tag) {
    case "Done":
      return "done"
    case "Skipped":
      return `skipped: ${outcome.reason}`
    case "Failed":
      return `failed: ${outcome.error.message}`
    case "TimedOut":
      return `timed out: ${outcome.error.message}`
  }
}
