/**
 * Verifies that an image boots: creates a Droplet from it, checks the Droplet, and destroys it.
 *
 * The Droplet is destroyed however the job ends: if the check fails, if the job is interrupted, if it is not known whether
 * the Droplet was created. Only a process that is killed leaves one behind. A later run of the same `series` destroys it,
 * by a name and a tag that only this job uses, once the time that the killed run had is over: until then the Droplet may
 * be in use by a run that is still in progress.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import { Regions } from "@effect-digitalocean/client/Regions"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import { Sizes } from "@effect-digitalocean/client/Sizes"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as JobEvent from "./Event.ts"
import { ImageRef, RegionRef } from "./internal/options/refs.ts"
import { DurationInput } from "./internal/options/time.ts"
import * as VerifyDroplet from "./internal/verify/droplet.ts"
import { DropletOptions } from "./internal/verify/dropletOptions.ts"
import { BootFailed, CheckFailed, CleanupFailed, NoPlacement } from "./internal/verify/errors.ts"
import * as Place from "./internal/verify/place.ts"
import { type Arguments, type Checked, runPlan, type Value } from "./internal/verify/run.ts"
import * as JobItem from "./Item.ts"
import * as Job from "./Job.ts"
import * as JobPlan from "./Plan.ts"
import type * as JobReport from "./Report.ts"
import { InvalidSeries } from "./Series.ts"

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Schema.Struct({
  /** the image to boot */
  image: ImageRef,
  /** by default the first region of the image in which it fits */
  region: Schema.optional(RegionRef),
  /** the slug of a size, by default the cheapest that fits */
  size: Schema.optional(Schema.String),
  /** transfer the image to `region` first if it is not there; it stays there. By default it is required to be there. */
  replicate: Schema.optional(Schema.Boolean),
  /**
   * names the runs that clean up after each other, by default the id of the image: 1 to 32 letters, digits and dashes.
   * Several runs of one series can be in progress at once.
   */
  series: Schema.optional(Schema.String),
  /** the other options of the Droplet: `ssh_keys`, `user_data`, `vpc_uuid`, `tags` ... */
  droplet: Schema.optional(DropletOptions),
  /** how long the check may take, by default 15 minutes */
  checkTimeout: Schema.optional(DurationInput),
  /**
   * how long the whole run may take, by default the sum of what its waits may take and 15 minutes for the destruction.
   * It only indicates to other runs for how long the Droplet may be in use; it does not end the run.
   */
  timeout: Schema.optional(DurationInput)
})

/**
 * What to verify.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Schema.Schema.Type<typeof Options> {}

export type {
  /**
   * How to run.
   *
   * @category options
   * @since 0.1.0
   */
  Arguments
}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = JobItem.schema(["destroy", "transfer", "create", "check"])

/**
 * A step. The `subject` of `create`, `check` and the last `destroy` is the Droplet of the run: it has no id yet, and its
 * name is the prefix of the names of the series. Any other `destroy` is of a Droplet that an earlier run left, or, with the
 * decision `keep`, of one that another run may be using.
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
  /** the image that is verified */
  image: Image.Image,
  /** the region of the Droplet */
  region: Region.Slug,
  /** the size of the Droplet */
  size: Schema.String,
  /** the name that identifies the Droplets of the verifications of this image */
  series: Schema.String
})

/**
 * A plan to verify an image, and in which region and size.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

export {
  /**
   * No compatible region and size is available, or not those that were requested.
   *
   * @category errors
   * @since 0.1.0
   */
  NoPlacement,
  /**
   * The Droplet was created, and is not active: `droplet` is its last state.
   *
   * @category errors
   * @since 0.1.0
   */
  BootFailed,
  /**
   * The check failed, died or took too long.
   *
   * @category errors
   * @since 0.1.0
   */
  CheckFailed,
  /**
   * The Droplet of the run may still exist, and is billed. Destroy it, or run the job again later, which destroys it.
   *
   * @category errors
   * @since 0.1.0
   */
  CleanupFailed
}

/**
 * Schema for why there is no plan. Nothing has been changed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PlanError = Schema.Union([DigitalOceanError, NoPlacement, InvalidSeries])

/**
 * Why there is no plan. Nothing has been changed.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = typeof PlanError.Type

/**
 * Schema for why a step failed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RunError = Schema.Union([
  DigitalOceanError,
  Actions.ActionErrored,
  Actions.ActionNotFound,
  Actions.ActionTimedOut,
  BootFailed,
  CheckFailed,
  CleanupFailed
])

/**
 * Why a step failed.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = typeof RunError.Type

export type {
  /**
   * The check succeeded, with this `result`.
   *
   * @category models
   * @since 0.1.0
   */
  Checked,
  /**
   * What `Done` of a step contains: the action of the transfer, the active Droplet, the result of the check, null for a
   * destruction.
   *
   * @category models
   * @since 0.1.0
   */
  Value
}

/**
 * An event of a run.
 *
 * @category models
 * @since 0.1.0
 */
export type Event<A> = JobEvent.Event<Item, Value<A>, RunError>

/**
 * The outcome of each step.
 *
 * @category models
 * @since 0.1.0
 */
export type Report<A> = JobReport.Report<Item, Value<A>, RunError>

