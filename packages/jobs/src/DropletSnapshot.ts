/**
 * A snapshot of a Droplet under a name, taken once: an image that exists is found, a snapshot in progress is waited for,
 * and only then another is started.
 *
 * The action of a snapshot does not contain its name. A snapshot that was started a moment ago, by this job before it
 * crashed or by another client, is therefore waited for until its image is listed and shows its name.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { catchNotFound, type DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import type * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { follow } from "./internal/actions/follow.ts"
import { recentActions } from "./internal/actions/recentActions.ts"
import * as Reconcile from "./Reconcile.ts"

/**
 * A Droplet's snapshots and the latest actions on it, newest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly snapshots: ReadonlyArray<Image.Image>
  readonly actions: ReadonlyArray<Action.Action>
}

/**
 * How to wait.
 *
 * **Details**
 *
 * - `name`: what the snapshot is called if it is the one looked for; a `SnapshotNotFound` contains it
 * - `wait`: how to wait for actions
 * - `appears`: how long an image may take to be listed after its action has completed, by default 5 minutes
 * - `changed`: called with each state of the actions that are waited for
 * - `before`: the state before the action was started, whose snapshots are not the one looked for
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  readonly name?: string | undefined
  readonly wait?: Actions.AwaitOptions | undefined
  readonly appears?: Duration.Input | undefined
  readonly changed?: ((action: Action.Action) => Effect.Effect<void>) | undefined
  readonly before?: State | undefined
}

/**
 * Reads the latest 50 actions on a Droplet, and its snapshots after them, both newest first. Two requests.
 *
 * @category constructors
 * @since 0.1.0
 */
export const look = Effect.fn("DropletSnapshot.look")(function* (
  droplet: Droplet.Ref
): Effect.fn.Return<State, DigitalOceanError, Droplets> {
  const droplets = yield* Droplets
  const actions = yield* recentActions(droplets.actions(droplet, { per_page: 50 }), 50)
  const snapshots = yield* Stream.runCollect(droplets.snapshots(droplet))
  return { actions, snapshots: snapshots.toSorted(newestImageFirst) }
})

/**
 * The action of a snapshot whose image is not listed yet: in progress, or completed a moment ago.
 *
 * **Details**
 *
 * What the response leaves out is unknown, not absent: a completed snapshot without `completed_at` may have completed a
 * moment ago if it was started within a day, and an action without a `type` may be a snapshot.
 *
 * @category getters
 * @since 0.1.0
 */
export const underWay = (
  { actions, snapshots }: State,
  now: DateTime.Utc,
  appears: Duration.Input = defaultAppears
): Option.Option<Action.Action> => {
  const isRecent = (time: DateTime.Utc, age: Duration.Input) =>
    DateTime.isGreaterThan(time, DateTime.subtractDuration(now, age))
  const mayLackImage = (action: Action.Action): boolean => {
    if (Action.isInProgress(action)) return true
    if (!Action.isCompleted(action) || snapshots.some(isOf(action))) return false
    if (action.completed_at !== null) return isRecent(action.completed_at, appears)
    return isRecent(action.started_at, isSnapshot(action) ? "1 day" : appears)
  }
  return Option.fromNullishOr(actions.find((action) => mayBeSnapshot(action) && mayLackImage(action)))
}

/**
 * Waits for a snapshot that is in progress, and for its image to be listed and readable, whatever its name; none when
 * the snapshot errored, or when an action of unknown type made no image. Fails with `SnapshotNotFound` when the image of
 * a snapshot is not listed in time: taking another might make a second one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const join = Effect.fn("DropletSnapshot.join")(function* (
  droplet: Droplet.Ref,
  action: Action.Action,
  options: Options = {}
): Effect.fn.Return<
  Option.Option<Image.Image>,
  DigitalOceanError | Actions.ActionTimedOut | Actions.ActionNotFound | Droplet.SnapshotNotFound,
  Droplets | Images | Actions.Actions
> {
  const found = awaitImage(droplet, action, options).pipe(
    Effect.map(Option.some),
    Effect.catchTag("ActionErrored", () => Effect.succeedNone)
  )
  return yield* action.type === "" ? Effect.catchTag(found, "SnapshotNotFound", () => Effect.succeedNone) : found
})

/**
 * As {@link join}, for a snapshot that has to succeed: fails with `ActionErrored` when it did not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const awaitImage = Effect.fn("DropletSnapshot.awaitImage")(function* (
  droplet: Droplet.Ref,
  action: Action.Action,
  { appears = defaultAppears, before, changed = () => Effect.void, name = "", wait }: Options = {}
): Effect.fn.Return<
  Image.Image,
  | DigitalOceanError
  | Actions.ActionErrored
  | Actions.ActionTimedOut
  | Actions.ActionNotFound
  | Droplet.SnapshotNotFound,
  Droplets | Images | Actions.Actions
> {
  const images = yield* Images
  const existed = new Set(before?.snapshots.map(({ id }) => id))
  const ended = yield* follow(action, changed, wait)
  const listed = Effect.flatMap(look(droplet), ({ snapshots }) => {
    // the next image of the Droplet, not a later one
    const row = snapshots.findLast((image) => isOf(action)(image) && !existed.has(image.id))
    return row === undefined ? Effect.succeedNone : catchNotFound(images.get(row.id))
  })
  const found = yield* Effect.repeat(listed, {
    until: Option.isSome,
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: appears })
  })
  if (Option.isSome(found)) return found.value
  return yield* new Droplet.SnapshotNotFound({
    droplet_id: Droplet.idOf(droplet),
    name,
    action: ended,
    detail: "no image created since the action started is listed"
  })
})

/**
 * Starts a snapshot. When it is not known whether it was started, its action is looked for among those that `state` does
 * not contain; it is not started again.
 *
 * `POST /v2/droplets/{droplet_id}/actions`, once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = Effect.fn("DropletSnapshot.begin")(function* (droplet: Droplet.Ref, name: string, state: State) {
  const droplets = yield* Droplets
  const known = new Set(state.actions.map(({ id }) => id))
  const started = Effect.map(look(droplet), ({ actions }) =>
    Option.fromNullishOr(actions.find((action) => mayBeSnapshot(action) && !known.has(action.id)))
  )
  return yield* Reconcile.orFind(droplets.snapshot(droplet, name), started)
})

/**
 * True for the action of a snapshot, and for one whose type is not returned.
 *
 * @category predicates
 * @since 0.1.0
 */
export const mayBeSnapshot = (action: Action.Action): boolean => isSnapshot(action) || action.type === ""

const defaultAppears: Duration.Input = "5 minutes"

const newestImageFirst = (a: Image.Image, b: Image.Image): number =>
  DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at) || b.id - a.id

const isSnapshot = ({ type }: Action.Action): boolean => type.toLowerCase() === "snapshot"

/** Timestamps have whole seconds; a Droplet does one thing at a time, so its next image is of a later action. */
const isOf =
  ({ started_at }: Action.Action) =>
  ({ created_at }: Image.Image): boolean =>
    DateTime.toEpochMillis(created_at) + 1000 > DateTime.toEpochMillis(started_at)
