/**
 * A snapshot of a Droplet under a name, taken once: what is there is found, what is under way is waited for, and only
 * then another is begun.
 *
 * DigitalOcean's action of a snapshot tells no name. So a snapshot that somebody began a moment ago, this job before it
 * crashed or another, is waited for until its image is listed and shows whose it is.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import type * as Image from "@effect-digitalocean/client/Image"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { follow } from "./internal/follow.ts"
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
 * - `name`: what the snapshot is called if it is the one looked for; a `SnapshotNotFound` tells it
 * - `wait`: for actions
 * - `appears`: how long an image may take to be listed after its action has completed, by default 5 minutes
 * - `changed`: told the states of the actions that are waited for
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  readonly name?: string | undefined
  readonly wait?: Actions.AwaitOptions | undefined
  readonly appears?: Duration.Input | undefined
  readonly changed?: ((action: Action.Action) => Effect.Effect<void>) | undefined
}

/**
 * Reads the latest 50 actions on a Droplet, and its snapshots after them. Two requests.
 *
 * @category constructors
 * @since 0.1.0
 */
export const look = Effect.fn("DropletSnapshot.look")(function* (
  droplet: Droplet.Ref
): Effect.fn.Return<State, DigitalOceanError, Droplets> {
  const droplets = yield* Droplets
  const actions = yield* Stream.runCollect(Stream.take(droplets.actions(droplet, { per_page: 50 }), 50))
  const snapshots = yield* Stream.runCollect(droplets.snapshots(droplet))
  return { actions, snapshots: snapshots.toSorted(newestFirst) }
})

/**
 * The action of a snapshot whose image is not listed yet: under way, or completed a moment ago.
 *
 * @category getters
 * @since 0.1.0
 */
export const underWay = (
  { actions, snapshots }: State,
  now: DateTime.Utc,
  appears: Duration.Input = defaultAppears
): Option.Option<Action.Action> => {
  const recent = DateTime.subtractDuration(now, appears)
  return Option.fromNullishOr(
    actions.find(
      (action) =>
        isSnapshot(action) &&
        (Action.isInProgress(action) ||
          (Action.isCompleted(action) &&
            action.completed_at !== null &&
            DateTime.isGreaterThan(action.completed_at, recent) &&
            !snapshots.some(isOf(action))))
    )
  )
}

/**
 * Waits for a snapshot that is under way, and for its image to be listed, whatever its name; none when it errored. Fails
 * with `SnapshotNotFound` when the image is not listed in time: taking another might make a second one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const join = Effect.fn("DropletSnapshot.join")(function* (
  droplet: Droplet.Ref,
  action: Action.Action,
  { appears = defaultAppears, changed = () => Effect.void, name = "", wait }: Options = {}
): Effect.fn.Return<
  Option.Option<Image.Image>,
  DigitalOceanError | Actions.ActionTimedOut | Actions.ActionGone | Droplet.SnapshotNotFound,
  Droplets | Actions.Actions
> {
  const ended = yield* Effect.result(follow(action, changed, wait))
  if (ended._tag === "Failure") {
    return ended.failure._tag === "ActionErrored" ? Option.none() : yield* Effect.fail(ended.failure)
  }
  const listed = Effect.map(look(droplet), ({ snapshots }) => Option.fromNullishOr(snapshots.find(isOf(action))))
  const found = yield* Effect.repeat(listed, {
    until: Option.isSome,
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: appears })
  })
  if (Option.isSome(found)) return found
  return yield* new Droplet.SnapshotNotFound({
    droplet_id: Droplet.idOf(droplet),
    name,
    action: ended.success,
    detail: "no image made since the action began is listed"
  })
})

/**
 * Begins a snapshot. When nobody knows whether it was begun, its action is looked for among those that `state` does not
 * know; it is not begun again.
 *
 * `POST /v2/droplets/{droplet_id}/actions`, once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = Effect.fn("DropletSnapshot.begin")(function* (droplet: Droplet.Ref, name: string, state: State) {
  const droplets = yield* Droplets
  const known = new Set(state.actions.map(({ id }) => id))
  const begun = Effect.map(look(droplet), ({ actions }) =>
    Option.fromNullishOr(actions.find((action) => isSnapshot(action) && !known.has(action.id)))
  )
  return yield* Reconcile.orFind(droplets.snapshot(droplet, name), begun)
})

const defaultAppears: Duration.Input = "5 minutes"

/** DigitalOcean does not say in which order it lists them. */
const newestFirst = (a: Image.Image, b: Image.Image): number =>
  DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at) || b.id - a.id

const isSnapshot = ({ type }: Action.Action): boolean => type.toLowerCase() === "snapshot"

/** Timestamps are told to the second; a Droplet does one thing at a time, so its next image is of a later action. */
const isOf =
  ({ started_at }: Action.Action) =>
  ({ created_at }: Image.Image): boolean =>
    DateTime.toEpochMillis(created_at) + 1000 > DateTime.toEpochMillis(started_at)
