/**
 * An image in one more region: a transfer that is not needed or in progress is not started again.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { follow } from "./internal/actions/follow.ts"
import { recentActions } from "./internal/actions/recentActions.ts"
import * as Reconcile from "./Reconcile.ts"

/**
 * An image and the latest actions on it, newest first, as they were at `readAt`.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly image: Image.Image
  readonly actions: ReadonlyArray<Action.Action>
  readonly readAt: DateTime.Utc
}

/**
 * Reads an image, and the latest 200 actions on it before. Two requests.
 *
 * @category constructors
 * @since 0.1.0
 */
export const look = Effect.fn("Transfer.look")(function* (
  image: Image.Ref
): Effect.fn.Return<State, DigitalOceanError, Images> {
  const images = yield* Images
  // in this order a transfer that ends in between is seen in the image, and not overlooked in both
  const actions = yield* recentActions(images.actions(image, { per_page: 200 }), 200)
  return { image: yield* images.get(Image.idOf(image)), actions, readAt: yield* ServerTime.now }
})

/**
 * The transfer to a region that is in progress.
 *
 * @category getters
 * @since 0.1.0
 */
export const underWay = ({ actions }: State, region: Region.Ref): Option.Option<Action.Action> =>
  Option.fromNullishOr(actions.find((action) => isTo(Region.slugOf(region))(action) && Action.isInProgress(action)))

/**
 * True when an image is available in a region, or a transfer there completed a moment ago: the image may be read without
 * the region for a while after that.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isThere = (state: State, region: Region.Ref): boolean => {
  const slug = Region.slugOf(region)
  return Image.isAvailableIn(slug)(state.image) || state.actions.some(isRecentlyCompleted(state, isTo(slug)))
}

/**
 * Whether an action of a kind completed so short a time before a state was read that the image may not show it yet: 10
 * minutes.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isRecentlyCompleted =
  ({ readAt }: State, is: (action: Action.Action) => boolean) =>
  (action: Action.Action): boolean =>
    is(action) &&
    Action.isCompleted(action) &&
    DateTime.isGreaterThan(DateTime.add(action.completed_at ?? action.started_at, { minutes: 10 }), readAt)

/**
 * Starts a transfer unless the image is there (none) or one is in progress (its action). Nothing is started twice: when
 * the outcome of the POST is unknown, or it is refused because another was quicker, the image is inspected again.
 *
 * **Details**
 *
 * `POST /v2/images/{image_id}/actions`, once. `state` is what {@link look} returned; it may be old. A transfer in
 * progress whose region the response leaves out may be the one: it is waited for first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = Effect.fn("Transfer.begin")(function* (
  state: State,
  region: Region.Ref
): Effect.fn.Return<
  Option.Option<Action.Action>,
  DigitalOceanError | Actions.ActionTimedOut | Actions.ActionNotFound,
  Images | Actions.Actions
> {
  const slug = Region.slugOf(region)
  const known = yield* whenRegionsKnown(state)
  if (isThere(known, slug)) return Option.none()
  const joined = underWay(known, slug)
  if (Option.isSome(joined)) return joined
  const images = yield* Images
  return yield* Reconcile.once(Effect.map(images.transfer(known.image, slug), Option.some), look(known.image), (now) =>
    isThere(now, slug)
      ? Option.some(Option.none())
      : Option.map(Reconcile.newAction(isTo(slug), known.actions, now.actions), Option.some)
  )
})

/** A state without a transfer in progress to an unknown region. */
const whenRegionsKnown = Effect.fnUntraced(function* (state: State) {
  const unknown = state.actions.filter(
    (action) => Action.isInProgress(action) && isTransfer(action) && regionOf(action) === undefined
  )
  if (unknown.length === 0) return state
  for (const action of unknown) {
    yield* Effect.catchTag(
      follow(action, () => Effect.void),
      "ActionErrored",
      () => Effect.void
    )
  }
  return yield* look(state.image)
})

/** An action without a type may be a transfer. */
const isTransfer = ({ type }: Action.Action): boolean => type === "" || type.toLowerCase() === "transfer"

const regionOf = ({ region, region_slug }: Action.Action): string | undefined => region_slug ?? region?.slug

const isTo =
  (slug: Region.Slug) =>
  (action: Action.Action): boolean =>
    isTransfer(action) && regionOf(action) === slug
