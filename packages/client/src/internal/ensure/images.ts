import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Action from "../../Action.ts"
import * as Actions from "../../Actions.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Image from "../../Image.ts"
import { Images } from "../../Images.ts"
import * as Reconcile from "../../Reconcile.ts"
import * as Region from "../../Region.ts"
import * as ServerTime from "../../ServerTime.ts"
import { type Options, type Result, satisfied } from "./model.ts"
import * as Operation from "./operation.ts"
import { recentActions } from "./recentActions.ts"
import { taggedError } from "../model/taggedError.ts"

/** Documented at `Ensure`. */
export interface ImageState {
  /** the image as it was read */
  readonly image: Image.Image
  /** its latest actions, newest first */
  readonly actions: ReadonlyArray<Action.Action>
  /** when both were read, by DigitalOcean's clock */
  readonly readAt: DateTime.Utc
}

/** Documented at `Ensure`. */
export class NotABackup extends taggedError<NotABackup>()("NotABackup", {
  /** the image, which is not a backup */
  image: Image.Image
}) {
  override get message(): string {
    const { id, name, type } = this.image
    return `image ${id} (${name}) is not a backup but ${type || "of an unknown type"}: only a backup can be converted`
  }
}

/** Documented at `Ensure`. */
export const inspectImage = Effect.fn("Ensure.inspectImage")(function* (
  image: Image.Ref
): Effect.fn.Return<ImageState, DigitalOceanError, Images> {
  const images = yield* Images
  // in this order a transfer that completes in between is visible in the image, and not missed in both
  const actions = yield* recentActions(images.actions(image, { per_page: 200 }), 200)
  return { image: yield* images.get(Image.idOf(image)), actions, readAt: yield* ServerTime.now }
})

/** Documented at `Ensure`. */
export const hasRegion = (state: ImageState, region: Region.Ref): boolean => {
  const slug = Region.slugOf(region)
  const isTransferThere = (action: Action.Action) => compareTransfer(slug)(action) === "same"
  return Image.isAvailableIn(slug)(state.image) || state.actions.some(isRecentlyCompleted(state, isTransferThere))
}

/** Documented at `Ensure`. */
export const transferInProgress = ({ actions }: ImageState, region: Region.Ref): Option.Option<Action.Action> =>
  inProgress(actions, compareTransfer(Region.slugOf(region)))

/** Documented at `Ensure`. */
export const isConverted = (state: ImageState): boolean =>
  Image.isSnapshot(state.image) ||
  state.actions.some(isRecentlyCompleted(state, (action) => compareConversion(action) === "same"))

/** Documented at `Ensure`. */
export const conversionInProgress = ({ actions }: ImageState): Option.Option<Action.Action> =>
  inProgress(actions, compareConversion)

/** Documented at `Ensure`. */
export const transfer = Effect.fn("Ensure.transfer")(function* (
  state: ImageState,
  region: Region.Ref,
  options: Options = {}
): Effect.fn.Return<Result, DigitalOceanError | Actions.ActionTimedOut, Images | Actions.Actions> {
  const images = yield* Images
  const slug = Region.slugOf(region)
  const compare = compareTransfer(slug)
  const { image } = state
  const already = satisfied(`image ${image.id} is in ${slug} already`)
  return yield* Operation.ensure(
    {
      ...operation(image, compare, (now) => transferInProgress(now, slug)),
      send: () => images.transfer(image, slug),
      satisfied: (now) => (hasRegion(now, slug) ? already : undefined),
      refused: (kind) => (kind === "already-there" ? already : undefined)
    },
    yield* Actions.Actions,
    state,
    options
  )
})

/** Documented at `Ensure`. */
export const conversion = Effect.fn("Ensure.conversion")(function* (
  state: ImageState,
  options: Options = {}
): Effect.fn.Return<Result, DigitalOceanError | NotABackup | Actions.ActionTimedOut, Images | Actions.Actions> {
  const images = yield* Images
  const { image } = state
  const already = satisfied(`image ${image.id} is a snapshot already`)
  return yield* Operation.ensure(
    {
      ...operation(image, compareConversion, conversionInProgress),
      send: () => images.convert(image),
      satisfied: (now) => (isConverted(now) ? already : undefined),
      validate: (now): Effect.Effect<void, NotABackup> =>
        Image.isBackup(now.image) ? Effect.void : Effect.fail(new NotABackup({ image: now.image }))
    },
    yield* Actions.Actions,
    state,
    options
  )
})

/** What the operations on an image share. Several actions may be in progress on it. */
const operation = (
  image: Image.Image,
  compare: Compare,
  inProgress: (state: ImageState) => Option.Option<Action.Action>
) => ({
  inspect: inspectImage(image),
  actions: ({ actions }: ImageState) => actions,
  inProgress,
  compare,
  findNew: (before: ImageState, now: ImageState) =>
    Reconcile.findNewAction((action) => compare(action) === "same", before.actions, now.actions),
  isExclusive: false,
  joinsAfterRefusal: true
})

type Compare = (action: Action.Action) => "same" | "unknown" | "other"

/** An action without a type may be a transfer, and one without a region may be one to this region. */
const compareTransfer =
  (slug: Region.Slug): Compare =>
  ({ region, region_slug, type }) => {
    const to = region_slug ?? region?.slug
    if (type !== "" && type.toLowerCase() !== "transfer") return "other"
    return to === undefined ? "unknown" : to === slug ? "same" : "other"
  }

const compareConversion: Compare = ({ type }) =>
  type === "" ? "unknown" : type.toLowerCase() === "convert" ? "same" : "other"

const inProgress = (actions: ReadonlyArray<Action.Action>, compare: Compare): Option.Option<Action.Action> =>
  Option.fromNullishOr(actions.find((action) => compare(action) === "same" && Action.isInProgress(action)))

/**
 * Returns whether an action completed so shortly before a state was read that the image may not show it yet: within 10
 * minutes.
 */
const isRecentlyCompleted =
  ({ readAt }: ImageState, isRequested: (action: Action.Action) => boolean) =>
  (action: Action.Action): boolean =>
    isRequested(action) &&
    Action.isCompleted(action) &&
    DateTime.isGreaterThan(DateTime.add(action.completed_at ?? action.started_at, { minutes: 10 }), readAt)
