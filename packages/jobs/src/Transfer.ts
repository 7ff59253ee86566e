/**
 * An image in one more region: what is there is found, what is under way is joined, and only what is missing is begun.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Reconcile from "./Reconcile.ts"

/**
 * An image and the latest actions on it, newest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly image: Image.Image
  readonly actions: ReadonlyArray<Action.Action>
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
  const actions = yield* Stream.runCollect(Stream.take(images.actions(image, { per_page: 200 }), 200))
  return { image: yield* images.get(Image.idOf(image)), actions }
})

/**
 * The transfer to a region that is under way.
 *
 * @category getters
 * @since 0.1.0
 */
export const underWay = ({ actions }: State, region: Region.Ref): Option.Option<Action.Action> =>
  Option.fromNullishOr(actions.find((action) => isTo(Region.slugOf(region))(action) && Action.isInProgress(action)))

/**
 * Begins a transfer unless the image is there (none) or one is under way (its action). Nothing is begun twice: when the
 * POST's outcome is unknown, or it is refused because another was quicker, the image is looked at again.
 *
 * **Details**
 *
 * `POST /v2/images/{image_id}/actions`, once. `state` is what {@link look} saw; it may be old.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = Effect.fn("Transfer.begin")(function* (
  state: State,
  region: Region.Ref
): Effect.fn.Return<Option.Option<Action.Action>, DigitalOceanError, Images> {
  const { image } = state
  const slug = Region.slugOf(region)
  if (Image.isAvailableIn(slug)(image)) return Option.none()
  const joined = underWay(state, slug)
  if (Option.isSome(joined)) return joined
  const images = yield* Images
  return yield* Reconcile.once(Effect.map(images.transfer(image, slug), Option.some), look(image), (now) =>
    Image.isAvailableIn(slug)(now.image)
      ? Option.some(Option.none())
      : Option.map(Reconcile.newAction(isTo(slug), state.actions, now.actions), Option.some)
  )
})

const isTo =
  (slug: Region.Slug) =>
  ({ region, region_slug, type }: Action.Action): boolean =>
    type.toLowerCase() === "transfer" && (region_slug ?? region?.slug) === slug
