/**
 * Takes a snapshot of a Droplet, which can be powered off for it and on again.
 *
 * It can be killed at any request and run again. A snapshot that is in progress is joined; one that was taken already is
 * not taken again; a Droplet that a killed run powered off is recognised by its actions and powered on. `Release` takes
 * its snapshot by the same steps.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { imageOf as latestImage } from "./internal/imageOf.ts"
import { DropletLeftOff } from "./Cleanup.ts"
import type * as JobEvent from "./Event.ts"
import { DropletRef } from "./internal/options/refs.ts"
import { DurationInput } from "./internal/options/time.ts"
import * as Items from "./internal/snapshot/items.ts"
import * as Running from "./internal/snapshot/run.ts"
import * as Wanted from "./internal/snapshot/wanted.ts"
import * as Steps from "./internal/steps.ts"
import { UnknownName } from "./internal/unknownName.ts"
import { waitErrors } from "./internal/waitErrors.ts"
import * as JobItem from "./Item.ts"
import * as Job from "./Job.ts"
import * as Outcome from "./Outcome.ts"
import * as JobPlan from "./Plan.ts"
import type * as JobReport from "./Report.ts"

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Schema.Struct({
  /** the Droplet */
  droplet: DropletRef,
  /**
   * the name of the image, by default the Droplet's name and the time ({@link defaultName}). A snapshot with the chosen
   * name that completed within the last 10 minutes is not taken again; without a name each plan is of a new snapshot,
   * unless one is in progress or was taken since a killed run powered the Droplet off.
   */
  name: Schema.optional(Schema.String),
  /** power the Droplet off before the snapshot, without a shutdown; by default it stays on */
  powerOff: Schema.optional(Schema.Boolean),
  /**
   * power the Droplet on after the snapshot, also when that failed or the job is interrupted. By default what this job
   * powered off, in this run or in an earlier one that was killed (see the client's `Ensure.poweredOffByJob`): a
   * Droplet that was off before stays off. `true` powers it on in any case, `false` never. Other actions on the Droplet
   * are waited for, as long as they take.
   */
  powerOn: Schema.optional(Schema.Boolean),
  /**
   * how long to wait for other actions on the Droplet before power off and snapshot; by default one in progress is an
   * `EventPending`. A snapshot in progress is waited for in any case, to see whether it is this one.
   */
  waitForEvents: Schema.optional(DurationInput),
  /** how long the image may take to be listed after the snapshot has completed, by default 5 minutes */
  imageVisibilityTimeout: Schema.optional(DurationInput)
})

/**
 * Of what to take a snapshot, and how.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Schema.Schema.Type<typeof Options> {}

/**
 * How to run.
 *
 * @category options
 * @since 0.1.0
 */
export interface Arguments {
  /** how to wait for the snapshot and for power actions */
  readonly wait?: Actions.AwaitOptions | undefined
}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = JobItem.schema(["power_off", "snapshot", "power_on"])

/**
 * A step. Its subject is the Droplet; `target` is the name of a `snapshot`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Schema.Schema.Type<typeof Item> {}

/**
 * Schema for a {@link Plan}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct({
  ...JobPlan.fields(Item, Options),
  /** the Droplet as it was read */
  droplet: Droplet.Id,
  /** the Droplet's name */
  dropletName: Schema.String,
  /** the name of the image */
  name: Schema.String,
  /** when the plan was made */
  plannedAt: Schema.DateTimeUtcFromString,
  /**
   * the Droplet's snapshots at that time; another one with the name of the plan, or with a default name if none was
   * chosen, is this snapshot, whoever took it
   */
  known: Schema.Array(Image.Id),
  /** the image, if the snapshot was taken already; else null */
  image: Schema.NullOr(Image.Id),
  /** the action with which a run that was killed powered the Droplet off, so that it is powered on; else null */
  poweredOffBy: Schema.NullOr(Action.Action)
})

/**
 * A plan of a snapshot.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

/**
 * An option that cannot be meant: a blank name.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSnapshot extends Schema.TaggedError<InvalidSnapshot>("@effect-digitalocean/jobs/InvalidSnapshot")(
  "InvalidSnapshot",
  {
    /** the option that is invalid */
    field: Schema.String,
    /** what is wrong, in words */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `${this.field}: ${this.problem}`
  }
}

export {
  /**
   * A snapshot of the Droplet whose name DigitalOcean does not return: it may be this one.
   *
   * @category errors
   * @since 0.1.0
   */
  UnknownName
}

