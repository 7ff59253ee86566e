/**
 * Converts a backup to a snapshot, so that it outlives its Droplet and can be transferred; never twice.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Reconcile from "./Reconcile.ts"
import * as Transfer from "./Transfer.ts"

/**
 * An image that is neither a backup nor a snapshot: there is nothing to convert.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotABackup extends Schema.TaggedError<NotABackup>("@effect-digitalocean/jobs/NotABackup")("NotABackup", {
  image: Image.Image
}) {
  override get message(): string {
    const { id, name, type } = this.image
    return `image ${id} (${name}) is no backup but ${type || "of an unknown type"}: only a backup can be converted`
  }
}

/**
 * True when an image is a snapshot, or its conversion completed a moment ago: it may be read as a backup for a while
 * after that.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isConverted = (state: Transfer.State): boolean =>
  Image.isSnapshot(state.image) || state.actions.some(Transfer.isRecentlyCompleted(state, isConversion))

/**
 * The conversion that is in progress.
 *
 * @category getters
 * @since 0.1.0
 */
export const underWay = ({ actions }: Transfer.State): Option.Option<Action.Action> =>
  Option.fromNullishOr(actions.find((action) => isConversion(action) && Action.isInProgress(action)))

/**
 * Starts a conversion unless the image is a snapshot (none) or one is in progress (its action). Nothing is started twice,
 * as with `Transfer.begin`.
 *
 * **Details**
 *
 * `POST /v2/images/{image_id}/actions`, once. `state` is what `Transfer.look` returned; it may be old.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = Effect.fn("Conversion.begin")(function* (
  state: Transfer.State
): Effect.fn.Return<Option.Option<Action.Action>, DigitalOceanError | NotABackup, Images> {
  const { image } = state
  if (isConverted(state)) return Option.none()
  if (!Image.isBackup(image)) return yield* new NotABackup({ image })
  const joined = underWay(state)
  if (Option.isSome(joined)) return joined
  const images = yield* Images
  return yield* Reconcile.once(Effect.map(images.convert(image), Option.some), Transfer.look(image), (now) =>
    isConverted(now)
      ? Option.some(Option.none())
      : Option.map(Reconcile.newAction(isConversion, state.actions, now.actions), Option.some)
  )
})

const isConversion = ({ type }: Action.Action): boolean => type.toLowerCase() === "convert"
