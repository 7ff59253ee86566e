/**
 * What became of every item of a job.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Event } from "./Event.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import * as Text from "./Text.ts"

/**
 * The items of a job in the order they ended, each with its outcome.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report<out I, out A, out E> {
  readonly results: ReadonlyArray<{ readonly item: I; readonly outcome: Outcome.Outcome<A, E> }>
}

/**
 * A job some of whose items failed or timed out; run it again to do what is missing.
 *
 * @category errors
 * @since 0.1.0
 */
export class Incomplete extends Schema.TaggedError<Incomplete>("@effect-digitalocean/jobs/Incomplete")("Incomplete", {
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
    Stream.filter((event) => event._tag === "Ended"),
    Stream.map(({ item, outcome }) => ({ item, outcome })),
    Stream.runCollect,
    Effect.map((results) => ({ results }))
  )

/**
 * True when everything is as it should be.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isComplete = <I, A, E>(report: Report<I, A, E>): boolean =>
  report.results.every(({ outcome }) => Outcome.isGood(outcome))

/**
 * Fails with {@link Incomplete} unless everything is as it should be: for a script or a CI job that has to stop.
 *
 * @category combinators
 * @since 0.1.0
 */
export const orFail = <I extends Plan.Item, A, E extends Told>(
  report: Report<I, A, E>
): Effect.Effect<Report<I, A, E>, Incomplete> =>
  isComplete(report)
    ? Effect.succeed(report)
    : Effect.fail(
        new Incomplete({
          problems: report.results.filter(({ outcome }) => !Outcome.isGood(outcome)).map((result) => line(result))
        })
      )

/**
 * A report as text for a terminal, a line for each item. Names from the account are made harmless.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (report: Report<Plan.Item, unknown, Told>): string =>
  Text.table(
    ["do", "what", "why", "result"],
    report.results.map(({ item, outcome }) => [item.verb, item.subject, item.detail, Outcome.format(outcome)])
  ).join("\n")

interface Told {
  readonly _tag: string
  readonly message: string
}

const line = (result: { readonly item: Plan.Item; readonly outcome: Outcome.Outcome<unknown, Told> }): string =>
  Text.safe(`${Plan.line(result.item)}: ${Outcome.format(result.outcome)}`)
