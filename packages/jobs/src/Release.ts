/**
 * A golden image: snapshots a Droplet, checks and replicates the image, tags it, and only then retires older releases.
 *
 * The image is named by its series and the time, `web-2026-11-25T03-10-00-000Z` in the series `web` (see `Series`), and
 * that name is the release: run a plan again after a crash and it finishes the same release. A plan made anew finishes
 * the latest release of the series and the Droplet too, while that is young and lacks something. Whatever fails, older
 * releases stay as they are.
 *
 * @since 0.1.0
 */
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import type * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import type { Regions } from "@effect-digitalocean/client/Regions"
import type { Snapshots } from "@effect-digitalocean/client/Snapshots"
import type { Tags } from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"
import * as Event from "./Event.ts"
import { InvalidRelease, Unfit } from "./internal/release/errors.ts"
import type { Item, Options, ReleasePlan, RunError, RunOptions, Value } from "./internal/release/model.ts"
import * as Planning from "./internal/release/plan.ts"
import * as Running from "./internal/release/run.ts"
import { UnknownName } from "./internal/unknownName.ts"
import * as Report from "./Report.ts"
import type * as Rotate from "./Rotate.ts"

export type {
  /**
   * What to release.
   *
   * **Details**
   *
   * - `droplet`: what the image is made of
   * - `series`: the name pattern of its releases, as `Series.name`
   * - `name`: of this release, which the series has to take; by default by the time. Needed when the pattern has a
   *   `{number}`. A release of this name that was begun is finished.
   * - `regions`: where to have it besides the Droplet's own
   * - `tags`: to put on it when it is in every region, by default none. The tag `release` ({@link mark}) is put on last,
   *   always: it marks a finished release. Images of the series without it are not finished: they are never retired, and
   *   count for no rule.
   * - `retire`: which older releases to keep; by default all
   * - `powerOff`: power the Droplet off before the snapshot, without a shutdown; by default it is taken as it is
   * - `powerOn`: power the Droplet on after the snapshot, also when that failed or the release is interrupted. By default
   *   what this release powered off, in this run or in an earlier one that was killed (see
   *   `Ensure.poweredOffByJob`): a Droplet that was off before stays off. `true` powers it on in any case, `false`
   *   never.
   * - `waitForEvents`: how long to wait for what else is being done to the Droplet; by default that is a `EventPending`
   * - `disk`: the disk in GB that the image has to fit on
   * - `resume`: how young the latest release has to be for a new plan to finish it, by default 1 day; 0 to begin another
   *   always
   * - `prices`: what images cost, by default `Cost.prices`
   *
   * @category options
   * @since 0.1.0
   */
  Options,
  /**
   * How to run.
   *
   * **Details**
   *
   * - `appears`: how long the image may take to be listed after the snapshot has completed, by default 5 minutes
   * - the rest as of `Replicate`
   *
   * @category options
   * @since 0.1.0
   */
  RunOptions,
  /**
   * A step of the release: `target` is the region of a `transfer`, the tag of a `tag`. `check` looks whether the image
   * fits, `arrive` whether it is in every region. `verb` is the step, or `skip` or `join`.
   *
   * @category models
   * @since 0.1.0
   */
  Step,
  /**
   * A step, or an older release with what becomes of it.
   *
   * @category models
   * @since 0.1.0
   */
  Item,
  /**
   * A plan of a release.
   *
   * **Details**
   *
   * - `dropletName`: the Droplet's name
   * - `name`: what the image is going to be called
   * - `plannedAt`: when the plan was made
   * - `known`: the Droplet's snapshots at that time; another image of the series, at most a day older than the plan, is
   *   this release
   * - `image`: the image, when a release is finished that was begun; else null
   * - `retire`: what becomes of older releases
   *
   * @category models
   * @since 0.1.0
   */
  ReleasePlan,
  /**
   * Why a step is not done.
   *
   * @category models
   * @since 0.1.0
   */
  RunError,
  /**
   * What a step that is done holds: the image of `snapshot`, `check` and `arrive`, the action of a transfer or of power,
   * and null of a tag and a deletion.
   *
   * @category models
   * @since 0.1.0
   */
  Value
} from "./internal/release/model.ts"

export {
  /**
   * An option that cannot be meant, or not with the others: a region that does not exist, a name that is none of the
   * series, a tag that is no tag's name.
   *
   * @category errors
   * @since 0.1.0
   */
  InvalidRelease,
  /**
   * The image that was made is not what was asked for; it stays, untagged.
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
 * The tag that every finished release carries.
 *
 * @category models
 * @since 0.1.0
 */
export const mark: string = Planning.mark

/**
 * Why there is no plan. Nothing has been done.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = Rotate.PlanError | InvalidRelease | UnknownName

/**
 * What a run tells.
 *
 * @category models
 * @since 0.1.0
 */
export type ReleaseEvent = Event.Event<Item, Value, RunError>

/**
 * What became of each step and of each older release that was to go.
 *
 * @category models
 * @since 0.1.0
 */
export type ReleaseReport = Report.Report<Item, Value, RunError>

/**
 * Looks at the Droplet and the series, and plans. Regions are checked before anything is begun, unless the token may not
 * list them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: (
  options: Options
) => Effect.Effect<ReleasePlan, PlanError, Droplets | Images | Snapshots | Regions> = Effect.fn("Release.plan")(
  Planning.plan
)

/**
 * Does what a plan says, or less.
 *
 * **Details**
 *
 * A step that is not done ends those after it; only `power_on` is tried all the same. A snapshot that is under way on the
 * Droplet is waited for first, whoever began it, to see whether it is this release.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (
  plan: ReleasePlan,
  options: RunOptions = {}
): Stream.Stream<ReleaseEvent, never, Droplets | Images | Snapshots | Tags | Actions.Actions> =>
  Event.stream((tell: Event.Tell<Item, Value, RunError>) => Running.run(plan, options, tell))

/**
 * Plans and runs, and answers what became of each step.
 *
 * @category combinators
 * @since 0.1.0
 */
export const release = Effect.fn("Release.release")(function* (
  options: Options & RunOptions
): Effect.fn.Return<ReleaseReport, PlanError, Droplets | Images | Snapshots | Regions | Tags | Actions.Actions> {
  return yield* Report.of(run(yield* plan(options), options))
})

/**
 * The image of a release as last seen; none when there is none yet.
 *
 * @category getters
 * @since 0.1.0
 */
export const imageOf = ({ results }: ReleaseReport): Option.Option<Image.Image> => {
  const images = results.flatMap(({ outcome }) =>
    outcome._tag === "Done" && Predicate.hasProperty(outcome.value, "size_gigabytes") ? [outcome.value] : []
  )
  return Option.fromNullishOr(images.at(-1))
}
