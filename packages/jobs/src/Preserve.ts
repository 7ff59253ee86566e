/**
 * Preserves a backup before its Droplet is destroyed, and the backup with it: converts it to a snapshot, then renames,
 * tags and replicates that.
 *
 * Only what is missing is done; what is in progress is joined. DigitalOcean bills the snapshot, and did not bill the backup.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import type { Tags } from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { isImage } from "./internal/imageOf.ts"
import * as Cost from "./Cost.ts"
import type * as JobEvent from "./Event.ts"
import { followed } from "./internal/actions/follow.ts"
import { ImageRef, RegionRef } from "./internal/options/refs.ts"
import * as Steps from "./internal/steps.ts"
import { waitErrors } from "./internal/waitErrors.ts"
import * as JobItem from "./Item.ts"
import * as Job from "./Job.ts"
import * as Outcome from "./Outcome.ts"
import * as JobPlan from "./Plan.ts"
import type * as JobReport from "./Report.ts"
import { TagsNotVisible } from "./Retention.ts"

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Schema.Struct({
  /** the backup; or the snapshot that it has become */
  backup: ImageRef,
  /** the name of the snapshot, by default that of the backup */
  name: Schema.optional(Schema.String),
  /** to put on it */
  tags: Schema.optional(Schema.Array(Schema.String)),
  /** where to have it */
  regions: Schema.optional(Schema.Array(RegionRef)),
  /** the maximum number of transfers in progress at once, by default 1,000 */
  concurrency: Schema.optional(Schema.Number),
  /** what images cost, by default `Cost.prices` */
  prices: Schema.optional(Cost.Prices)
})

/**
 * What to preserve, and how.
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
  /** how to wait for the conversion and each transfer */
  readonly wait?: Actions.AwaitOptions | undefined
}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = JobItem.schema(["convert", "rename", "tag", "transfer"])

/**
 * A step: the conversion, the name, a tag, or the transfer to a region; `target` is the name, the tag or the region.
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
  /** the backup that is preserved */
  image: Image.Id
})

/**
 * A plan to preserve one image.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

/**
 * An invalid option: a blank name, or a tag that is not a valid tag name.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPreserve extends Schema.TaggedError<InvalidPreserve>("@effect-digitalocean/jobs/InvalidPreserve")(
  "InvalidPreserve",
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

/**
 * Schema for why there is no plan.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PlanError = Schema.Union([DigitalOceanError, Ensure.NotABackup, TagsNotVisible, InvalidPreserve])

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
export const RunError = Schema.Union([...waitErrors, Ensure.NotABackup])

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
export const Value = Schema.Union([Action.Action, Image.Image])

/**
 * What `Done` of a step contains: the action of a conversion or transfer; the image with its new name or tag.
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

type Needs = Images | Actions.Actions | Tags

/**
 * The job, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: Job.Job<Options, Plan, Item, Value, RunError, PlanError, Arguments, Images, Needs> = Job.make({
  name: "preserve",
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
 * Reads the image, and plans. Fails with `NotABackup` if it is neither a backup nor a snapshot of the account.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Does what a plan says, or less. A step that is not done stops those after it, but a region fails alone.
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

const planOf = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Plan, PlanError, Images> {
  yield* check(options)
  const state = yield* Ensure.inspectImage(options.backup)
  const { image } = state
  if (image.public || !(Image.isBackup(image) || Image.isSnapshot(image))) {
    return yield* new Ensure.NotABackup({ image })
  }
  const items: ReadonlyArray<Item> = [
    convert(state, options.prices),
    ...(options.name === undefined ? [] : [rename(image, options.name)]),
    ...(yield* Steps.tags(image, options.tags ?? [], image)),
    ...Steps.transfers(image, options.regions ?? [], state, [])
  ]
  const lookups = items.some(JobItem.isWork) ? 2 : 0
  return { ...JobPlan.make("preserve", options, items, lookups), image: image.id }
})

/** A conversion cannot be undone: what would fail after it is rejected before. */
const check = Effect.fnUntraced(function* ({ name, tags = [] }: Options) {
  if (name?.trim() === "") {
    return yield* new InvalidPreserve({ field: "name", problem: "expected a name that is not blank" })
  }
  const problem = Steps.problemOfTags(tags)
  if (problem !== undefined) return yield* new InvalidPreserve({ field: "tags", problem })
})

const convert = (state: Ensure.ImageState, prices?: Cost.Prices): JobItem.Item<"convert"> => {
  if (Ensure.isConverted(state)) return JobItem.make("convert", state.image, { decision: "skip" })
  const cost = Cost.of([{ ...state.image, type: "snapshot" }], prices)
  const joined = Option.getOrUndefined(Ensure.conversionInProgress(state))
  return joined === undefined
    ? JobItem.make("convert", state.image, { reason: "to a snapshot, which outlives its Droplet", cost })
    : JobItem.make("convert", state.image, { decision: "join", action: joined.id, cost })
}

const rename = (image: Image.Image, target: string): JobItem.Item<"rename"> =>
  JobItem.make("rename", image, image.name === target ? { target, decision: "skip" } : { target })

/** The image is inspected once, before anything is started. */
const runPlan = Effect.fnUntraced(function* (
  { image: id, items, options }: Plan,
  emitter: JobEvent.Emitter<Item, Value, RunError>,
  { wait }: Arguments
) {
  const sequence: Steps.Sequence<Item, Value, RunError> = { emitter, stopped: undefined }
  const inspect = yield* Effect.cached(Ensure.inspectImage(id))
  let latest: Image.Image | undefined
  const read = Effect.suspend(() =>
    latest === undefined ? Effect.map(inspect, ({ image }) => image) : Effect.succeed(latest)
  )
  const work = (item: Item) => (progressed: (action: Action.Action) => Effect.Effect<void>) => {
    if (!JobItem.isWork(item)) return Steps.idle(item)()
    if (item.verb === "tag") return Effect.flatMap(read, (image) => Steps.tag(image, item))
    if (item.verb === "rename") return Effect.flatMap(read, (image) => renamed(image, item.target ?? ""))
    return Effect.flatMap(
      Effect.flatMap(inspect, (state) => Ensure.conversion(state)),
      (result) => followed(result, progressed, wait, JobItem.already(item))
    )
  }
  for (const item of items) {
    if (item.verb === "transfer") continue
    const outcome = yield* Steps.step<Item, Value, RunError, Needs>(sequence, item, work(item))
    if (outcome._tag === "Done" && isImage(outcome.value)) latest = outcome.value
  }
  const transfers = items.filter(({ verb }) => verb === "transfer")
  yield* Steps.transferAll(sequence, inspect, transfers, { concurrency: options.concurrency, wait })
})

const renamed = Effect.fnUntraced(function* (image: Image.Image, name: string) {
  if (image.name === name) return Outcome.skipped("has that name already")
  return Outcome.done(yield* Images.use((images) => images.update(image.id, { name })))
})
