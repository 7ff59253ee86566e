/**
 * A command whose job runs in this process, or is stored for runners where the command line names a database. What is for
 * stored jobs is loaded only then.
 *
 * @since 0.1.0
 */
import type * as Event from "@effect-digitalocean/jobs/Event"
import type * as Item from "@effect-digitalocean/jobs/Item"
import type * as JobContract from "@effect-digitalocean/jobs/Job"
import type * as Outcome from "@effect-digitalocean/jobs/Outcome"
import type * as Plan from "@effect-digitalocean/jobs/Plan"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type * as Confirm from "../args/Confirm.ts"
import * as DurableFlags from "../args/DurableFlags.ts"
import { UsageError } from "../errors/Usage.ts"
import * as Account from "../run/Account.ts"
import * as Job from "../run/Job.ts"
import * as JobFields from "../run/JobFields.ts"

/**
 * What is needed of a job to store and to follow it.
 *
 * @since 0.1.0
 */
export interface Storable<Options, I extends Item.Item, A, E extends Outcome.TaggedError> {
  readonly name: string
  readonly schemas: {
    readonly options: Schema.Codec<Options, unknown>
    readonly event: Schema.Codec<Event.Event<I, A, E>, unknown>
  }
}

/**
 * How the job of a command line is stored, and what is printed when a runner has run it.
 *
 * @since 0.1.0
 */
export interface Storing<In, Options, I extends Item.Item, A, E extends Outcome.TaggedError, EO, RO, EP, RP> {
  /** whether the command line only plans: then nothing is stored */
  readonly plansOnly: (input: NoInfer<In>) => boolean
  /** the options of the job; names of images and Droplets are resolved to ids at the account */
  readonly options: (input: NoInfer<In>) => Effect.Effect<Options, EO, RO>
  /** why the job of a command line cannot be stored */
  readonly refused?: (input: NoInfer<In>, target: DurableFlags.Target) => string | undefined
  /** the fields of what is printed */
  readonly fields: Account.Fields<NoInfer<In>>
  readonly print: (
    ended: ReadonlyArray<Job.Ended<I, A, E>>,
    again: string,
    input: NoInfer<In>
  ) => Effect.Effect<void, EP, RP>
}

/**
 * Runs a command here, or stores its job and follows it.
 *
 * @since 0.1.0
 */
export const storable =
  <
    In extends DurableFlags.Input,
    Options,
    I extends Item.Item,
    A,
    E extends Outcome.TaggedError,
    EO,
    RO,
    EP,
    RP,
    EH,
    RH
  >(
    job: Storable<Options, I, A, E>,
    storing: Storing<In, Options, I, A, E, EO, RO, EP, RP>,
    here: (input: In) => Effect.Effect<void, EH, RH>
  ) =>
  (input: In) =>
    Effect.gen(function* () {
      const target = yield* DurableFlags.target(input)
      if (target._tag === "Here") return yield* here(input)
      if (storing.plansOnly(input)) {
        if (target._tag === "Stored" && !target.detach) return yield* here(input)
        return yield* new UsageError({ problem: "a command line that only plans has nothing to store" })
      }
      const problem = storing.refused?.(input, target)
      if (problem !== undefined) return yield* new UsageError({ problem: refusal(problem, target) })
      const Submission = yield* Effect.promise(() => import("../durable/Submission.ts"))
      if (target._tag === "Scheduled") {
        return yield* Submission.schedule(target, job.name, Account.onAccount(storing.options(input)))
      }
      if (!target.detach) yield* Account.checkColumns(storing.fields, input)
      const submitted = Submission.submit(target, job, Account.onAccount(storing.options(input)))
      return yield* Account.withTimeout(
        Effect.flatMap(submitted, (results) =>
          results === undefined ? Effect.void : storing.print(results.ended, results.again, input)
        )
      )
    })

const refusal = (problem: string, target: DurableFlags.Target): string =>
  target._tag === "Stored" && target.database.source === DurableFlags.variable
    ? `${problem}; with ${DurableFlags.variable}= before the line, the job runs in this process`
    : problem

/**
 * What distinguishes the command of a job that prints its plan, or what became of each item.
 *
 * @since 0.1.0
 */
export interface Spec<In, Options, P, EO, RO, RR, EN, RN, S, ES, RS>
  extends Pick<
    Storing<In, Options, Item.Item, unknown, Outcome.TaggedError, EO, RO, never, never>,
    "plansOnly" | "options" | "refused"
  > {
  /** options with which the job is stored: ids in place of images and Droplets */
  readonly stored: (options: Options) => Options
  /** runs a plan in this process */
  readonly run: (
    plan: P,
    input: NoInfer<In>
  ) => Stream.Stream<Event.Event<Item.Item, unknown, Outcome.TaggedError>, never, RR>
  /** says something about a plan that is made in this process, before it is printed or run */
  readonly notePlan?: (plan: P) => Effect.Effect<void, EN, RN>
  /** the flags of a command line whose job deletes images that it did not create: it asks before */
  readonly confirm?: (input: NoInfer<In>) => Confirm.Input | undefined
  /** services that the job needs beyond those of every job */
  readonly services: Layer.Layer<S, ES, RS>
}

/**
 * The command of a job that prints its plan, or what became of each item.
 *
 * @since 0.1.0
 */
export const make = <
  In extends DurableFlags.Input,
  Options,
  P extends Plan.Plan<I, Options>,
  I extends Item.Item,
  A,
  E extends Outcome.TaggedError,
  PE,
  Args,
  RP,
  RJ,
  EO,
  RO,
  RR,
  S,
  ES,
  RS,
  EN = never,
  RN = never
>(
  job: JobContract.Job<Options, P, I, A, E, PE, Args, RP, RJ>,
  spec: Spec<In, Options, P, EO, RO, RR, EN, RN, S, ES, RS>
) => {
  const withServices = <A2, E2, R2>(program: Effect.Effect<A2, E2, R2>) => Effect.provide(program, spec.services)
  const here = Account.withJobAccount(spec.plansOnly, (input: In) =>
    withServices(
      Effect.gen(function* () {
        const plan = yield* job.plan(yield* spec.options(input))
        if (spec.notePlan !== undefined) yield* spec.notePlan(plan)
        const confirm = spec.confirm?.(input)
        const run = Job.run(spec.run(plan, input))
        if (confirm !== undefined) return yield* Job.runIfConfirmed(plan, confirm, run)
        return yield* spec.plansOnly(input) ? Job.printPlan(plan) : run
      })
    )
  )
  const storing = {
    ...spec,
    options: (input: In) => withServices(Effect.map(spec.options(input), spec.stored)),
    refused: (input: In, target: DurableFlags.Target) =>
      spec.confirm?.(input)?.yes === false
        ? "the plan of a stored job is made by a runner, which cannot ask: give --yes"
        : spec.refused?.(input, target),
    fields: JobFields.resultFields,
    print: (ended: ReadonlyArray<Job.Ended<I, A, E>>, again: string) => Job.report(ended, again)
  }
  return storable(job, storing, here)
}
