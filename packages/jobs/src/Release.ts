/**
 * A golden image: snapshots a Droplet, checks and replicates the image, tags it, and only then retires older releases.
 *
 * The image is named by its series and the time, `web-2026-11-25T03-10-00-000Z` in the series `web` (see `Series`), and
 * that name is the release: run a plan again after a crash and it finishes the same release. A new plan finishes
 * the latest release of the series and the Droplet too, while that is young and lacks something. Whatever fails, older
 * releases stay as they are.
 *
 * @since 0.1.0
 */
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { AutoscalePools } from "@effect-digitalocean/client/AutoscalePools"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import type * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import type { Regions } from "@effect-digitalocean/client/Regions"
import type { Snapshots } from "@effect-digitalocean/client/Snapshots"
import type { Tags } from "@effect-digitalocean/client/Tags"
import type * as Option from "effect/Option"
import { imageOf as latestImage } from "./internal/imageOf.ts"
import type * as JobEvent from "./Event.ts"
import { InvalidRelease, Unfit } from "./internal/release/errors.ts"
import * as Model from "./internal/release/model.ts"
import * as Planning from "./internal/release/plan.ts"
import * as Running from "./internal/release/run.ts"
import { UnknownName } from "./internal/unknownName.ts"
import * as Job from "./Job.ts"
import type * as JobReport from "./Report.ts"

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Model.Options

/**
 * What to release.
 *
 * **Details**
 *
 * - `droplet`: of which the image is a snapshot
 * - `series`: the name pattern of its releases, as `Series.name`
 * - `name`: of this release, which has to match the series; by default by the time. Needed when the pattern has a
 *   `{number}`. A release of this name that was started is finished.
 * - `regions`: where to have it besides the Droplet's own
 * - `tags`: to put on it when it is in every region, by default none. The tag `release` ({@link mark}) is put on last,
 *   always: it marks a finished release. Images of the series without it are not finished: they are never retired, and
 *   count for no rule.
 * - `retire`: which older releases to keep; by default all
 * - `evenIfInUse`: also retire what is in use, as `Rotate.Options`
 * - `powerOff`: power the Droplet off before the snapshot, without a shutdown; by default it stays on
 * - `powerOn`: power the Droplet on after the snapshot, also when that failed or the release is interrupted. By default
 *   what this release powered off, in this run or in an earlier one that was killed (see
 *   the client's `Ensure.poweredOffByJob`): a Droplet that was off before stays off. `true` powers it on in any case, `false`
 *   never. Other actions on the Droplet are waited for, as long as they take.
 * - `waitForEvents`: how long to wait for other actions on the Droplet before power off and snapshot; by default one in
 *   progress is an `EventPending`
 * - `disk`: the disk in GB that the image has to fit on
 * - `resume`: how young the latest release has to be for a new plan to finish it, by default 1 day; with 0, each plan is of
 *   a new release
 * - `imageVisibilityTimeout`: how long the image may take to be listed after the snapshot has completed, by default 5
 *   minutes
 * - `concurrency`: the maximum number of transfers in progress at once, by default 1,000
 * - `prices`: what images cost, by default `Cost.prices`
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Model.Options {}

/**
 * How to run.
 *
 * @category options
 * @since 0.1.0
 */
export interface Arguments extends Model.Arguments {}

/**
 * Schema for a {@link Step}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Step = Model.Step

/**
 * A step of the release. `target` is the region of a `transfer`, the tag of a `tag`, the name of a `snapshot`. `check`
 * verifies that the image fits, `arrive` that it is in every region.
 *
 * @category models
 * @since 0.1.0
 */
export interface Step extends Model.Step {}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = Model.Item

/**
 * A step, or an older release that is kept or deleted.
 *
 * @category models
 * @since 0.1.0
 */
export type Item = Model.Item

/**
 * Schema for a {@link Plan}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Model.Plan

/**
 * A plan of a release.
 *
 * **Details**
 *
 * - `dropletName`: the Droplet's name
 * - `name`: the name of the image
 * - `plannedAt`: when the plan was made
 * - `known`: the Droplet's snapshots at that time; another image of the series, at most a day older than the plan, is
 *   this release
 * - `image`: the image, when a release is finished that was started before; else null
 * - `retire`: the plan for older releases
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Model.Plan {}

export {
  /**
   * An option that cannot be meant, or not with the others: a region that does not exist, a name that is not one of the
   * series, a tag that is no tag's name.
   *
   * @category errors
   * @since 0.1.0
   */
  InvalidRelease,
  /**
   * The image does not meet the options; it stays, untagged.
   *
   * @category errors
   * @since 0.1.0
   */
  Unfit,
  /**
   * A young snapshot of the Droplet whose name DigitalOcean does not return: it may be this release.
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
export const PlanError = Model.PlanError

/**
 * Why there is no plan. Nothing has been changed.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = Model.PlanError

/**
 * Schema for why a step is not done.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RunError = Model.RunError

/**
 * Why a step is not done.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = Model.RunError

/**
 * Schema for a {@link Value}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Value = Model.Value

/**
 * What `Done` of a step contains: the image of `snapshot`, `check`, `arrive` and `tag`, the action of a transfer or of
 * power, null of a deletion.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = Model.Value

/**
 * The tag that every finished release carries.
 *
 * @category models
 * @since 0.1.0
 */
export const mark: string = Planning.mark

/**
 * An event of a run.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = JobEvent.Event<Item, Value, RunError>

/**
 * The outcome of each step, and of each older release that was to be deleted.
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
  Droplets | Images | Snapshots | Regions | AutoscalePools,
  Droplets | Images | Snapshots | Tags | Actions.Actions | AutoscalePools
> = Job.make({
  name: "release",
  options: Model.Options,
  plan: Model.Plan,
  item: Model.Item,
  value: Model.Value,
  error: Model.RunError,
  planError: Model.PlanError,
  makePlan: (options: Options) => Planning.plan(options),
  work: (plan: Plan, emitter: JobEvent.Emitter<Item, Value, RunError>, args: Arguments) =>
    Running.run(plan, emitter, args)
})

/**
 * Reads the account, and plans: to finish the release that was started, or to start one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Does what a plan says, or less. A step that is not done stops those after it, but `power_on` is done in any case. A
 * snapshot in progress on the Droplet is waited for first, whoever started it, to see whether it is this release.
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
 * Returns the image of a release as it was last seen, with the tags that were put on it; `None` if there is no image yet.
 *
 * @category getters
 * @since 0.1.0
 */
export const imageOf = ({ results }: Report): Option.Option<Image.Image> => latestImage(results)
