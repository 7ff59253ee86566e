import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Action from "../../Action.ts"
import * as Actions from "../../Actions.ts"
import { catchNotFound, type DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Droplet from "../../Droplet.ts"
import { Droplets } from "../../Droplets.ts"
import type * as Image from "../../Image.ts"
import { Images } from "../../Images.ts"
import * as ServerTime from "../../ServerTime.ts"
import { awaitAction } from "./events.ts"
import * as Lock from "./lock.ts"
import { type Joined, type Options, type Requested, requested, type Satisfied } from "./model.ts"
import * as Operation from "./operation.ts"
import { recentOfDroplet } from "./recentActions.ts"
import * as Start from "./startSnapshot.ts"

/** Documented at `Ensure`. */
export interface SnapshotState {
  /** the images of the Droplet, newest first */
  readonly snapshots: ReadonlyArray<Image.Image>
  /** the latest actions of the Droplet, newest first */
  readonly actions: ReadonlyArray<Action.Action>
  /** when both were read, by DigitalOcean's clock */
  readonly readAt: DateTime.Utc
}

/** Documented at `Ensure`. */
export interface SnapshotOptions extends Options {
  /** the name of the image */
  readonly name: string
  /** which images are that snapshot, by default those with the name */
  readonly isTaken?: ((image: Image.Image) => boolean) | undefined
  /** actions that are known to create a different image */
  readonly except?: Iterable<Action.Ref> | undefined
  /** how long an image may take to be listed after its action has completed, by default 5 minutes */
  readonly imageVisibilityTimeout?: Duration.Input | undefined
}

/** Documented at `Ensure`. */
export interface Taken extends Satisfied {
  /** the image that is there */
  readonly image: Image.Image
}

/** Documented at `Ensure`. */
export interface AwaitImageOptions extends Pick<Options, "wait" | "onProgress"> {
  /** the expected name of the image; a `SnapshotNotFound` contains it */
  readonly name?: string | undefined
  /** how long the image may take to be listed after the action has completed, by default 5 minutes */
  readonly imageVisibilityTimeout?: Duration.Input | undefined
  /** the state before the snapshot was started, whose images are not the new one */
  readonly before?: Pick<SnapshotState, "snapshots"> | undefined
}

/** Documented at `Ensure`. */
export const inspectSnapshots = Effect.fn("Ensure.inspectSnapshots")(function* (
  droplet: Droplet.Ref
): Effect.fn.Return<SnapshotState, DigitalOceanError, Droplets> {
  const droplets = yield* Droplets
  const actions = yield* recentOfDroplet(droplets, droplet)
  const snapshots = yield* Stream.runCollect(droplets.snapshots(droplet))
  return { actions, snapshots: snapshots.toSorted(newestImageFirst), readAt: yield* ServerTime.now }
})

/** Documented at `Ensure`. */
export const snapshotInProgress = (
  { actions, readAt, snapshots }: SnapshotState,
  {
    except = [],
    imageVisibilityTimeout = defaultVisibility
  }: Pick<SnapshotOptions, "except" | "imageVisibilityTimeout"> = {}
): Option.Option<Action.Action> => {
  const excluded = new Set(Array.from(except, Action.idOf))
  const isRecent = (time: DateTime.Utc, age: Duration.Input) =>
    DateTime.isGreaterThan(time, DateTime.subtractDuration(readAt, age))
  const mayLackImage = (action: Action.Action): boolean => {
    if (Action.isInProgress(action)) return true
    if (!Action.isCompleted(action) || snapshots.some(Start.mayBeImageOf(action))) return false
    if (action.completed_at !== null) return isRecent(action.completed_at, imageVisibilityTimeout)
    return isRecent(action.started_at, action.type !== "" ? "1 day" : imageVisibilityTimeout)
  }
  return Option.fromNullishOr(
    actions.find((action) => Start.mayBeSnapshot(action) && !excluded.has(action.id) && mayLackImage(action))
  )
}

/** Documented at `Ensure`. */
export const snapshot = Effect.fn("Ensure.snapshot")(function* (
  droplet: Droplet.Ref,
  options: SnapshotOptions
): Effect.fn.Return<
  Requested | Joined | Taken,
  DigitalOceanError | Droplet.EventPending | Actions.ActionTimedOut,
  Droplets | Images | Actions.Actions
> {
  const droplets = yield* Droplets
  const images = yield* Images
  const { name, isTaken = (image) => image.name === name } = options
  const taken = (image: Image.Image): Taken => ({
    _tag: "Satisfied",
    reason: `image ${image.id} (${image.name}) is that snapshot already`,
    image
  })
  /** A listing may leave out a name. */
  const named = (row: Image.Image) =>
    row.name !== ""
      ? Effect.succeed(row)
      : Effect.map(catchNotFound(images.get(row.id)), (image) => Option.getOrElse(image, () => row))
  const inspect = Effect.gen(function* () {
    const state = yield* inspectSnapshots(droplet)
    return { ...state, snapshots: yield* Effect.forEach(state.snapshots, named) }
  })
  return yield* Operation.ensure<SnapshotState, Taken, Droplet.EventPending, Droplets>(
    {
      inspect,
      send: () => droplets.snapshot(droplet, name),
      findNew: (before, now) => Start.findNewSnapshot(before.actions, now.actions),
      joinsAfterRefusal: false,
      satisfied: ({ snapshots }) => {
        const image = snapshots.find(isTaken)
        return image === undefined ? undefined : taken(image)
      },
      actions: ({ actions }) => actions,
      inProgress: (state) => snapshotInProgress(state, options),
      compare: (action) => (Start.mayBeSnapshot(action) ? "same" : "other"),
      isExclusive: true,
      isLocked: Start.isSnapshotLocked
    },
    yield* Actions.Actions,
    undefined,
    options
  )
})

/** Documented at `Ensure`. */
export const startSnapshot = Effect.fn("Ensure.startSnapshot")(function* (
  droplet: Droplet.Ref,
  name: string,
  state: Pick<SnapshotState, "actions">,
  options: Options = {}
): Effect.fn.Return<Action.Action, DigitalOceanError | Droplet.EventPending, Droplets> {
  const droplets = yield* Droplets
  const snapshot = (ref: Droplet.Ref) => Lock.retryNotFound(droplets.snapshot(ref, name), options.notFoundGracePeriod)
  const recent = (ref: Droplet.Ref) => recentOfDroplet(droplets, ref)
  const start = Start.startSnapshot({ snapshot, recent }, droplet, name, state.actions)
  const { wrapRequest } = options
  if (wrapRequest === undefined) return yield* start
  return (yield* wrapRequest(Effect.map(start, requested))).action
})

/** Documented at `Ensure`. */
export const joinSnapshot = Effect.fn("Ensure.joinSnapshot")(function* (
  droplet: Droplet.Ref,
  action: Action.Action,
  options: AwaitImageOptions = {}
): Effect.fn.Return<
  Option.Option<Image.Image>,
  DigitalOceanError | Actions.ActionTimedOut | Actions.ActionNotFound | Droplet.SnapshotNotFound,
  Droplets | Images | Actions.Actions
> {
  const found = awaitSnapshotImage(droplet, action, options).pipe(
    Effect.map(Option.some),
    Effect.catchTag("ActionErrored", () => Effect.succeedNone)
  )
  return yield* action.type === "" ? Effect.catchTag(found, "SnapshotNotFound", () => Effect.succeedNone) : found
})

/** Documented at `Ensure`. */
export const awaitSnapshotImage = Effect.fn("Ensure.awaitSnapshotImage")(function* (
  droplet: Droplet.Ref,
  action: Action.Action,
  options: AwaitImageOptions = {}
): Effect.fn.Return<
  Image.Image,
  | DigitalOceanError
  | Actions.ActionErrored
  | Actions.ActionTimedOut
  | Actions.ActionNotFound
  | Droplet.SnapshotNotFound,
  Droplets | Images | Actions.Actions
> {
  const { before, imageVisibilityTimeout = defaultVisibility, name = "" } = options
  const images = yield* Images
  const existed = new Set(before?.snapshots.map(({ id }) => id))
  const ended = yield* awaitAction(yield* Actions.Actions, action, options)
  const listed = Effect.flatMap(inspectSnapshots(droplet), ({ snapshots }) => {
    // a Droplet does one thing at a time: its next image is the one of the action, not a later one
    const row = snapshots.findLast((image) => Start.mayBeImageOf(action)(image) && !existed.has(image.id))
    return row === undefined ? Effect.succeedNone : catchNotFound(images.get(row.id))
  })
  const found = yield* Effect.repeat(listed, {
    until: Option.isSome,
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: imageVisibilityTimeout })
  })
  if (Option.isSome(found)) return found.value
  return yield* new Droplet.SnapshotNotFound({
    droplet_id: Droplet.idOf(droplet),
    image_name: name,
    action: ended,
    detail: "no image created since the action started is listed"
  })
})

export { isSnapshotLocked, mayBeImageOf, mayBeSnapshot } from "./startSnapshot.ts"

const defaultVisibility: Duration.Input = "5 minutes"

const newestImageFirst = (a: Image.Image, b: Image.Image): number =>
  DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at) || b.id - a.id
