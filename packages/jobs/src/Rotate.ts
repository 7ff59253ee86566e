/**
 * Deletes the images of a series that no retention rule keeps.
 *
 * What {@link Usage} finds to be used or protected is kept, whatever the rules say.
 *
 * `plan` reads and decides, `run` deletes what a plan says, or less. At most 15 seconds before each deletion the series is
 * listed and decided again, and an image is deleted only if both decisions say so: one that has changed since the plan, or
 * on which an action is in progress, is kept; so is every image while fewer than `minKeep` others exist.
 *
 * @since 0.1.0
 */
import type { Actions } from "@effect-digitalocean/client/Actions"
import type { AutoscalePools } from "@effect-digitalocean/client/AutoscalePools"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import type { Snapshots } from "@effect-digitalocean/client/Snapshots"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Cost from "./Cost.ts"
import type * as JobEvent from "./Event.ts"
import * as Decisions from "./internal/rotate/decisions.ts"
import * as Deletions from "./internal/rotate/deletions.ts"
import * as JobItem from "./Item.ts"
import * as Job from "./Job.ts"
import * as JobPlan from "./Plan.ts"
import type * as JobReport from "./Report.ts"
import * as Retention from "./Retention.ts"
import * as Series from "./Series.ts"
import * as Usage from "./Usage.ts"

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Schema.Struct({
  ...Retention.Options.fields,
  /** which images belong together */
  series: Series.Series,
  /**
   * also delete what a Droplet, an autoscale pool, a channel or an action refers to; tags protect all the same. By default it
   * is kept, and there is no plan if the Droplets or the pools cannot be listed.
   */
  evenIfInUse: Schema.optional(Schema.Boolean),
  /** what images cost, by default `Cost.prices` */
  prices: Schema.optional(Cost.Prices)
})

/**
 * What to rotate.
 *
 * **Details**
 *
 * - the rest says what to keep, as `Retention.Options`
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Schema.Schema.Type<typeof Options> {}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = Schema.Struct({
  ...JobItem.schema(["delete"]).fields,
  /** the image that is kept or deleted */
  image: Image.Image
})

/**
 * An image of the series: its decision is `keep` or `run`, its `reason` says why.
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
 * What is kept and deleted, the newest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

/**
 * Schema for why there is no plan, and why an image is not deleted.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PlanError = Schema.Union([
  DigitalOceanError,
  Series.InvalidSeries,
  Retention.InvalidRetention,
  Retention.TagsNotVisible
])

/**
 * Why there is no plan, or why an image is not deleted.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = typeof PlanError.Type

/**
 * An event of a run: of the images that the plan deletes.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = JobEvent.Event<Item, null, PlanError>

/**
 * The outcome of each image that was to be deleted.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = JobReport.Report<Item, null, PlanError>

type Reads = Images | Snapshots | Droplets | AutoscalePools

type Needs = Reads | Actions

/**
 * The job, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: Job.Job<Options, Plan, Item, null, PlanError, PlanError, object, Reads, Needs> = Job.make({
  name: "rotate",
  options: Options,
  plan: Plan,
  item: Item,
  value: Schema.Null,
  error: PlanError,
  planError: PlanError,
  makePlan: Effect.fnUntraced(function* (options: Options) {
    const images = yield* Series.list(options.series)
    return yield* planWith(images, options)
  }),
  work: (plan: Plan, emitter: JobEvent.Emitter<Item, null, PlanError>) =>
    Deletions.run(JobPlan.changes(plan), plan.options, emitter)
})

/**
 * Lists the images of the series, and plans.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Deletes what a plan says, or less. A failure is the outcome of one image alone, unless the series cannot be listed again.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run: typeof job.run = job.run

/**
 * Plans and runs, and returns the outcome of each image that was to be deleted.
 *
 * @category combinators
 * @since 0.1.0
 */
export const execute: typeof job.execute = job.execute

/**
 * Plans for images that are known already, and reads what they are used for if the rules do not keep all of them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planWith = Effect.fnUntraced(function* (
  images: Iterable<Image.Image>,
  options: Options,
  upcoming?: Retention.Candidate
): Effect.fn.Return<Plan, PlanError, Droplets | AutoscalePools> {
  const byRules = yield* Effect.fromResult(planOf(images, options, { upcoming }))
  if (JobPlan.changes(byRules).length === 0) return byRules
  const usage = yield* Usage.read(options)
  return yield* Effect.fromResult(planOf(images, options, { upcoming, usage }))
})

/**
 * Plans for images that are known already: a pure function, whatever the order of the images.
 *
 * **Details**
 *
 * - `upcoming`: an image that will belong to the series by the time the plan is run: it counts for the rules, and is not an
 *   item of the plan
 * - `usage`: what refers to images; without it only the rules decide, and a run of the plan still keeps what is used
 *
 * @category constructors
 * @since 0.1.0
 */
export const planOf = (
  images: Iterable<Image.Image>,
  options: Options,
  {
    upcoming,
    usage
  }: { readonly upcoming?: Retention.Candidate | undefined; readonly usage?: Usage.Usage | undefined } = {}
): Result.Result<Plan, Retention.InvalidRetention | Retention.TagsNotVisible> => {
  const known = new Map(Array.from(images, (image) => [image.id, image]))
  const candidates: ReadonlyArray<Retention.Candidate> = [
    ...known.values(),
    ...(upcoming === undefined ? [] : [upcoming])
  ]
  const decided =
    usage === undefined ? Retention.decide(candidates, options) : Decisions.decide(candidates, options, usage)
  return Result.map(decided, (decisions) => {
    const items = decisions.flatMap(({ image: { id }, keep, reasons }) => {
      const image = known.get(id)
      return image === undefined ? [] : [itemOf({ image, keep, reasons }, options.prices)]
    })
    const deletions = items.filter(JobItem.isWork).length
    const lookups =
      Math.ceil(known.size / 200) +
      (options.evenIfInUse === true ? 0 : Usage.minimumRequests) +
      (deletions > Ensure.maxIndividualReads ? 1 : deletions)
    return JobPlan.make("rotate", options, items, deletions === 0 ? 0 : lookups)
  })
}

const itemOf = ({ image, keep, reasons }: Retention.Decision<Image.Image>, prices?: Cost.Prices): Item => ({
  ...JobItem.make("delete", image, {
    decision: keep ? "keep" : "run",
    reason: reasons.join(", "),
    cost: keep ? Cost.zero : Cost.negate(Cost.of([image], prices))
  }),
  image
})
