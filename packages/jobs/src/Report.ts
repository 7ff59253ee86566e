/**
 * The outcomes of all items of a job.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Event } from "./Event.ts"
import * as Item from "./Item.ts"
import * as Outcome from "./Outcome.ts"
import * as Text from "./Text.ts"

/**
 * The items of a job in the order in which they finished, each with its outcome.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report<out I, out A, out E> {
  /** the items with their outcomes, in the order of the plan */
  readonly results: ReadonlyArray<{ readonly item: I; readonly outcome: Outcome.Outcome<A, E> }>
}

/**
 * Creates the schema of the reports of a job.
 *
 * @category schemas
 * @since 0.1.0
 */
export const schema = <I extends Schema.Constraint, A extends Schema.Constraint, E extends Schema.Constraint>(
  item: I,
  value: A,
  error: E
) => Schema.Struct({ results: Schema.Array(Schema.Struct({ item, outcome: Outcome.schema(value, error) })) })

/**
 * Some items of a job failed or timed out. Run the job again to do what is missing.
 *
 * @category errors
 * @since 0.1.0
 */
export class Incomplete extends Schema.TaggedError<Incomplete>("@effect-digitalocean/jobs/Incomplete")("Incomplete", {
  /** the items that are not done, and why */
  problems: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const n = this.problems.length
    return `${n} item${n === 1 ? " is" : "s are"} not done; run the job again to do what is missing: ${this.problems.join("; ")}`
  }
}

/**
 * Runs a job to its end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <I, A, E, E2, R>(
  events: Stream.Stream<Event<I, A, E>, E2, R>
): Effect.Effect<Report<I, A, E>, E2, R> =>
  events.pipe(
    Stream.filter((event) => event._tag === "Finished"),
    Stream.map(({ item, outcome }) => ({ item, outcome })),
    Stream.runCollect,
    Effect.map((results) => ({ results }))
  )

/**
 * Whether every item succeeded, or nothing had to be done for it.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isComplete = <I, A, E>(report: Report<I, A, E>): boolean =>
  report.results.every(({ outcome }) => Outcome.isSuccess(outcome))

/**
 * Fails with {@link Incomplete} unless the report is complete: for a script or a CI job that has to stop then.
 *
 * @category combinators
 * @since 0.1.0
 */
export const orFail = <I extends Item.Item, A, E extends Outcome.TaggedError>(
  report: Report<I, A, E>
): Effect.Effect<Report<I, A, E>, Incomplete> =>
  isComplete(report)
    ? Effect.succeed(report)
    : Effect.fail(
        new Incomplete({
          problems: report.results.filter(({ outcome }) => !Outcome.isSuccess(outcome)).map((result) => line(result))
        })
      )

/**
 * Formats a report for a terminal, a line for each item. Names from the account are sanitized.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (report: Report<Item.Item, unknown, Outcome.TaggedError>): string =>
  Text.table(
    ["do", "what", "why", "result"],
    report.results.map(({ item, outcome }) => {
      const { subject, what } = Item.words(item)
      return [what, subject, Item.details(item), Outcome.format(outcome)]
    })
  ).join("\n")

const line = (result: {
  readonly item: Item.Item
  readonly outcome: Outcome.Outcome<unknown, Outcome.TaggedError>
}): string => Text.safe(`${Item.format(result.item)}: ${Outcome.format(result.outcome)}`)
