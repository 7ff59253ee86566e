/**
 * Images in regions: ensures that these images are in these regions, and does only what is missing.
 *
 * A region that has the image already is skipped, a transfer in progress is joined, and the others run at once up to a
 * limit. Each image and region has an outcome of its own, so that a region that does not exist fails alone. An image cannot
 * be removed from a region, and a region costs nothing: DigitalOcean bills an image once, whatever its regions.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Cost from "./Cost.ts"
import * as JobEvent from "./Event.ts"
import { followed } from "./internal/actions/follow.ts"
import { type Bound, makeBound } from "./internal/bound.ts"
import { ImageRef, RegionRef } from "./internal/options/refs.ts"
import { transferTo } from "./internal/steps.ts"
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
  /** each of these */
  images: Schema.Array(ImageRef),
  /** in each of these */
  regions: Schema.Array(RegionRef),
  /**
   * convert a backup to a snapshot first, as only snapshots can be transferred. By default a backup is refused, because
   * the snapshot is billed and the backup was not.
   */
  convertBackups: Schema.optional(Schema.Boolean),
  /**
   * the maximum number of transfers in progress at once, by default 1,000, at least 1. It falls when DigitalOcean
   * refuses more.
   */
  concurrency: Schema.optional(Schema.Number),
  /** what images cost, by default `Cost.prices` */
  prices: Schema.optional(Cost.Prices)
})

/**
 * What to have where.
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
  /** how to wait for each transfer and conversion */
  readonly wait?: Actions.AwaitOptions | undefined
}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = JobItem.schema(["transfer", "convert"])

/**
 * An image and a region, which is `target`; or the conversion of a backup.
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
export const Plan = Schema.Struct(JobPlan.fields(Item, Options))

/**
 * A plan of transfers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

/**
 * An image that cannot be transferred as it is.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotTransferable extends Schema.TaggedError<NotTransferable>("@effect-digitalocean/jobs/NotTransferable")(
  "NotTransferable",
  {
    /** the image */
    image: Image.Id,
    /** why it cannot be transferred */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `image ${this.image} cannot be transferred: ${this.problem}`
  }
}

/**
 * Schema for why an image is not in a region.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RunError = Schema.Union([...waitErrors, NotTransferable, Ensure.NotABackup])

/**
 * Why an image is not in a region.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = typeof RunError.Type

/**
 * An event of a run. `Done` contains the completed action: of this run, or one that was joined.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = JobEvent.Event<Item, Action.Action, RunError>

/**
 * The outcome of each image and region.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = JobReport.Report<Item, Action.Action, RunError>

type Needs = Images | Actions.Actions

/**
 * The job, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: Job.Job<Options, Plan, Item, Action.Action, RunError, DigitalOceanError, Arguments, Needs, Needs> =
  Job.make({
    name: "replicate",
    options: Options,
    plan: Plan,
    item: Item,
    value: Action.Action,
    error: RunError,
    planError: DigitalOceanError,
    makePlan: (options: Options) =>
      Effect.map(Ensure.inspectImages(idsOf(options)), (states) => planOf(states, options)),
    work: (plan: Plan, emitter: JobEvent.Emitter<Item, Action.Action, RunError>, args: Arguments) =>
      runPlan(plan, emitter, args)
  })

/**
 * Reads the images, and plans. An image that does not exist is refused in the plan.
 *
 * **Details**
 *
 * Up to three images are read one by one, with two requests each; more of them by listings of the account.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Transfers what a plan says, or less: the images are read again before anything is started, those with the longest
 * transfers are started first.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run: typeof job.run = job.run

/**
 * Plans and runs, and returns the outcome of each image and region.
 *
 * @category combinators
 * @since 0.1.0
 */
export const execute: typeof job.execute = job.execute