/**
 * Schema for why there is no plan.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PlanError = Schema.Union([DigitalOceanError, UnknownName, InvalidSnapshot])

/**
 * Why there is no plan. Nothing has been changed.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = typeof PlanError.Type

/**
 * Schema for why a step is not done.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RunError = Schema.Union([
  ...waitErrors,
  Droplet.EventPending,
  Droplet.SnapshotNotFound,
  DropletLeftOff,
  UnknownName
])

/**
 * Why a step is not done.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = typeof RunError.Type

/**
 * Schema for a {@link Value}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Value = Schema.Union([Image.Image, Action.Action])

/**
 * What `Done` of a step contains: the image of `snapshot`, also if another process took it; the action of power.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = typeof Value.Type

/**
 * An event of a run.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = JobEvent.Event<Item, Value, RunError>

/**
 * The outcome of each step.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = JobReport.Report<Item, Value, RunError>

/**
 * The job, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: Job.Job<
  Options,
  Plan,
  Item,
  Value,
  RunError,
  PlanError,
  Arguments,
  Droplets | Images,
  Droplets | Images | Actions.Actions
> = Job.make({
  name: "snapshot",
  options: Options,
  plan: Plan,
  item: Item,
  value: Value,
  error: RunError,
  planError: PlanError,
  makePlan: (options: Options) => planOf(options),
  work: (plan: Plan, emitter: JobEvent.Emitter<Item, Value, RunError>, args: Arguments) => runPlan(plan, emitter, args)
})

/**
 * Reads the Droplet, its actions and its snapshots, and plans.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Does what a plan says, or less. `power_on` is done whatever becomes of the other steps, also when the run is interrupted.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run: typeof job.run = job.run

/**
 * Plans and runs, and returns the outcome of each step.
 *
 * @category combinators
 * @since 0.1.0
 */
export const execute: typeof job.execute = job.execute

/**
 * Returns the name of a snapshot for which none is chosen: the Droplet's name and the time.
 *
 * @category getters
 * @since 0.1.0
 */
export const defaultName: (dropletName: string, time: DateTime.DateTime) => string = Wanted.defaultName

/**
 * Returns the image of a run; `None` if the snapshot failed, or the plan has the id of the image because it was taken
 * already.
 *
 * @category getters
 * @since 0.1.0
 */
export const imageOf = ({ results }: Report): Option.Option<Image.Image> => latestImage(results)

const planOf = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Plan, PlanError, Droplets | Images> {
  if (options.name?.trim() === "") {
    return yield* new InvalidSnapshot({ field: "name", problem: "expected a name that is not blank" })
  }
  const droplets = yield* Droplets
  const droplet = yield* droplets.get(options.droplet)
  const listed = yield* Ensure.inspectSnapshots(droplet)
  const now = listed.readAt
  const base = {
    options,
    droplet: droplet.id,
    dropletName: droplet.name,
    name: options.name ?? defaultName(droplet.name, now),
    plannedAt: now,
    known: listed.snapshots.map(({ id }) => id)
  }
  const wanted = wantedOf(base)
  const state = yield* wanted.withNames(listed)
  const image = wanted.find(state)
  const { imageVisibilityTimeout } = options
  const known: Items.Known = {
    ...{ droplet, actions: state.actions, now, options, name: base.name, image },
    inProgress: Ensure.snapshotInProgress(state, { imageVisibilityTimeout }),
    desired: "it"
  }
  const items = Items.of(known)
  const lookups = items.filter(JobItem.isWork).reduce((sum, { verb }) => sum + Items.lookups[verb], 0)
  return {
    ...JobPlan.make("snapshot", options, items, lookups),
    ...base,
    image: image?.id ?? null,
    poweredOffBy: Option.getOrNull(Items.poweredOffBefore(known))
  }
})

const wantedOf = ({
  dropletName,
  known,
  options,
  plannedAt
}: Pick<Plan, "dropletName" | "known" | "options" | "plannedAt">) =>
  Wanted.wantedOf({
    ...{ dropletName, plannedAt, name: options.name, powerOff: options.powerOff === true },
    known: new Set(known)
  })

const runPlan = (plan: Plan, emitter: JobEvent.Emitter<Item, Value, RunError>, { wait }: Arguments) =>
  Effect.suspend(() => {
    const taking = Running.make(plan, Effect.succeed(wantedOf(plan)), wait)
    const sequence: Steps.Sequence<Item, Value, RunError> = { emitter, stopped: undefined }
    const steps = Effect.forEach(
      plan.items,
      (item): Effect.Effect<Outcome.Outcome<Value, RunError>, never, Droplets | Images | Actions.Actions> => {
        switch (item.verb) {
          case "power_off":
            return Steps.step(sequence, item, (changed) => Running.powerOff(taking, changed))
          case "snapshot":
            return Steps.step(sequence, item, JobItem.isWork(item) ? snapshot(taking) : Steps.idle(item))
          case "power_on":
            return Steps.always(sequence, item, Running.powerOn(taking, item))
        }
      },
      { discard: true }
    )
    return Running.withCleanup(taking, steps)
  })

/** The image that another process took is the value as well. */
const snapshot = (taking: Running.Taking<never>) =>
  Effect.fnUntraced(function* (changed: (action: Action.Action) => Effect.Effect<void>) {
    const image = yield* Running.snapshot(taking, changed)
    if (Option.isSome(image)) return Outcome.done(image.value)
    const images = yield* Images
    return Outcome.done(yield* images.get(taking.image!))
  })