type PlanNeeds = Images | Regions | Sizes | Droplets

type RunNeeds = Images | Droplets | Actions.Actions

/**
 * The job for checks with a result of type `A`.
 *
 * @category models
 * @since 0.1.0
 */
export type VerifyJob<A, E = unknown, R = never> = Job.Job<
  Options,
  Plan,
  Item,
  Value<A>,
  RunError,
  PlanError,
  Arguments<A, E, R>,
  PlanNeeds,
  RunNeeds | R
>

/**
 * Creates the job for checks with a result of this schema, so that its events and its report can be stored.
 *
 * **When to use**
 *
 * If you store events or reports. {@link run} and {@link execute} take any check.
 *
 * @category constructors
 * @since 0.1.0
 */
export const jobOf = <A, E = unknown, R = never>(result: Schema.Codec<A, unknown>): VerifyJob<A, E, R> =>
  Job.make({
    name: "verify",
    options: Options,
    plan: Plan,
    item: Item,
    value: Schema.Union([
      Droplet.Droplet,
      Action.Action,
      Schema.Struct({ _tag: Schema.tag("Checked"), result }),
      Schema.Null
    ]),
    error: RunError,
    planError: PlanError,
    makePlan: (options: Options) => makePlan(options),
    work: runPlan
  })

/**
 * The job for checks without a result, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: VerifyJob<void> = jobOf(Schema.Void)

/**
 * Selects a region and a size, and finds what earlier runs of the series left.
 *
 * **Details**
 *
 * At least four listings. Needs `image:read`, `regions:read`, `sizes:read`, `droplet:read`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Does what a plan says.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = <A, E, R>(plan: Plan, args: Arguments<A, E, R>): Stream.Stream<Event<A>, never, RunNeeds | R> =>
  jobOf<A, E, R>(notStored<A>()).run(plan, args)

/**
 * Plans and runs, and returns the outcome of each step.
 *
 * **Details**
 *
 * The report is complete if the check succeeded and the Droplet is destroyed; {@link resultOf} returns what the check
 * returned.
 *
 * @category combinators
 * @since 0.1.0
 */
export const execute = <A, E, R>(
  options: Options,
  args: Arguments<A, E, R>
): Effect.Effect<Report<A>, PlanError, PlanNeeds | RunNeeds | R> =>
  jobOf<A, E, R>(notStored<A>()).execute(options, args)

/** A result that is only passed on in memory: nothing is decoded to it. */
const notStored = <A>(): Schema.Codec<A, unknown> => Schema.declare((_): _ is A => false)

/**
 * Returns the result of the check, or `None` if it did not succeed.
 *
 * @category getters
 * @since 0.1.0
 */
export const resultOf = <A>({ results }: Report<A>): Option.Option<A> => {
  for (const { outcome } of results) {
    if (outcome._tag !== "Done" || outcome.value === null) continue
    if ("_tag" in outcome.value) return Option.some(outcome.value.result)
  }
  return Option.none()
}

const makePlan = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Plan, PlanError, PlanNeeds> {
  const series = options.series ?? String(Image.idOf(options.image))
  if (!/^[a-zA-Z0-9-]{1,32}$/.test(series))
    return yield* new InvalidSeries({
      problem: `expected 1 to 32 letters, digits and dashes, got ${JSON.stringify(series)}`
    })
  const image = yield* Images.use((images) => images.get(Image.idOf(options.image)))
  const regions = yield* Regions.use((regions) => Stream.runCollect(regions.list()))
  const sizes = yield* Sizes.use((sizes) => Stream.runCollect(sizes.list()))
  const place = yield* Place.of(image, regions, sizes, options).pipe(
    Result.mapError((problem) => new NoPlacement({ image, problem })),
    Effect.fromResult
  )
  const others = yield* VerifyDroplet.ofSeries(series)
  const now = yield* ServerTime.now
  const region = place.region.slug
  const leftovers = others.map((droplet) => leftover(droplet, series, now))
  const transfers = place.isCopied ? [JobItem.make("transfer", image, { target: region })] : []
  const own = { id: null, name: VerifyDroplet.namePrefix(series) }
  const { price_hourly, slug: size } = place.size
  const items = [
    ...leftovers,
    ...transfers,
    JobItem.make("create", own, {
      target: region,
      reason: `from ${JobItem.nameOf(image)}, as ${size}, $${price_hourly} an hour`
    }),
    JobItem.make("check", own, { changes: 0, reason: "once it is active" }),
    JobItem.make("destroy", own, { reason: "however the run ends" })
  ]
  const lookups = leftovers.filter(JobItem.isWork).length + transfers.length * 2 + 2
  return { ...JobPlan.make("verify", options, items, lookups), image, region, size, series }
})

const leftover = (droplet: Droplet.Droplet, series: string, now: DateTime.Utc) => {
  const until = VerifyDroplet.inUseUntil(series)(droplet)
  return until === undefined || DateTime.isLessThan(until, now)
    ? JobItem.make("destroy", droplet, { reason: "left by an earlier run" })
    : JobItem.make("destroy", droplet, {
        decision: "keep",
        reason: `may be in use by another run until ${DateTime.formatIso(until)}`
      })
}
