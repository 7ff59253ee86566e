/**
 * The contract of a job: it makes a plan of its options, runs the plan as a stream of events, and returns a report. All
 * built-in jobs are values of {@link Job}; a job of your own is made by {@link make}.
 *
 * Options, plan, items, events, values and errors have schemas, so that a job can be stored, sent to another process and
 * continued there. What cannot be stored, such as a poll schedule, is an argument of `run`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Event from "./Event.ts"
import type * as Item from "./Item.ts"
import * as JobMetrics from "./JobMetrics.ts"
import type * as Outcome from "./Outcome.ts"
import type * as Plan from "./Plan.ts"
import * as Report from "./Report.ts"

/**
 * The schemas of a job.
 *
 * @category models
 * @since 0.1.0
 */
export interface Schemas<Options, P, I, A, E, PE> {
  /** what is to be done */
  readonly options: Schema.Codec<Options, unknown>
  /** what is to be done */
  readonly plan: Schema.Codec<P, unknown>
  /** what is to be done */
  readonly item: Schema.Codec<I, unknown>
  /** what the outcome `Done` of an item contains */
  readonly value: Schema.Codec<A, unknown>
  /** why an item is not done */
  readonly error: Schema.Codec<E, unknown>
  /** why there is no plan; then nothing has been changed */
  readonly planError: Schema.Codec<PE, unknown>
  /** what {@link Job.run} emits and {@link Job.execute} returns */
  readonly event: Schema.Codec<Event.Event<I, A, E>, unknown>
  /** what {@link Job.run} emits and {@link Job.execute} returns */
  readonly report: Schema.Codec<Report.Report<I, A, E>, unknown>
}

/**
 * A job.
 *
 * Each is safe to run again at any time, also while it is running already.
 *
 * @category models
 * @since 0.1.0
 */
export interface Job<Options, P extends Plan.Plan<I, Options>, I extends Item.Item, A, E, PE, Args, RP, RR> {
  /** in plans, spans and metrics */
  readonly name: string
  /** the schemas of what can be stored */
  readonly schemas: Schemas<Options, P, I, A, E, PE>
  /** reads the account and decides; changes nothing */
  readonly plan: (options: Options) => Effect.Effect<P, PE, RP>
  /**
   * does what a plan says, or less: it reads the account again before it changes something. `args` are what cannot be
   * stored.
   */
  readonly run: (plan: P, ...args: Arguments<Args>) => Stream.Stream<Event.Event<I, A, E>, never, RR>
  /** plans and runs, and returns the report */
  readonly execute: (options: Options, ...args: Arguments<Args>) => Effect.Effect<Report.Report<I, A, E>, PE, RP | RR>
}

/**
 * The arguments of a run, which can be left out if all of them can.
 *
 * @category models
 * @since 0.1.0
 */
export type Arguments<Args> = Record<never, never> extends Args ? [args?: Args] : [args: Args]

/**
 * Makes a job of its name, its schemas, and two functions: `plan`, and `run`, which works on the items of a plan and emits
 * their events, by `Event.item`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  Options,
  P extends Plan.Plan<I, Options>,
  I extends Item.Item,
  A,
  E extends Outcome.TaggedError,
  PE,
  Args,
  RP,
  RR
>(
  definition: Omit<Schemas<Options, P, I, A, E, PE>, "event" | "report"> & {
    readonly name: string
    readonly makePlan: (options: Options) => Effect.Effect<P, PE, RP>
    readonly work: (plan: P, emitter: Event.Emitter<I, A, E>, args: Args) => Effect.Effect<unknown, never, RR>
  }
): Job<Options, P, I, A, E, PE, Args, RP, RR> => {
  const { error, item, makePlan, name, options, plan: planSchema, planError, value, work } = definition
  const plan = (options: Options) => Effect.withSpan(makePlan(options), `${name}.plan`)
  // the arguments can be left out only if every one of them can
  const run = (plan: P, ...[args = {} as Args]: Arguments<Args>) =>
    Event.stream<I, A, E, RR>(name, (emitter) =>
      Effect.acquireUseRelease(
        count(name, 1),
        () => Effect.withSpan(work(plan, emitter, args), `${name}.run`),
        () => count(name, -1)
      )
    )
  const execute = (options: Options, ...args: Arguments<Args>) =>
    Effect.withSpan(
      Effect.flatMap(plan(options), (plan) => Report.of(run(plan, ...args))),
      `${name}.execute`
    )
  const schemas = {
    ...{ options, plan: planSchema, item, value, error, planError },
    event: Event.schema(item, value, error),
    report: Report.schema(item, value, error)
  }
  return { name, schemas, plan, run, execute }
}

const count = (job: string, change: number) => Metric.modify(Metric.withAttributes(JobMetrics.running, { job }), change)
