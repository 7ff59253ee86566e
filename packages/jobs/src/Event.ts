/**
 * What a job emits while it runs: each item when work on it starts, when its action changes, and when it is finished.
 *
 * The stream is the job: it runs while the stream is consumed, and ending the stream interrupts it. It never fails: a
 * failure is the outcome of an item.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as Item from "./Item.ts"
import * as JobMetrics from "./JobMetrics.ts"
import * as Outcome from "./Outcome.ts"

/**
 * Work on an item started.
 *
 * @category models
 * @since 0.1.0
 */
export interface Started<out I> {
  readonly _tag: "Started"
  /** the item */
  readonly item: I
}

/**
 * A state of the action that an item waits for. The first one contains its id.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progressed<out I> {
  readonly _tag: "Progressed"
  /** the item */
  readonly item: I
  /** the state of its action */
  readonly action: Action.Action
}

/**
 * Work on an item is finished.
 *
 * @category models
 * @since 0.1.0
 */
export interface Finished<out I, out A, out E> {
  readonly _tag: "Finished"
  /** the item */
  readonly item: I
  /** how it ended */
  readonly outcome: Outcome.Outcome<A, E>
}

/**
 * An event of a job.
 *
 * @category models
 * @since 0.1.0
 */
export type Event<I, A, E> = Started<I> | Progressed<I> | Finished<I, A, E>

/**
 * Creates the schema of the events of a job.
 *
 * @category schemas
 * @since 0.1.0
 */
export const schema = <I extends Schema.Constraint, A extends Schema.Constraint, E extends Schema.Constraint>(
  item: I,
  value: A,
  error: E
) =>
  Schema.Union([
    Schema.TaggedStruct("Started", { item }),
    Schema.TaggedStruct("Progressed", { item, action: Action.Action }),
    Schema.TaggedStruct("Finished", { item, outcome: Outcome.schema(value, error) })
  ])

/**
 * Emits events to the consumer of a job's stream. `job` is the name of the job in spans and metrics.
 *
 * @category models
 * @since 0.1.0
 */
export interface Emitter<in I, in A, in E> {
  /** the name of the job, for spans and metrics */
  readonly job: string
  /** emits an event */
  readonly emit: (event: Event<I, A, E>) => Effect.Effect<void>
}

/**
 * Creates the stream of what some work emits. The work does not wait for the consumer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = <I, A, E, R>(
  job: string,
  work: (emitter: Emitter<I, A, E>) => Effect.Effect<unknown, never, R>
): Stream.Stream<Event<I, A, E>, never, R> =>
  Stream.callback<Event<I, A, E>, never, R>((queue) =>
    Effect.andThen(work({ job, emit: (event) => Effect.asVoid(Queue.offer(queue, event)) }), Queue.end(queue))
  )

/**
 * Works on an item and emits its events: that it started, the actions that the work passes to `progressed`, and its
 * outcome, which is returned. A failure of the work is an outcome.
 *
 * **Details**
 *
 * The work has a span of its own, `replicate.transfer`, and is counted in `JobMetrics`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const item = <I extends Item.Item, A, E extends Outcome.TaggedError, R>(
  { emit, job }: Emitter<I, A, E>,
  item: I,
  work: (progressed: (action: Action.Action) => Effect.Effect<void>) => Effect.Effect<Outcome.Outcome<A, E>, E, R>
): Effect.Effect<Outcome.Outcome<A, E>, never, R> =>
  Effect.gen(function* () {
    yield* emit({ _tag: "Started", item })
    const start = yield* Clock.monotonicTimeNanos
    const outcome = yield* Outcome.of(work((action) => emit({ _tag: "Progressed", item, action }))).pipe(
      Effect.tap(({ _tag }) => Effect.annotateCurrentSpan("outcome", _tag)),
      Effect.withSpan(`${job}.${item.verb}`, {
        attributes: { subject: item.subject.id, target: item.target, decision: item.decision }
      })
    )
    const took = Duration.nanos((yield* Clock.monotonicTimeNanos) - start)
    const attributes = { job, verb: item.verb }
    yield* Metric.update(Metric.withAttributes(JobMetrics.items, { ...attributes, outcome: outcome._tag }), 1)
    yield* Metric.update(Metric.withAttributes(JobMetrics.itemDuration, attributes), took)
    yield* emit({ _tag: "Finished", item, outcome })
    return outcome
  })