/**
 * Plans for images whose states are known: a pure function. An image without a state is refused.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planOf = (states: ReadonlyMap<Image.Id, Ensure.ImageState>, options: Options): Plan => {
  const regions = [...new Set(options.regions.map(Region.slugOf))]
  const items = idsOf(options).map((id) => {
    const state = states.get(id)
    return state === undefined ? refusals(id, regions) : itemsOf(state, regions, options)
  })
  const isListed = items.length > Ensure.maxIndividualReads
  const lookups = items.reduce((sum, ofImage) => sum + lookupsOf(ofImage, isListed), isListed ? 2 : 0)
  return JobPlan.make("replicate", options, items.flat(), items.flat().some(JobItem.isWork) ? lookups : 0)
}

const idsOf = ({ images }: Options): ReadonlyArray<Image.Id> => [...new Set(images.map(Image.idOf))]

const itemsOf = (
  state: Ensure.ImageState,
  regions: ReadonlyArray<Region.Slug>,
  { convertBackups = false, prices }: Options
): ReadonlyArray<Item> => {
  const { image } = state
  const isBackup = Image.isBackup(image) && !Ensure.isConverted(state)
  const problem = problemOf(image, isBackup && !convertBackups)
  const transfers = regions.map((target) => {
    const item = transferTo(state, target)
    return item.decision === "skip" || problem === undefined
      ? item
      : JobItem.make("transfer", image, { target, decision: "refuse", reason: problem })
  })
  if (!isBackup || !transfers.some(({ decision }) => decision === "run")) return transfers
  const joined = Option.getOrUndefined(Ensure.conversionInProgress(state))
  const cost = Cost.of([{ ...image, type: "snapshot" }], prices)
  const convert =
    joined === undefined
      ? JobItem.make("convert", image, { reason: "only a snapshot can be transferred", cost })
      : JobItem.make("convert", image, { decision: "join", action: joined.id, cost })
  return [convert, ...transfers]
}

const problemOf = (image: Image.Image, isRefusedBackup: boolean): string | undefined => {
  if (image.public) return "it is public, and not of this account"
  if (!Image.isAvailable(image)) return `it is not available (${image.status || "no status"})`
  return isRefusedBackup ? "it is a backup; convertBackups makes a snapshot of it first" : undefined
}

const refusals = (id: Image.Id, regions: ReadonlyArray<Region.Slug>): ReadonlyArray<Item> =>
  regions.map((target) =>
    JobItem.make(
      "transfer",
      { id, name: "" },
      {
        target,
        decision: "refuse",
        reason: "it does not exist, or this token cannot read it"
      }
    )
  )

/** To inspect an image takes two requests, unless it is listed, and two more after a conversion. */
const lookupsOf = (items: ReadonlyArray<Item>, isListed: boolean): number => {
  if (!items.some(JobItem.isWork)) return 0
  return (isListed ? 0 : 2) + (items.some(({ verb }) => verb === "convert") ? 2 : 0)
}

interface Running {
  readonly emitter: JobEvent.Emitter<Item, Action.Action, RunError>
  readonly wait: Actions.AwaitOptions | undefined
  readonly bound: Bound
}

const runPlan = Effect.fnUntraced(function* (
  { items, options }: Plan,
  emitter: JobEvent.Emitter<Item, Action.Action, RunError>,
  { wait }: Arguments
) {
  for (const item of items) if (!JobItem.isWork(item)) yield* JobEvent.item(emitter, item, () => idle(item))
  const byImage = Map.groupBy(items.filter(JobItem.isWork), ({ subject }) => Image.idOf(subject.id ?? 0))
  const states = yield* Effect.result(Ensure.inspectImages([...byImage.keys()]))
  const sizeOf = (id: Image.Id) =>
    Result.isSuccess(states) ? (states.success.get(id)?.image.size_gigabytes ?? Number.POSITIVE_INFINITY) : 0
  const running: Running = { emitter, wait, bound: yield* makeBound(options.concurrency) }
  yield* Effect.forEach(
    [...byImage].toSorted(Order.mapInput(Order.flip(Order.Number), ([id]) => sizeOf(id))),
    ([id, items]) => runImage(id, items, stateOf(states, id), running),
    { concurrency: "unbounded", discard: true }
  )
})

type State = Result.Result<Ensure.ImageState, RunError>

const stateOf = (states: Result.Result<Ensure.ImageStates, DigitalOceanError>, image: Image.Id): State =>
  Result.flatMap(states, (states) => {
    const state = states.get(image)
    const problem = "it does not exist any more, or this token cannot read it"
    return state === undefined ? Result.fail(new NotTransferable({ image, problem })) : Result.succeed(state)
  })

const runImage = Effect.fnUntraced(function* (
  id: Image.Id,
  items: ReadonlyArray<Item>,
  inspected: State,
  running: Running
) {
  const { bound, emitter, wait } = running
  const conversion = items.find(({ verb }) => verb === "convert")
  const state = conversion === undefined ? inspected : yield* converted(id, conversion, inspected, running)
  yield* Effect.forEach(
    items.filter((item) => item !== conversion),
    (item) =>
      JobEvent.item(emitter, item, (progressed) =>
        bound.startAndWait(
          Effect.flatMap(Effect.fromResult(state), (state) => Ensure.transfer(state, item.target ?? "")),
          (result) => followed(result, progressed, wait, JobItem.already(item))
        )
      ),
    { concurrency: "unbounded", discard: true }
  )
})

const idle = (item: Item): Effect.Effect<Outcome.Outcome<Action.Action, never>, NotTransferable> =>
  item.decision === "skip"
    ? Effect.succeed(Outcome.skipped(JobItem.details(item)))
    : Effect.fail(new NotTransferable({ image: Image.idOf(item.subject.id ?? 0), problem: JobItem.details(item) }))

/** Converts a backup, and inspects it again. What waits for the conversion ends as it did. */
const converted = Effect.fnUntraced(function* (id: Image.Id, item: Item, inspected: State, running: Running) {
  const { bound, emitter, wait } = running
  const outcome = yield* JobEvent.item(emitter, item, (progressed) =>
    bound.startAndWait(
      Effect.flatMap(Effect.fromResult(inspected), (state) => Ensure.conversion(state)),
      (result) => followed(result, progressed, wait, JobItem.already(item))
    )
  )
  const state: Effect.Effect<Ensure.ImageState, RunError, Images> = Outcome.isSuccess(outcome)
    ? bound.within(Ensure.inspectImage(id))
    : Effect.fail(outcome.error)
  return yield* Effect.result(state)
})
