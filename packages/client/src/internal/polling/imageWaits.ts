import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Action from "../../Action.ts"
import * as Actions from "../../Actions.ts"
import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Image from "../../Image.ts"
import { redact } from "../../Redaction.ts"
import { echo } from "../response/echo.ts"
import * as ImagePolls from "./imagePoller.ts"
import * as Polls from "./actionPoller.ts"
import * as Wait from "./waitLoop.ts"

/**
 * A custom image will not become available.
 *
 * **Details**
 *
 * `status` is `deleted` or `retired`, or `gone` when DigitalOcean does not know the image any more. `detail` is
 * DigitalOcean's reason, trimmed, or empty. `image` is the last state seen.
 *
 * @category errors
 * @since 0.1.0
 */
export class ImageUnavailable extends Schema.TaggedError<ImageUnavailable>(
  "@effect-digitalocean/client/ImageUnavailable"
)("ImageUnavailable", {
  id: Image.Id,
  status: Schema.String,
  detail: Schema.String,
  image: Schema.NullOr(Image.Image)
}) {
  override get message(): string {
    const why = this.detail === "" ? "DigitalOcean gives no reason" : echo(this.detail)
    return `image ${this.id} is ${echo(this.status)}, and will not become available: ${why}`
  }
}

/**
 * A wait for an image met its deadline, or its schedule ended. What was waited for goes on at DigitalOcean: wait for
 * `id` again to go on waiting.
 *
 * @category errors
 * @since 0.1.0
 */
export class ImageTimedOut extends Schema.TaggedError<ImageTimedOut>("@effect-digitalocean/client/ImageTimedOut")(
  "ImageTimedOut",
  {
    id: Image.Id,
    image: Schema.NullOr(Image.Image),
    elapsed: Schema.DurationFromMillis,
    polls: Schema.Int
  }
) {
  override get message(): string {
    const status = this.image === null ? "was not seen" : `was ${echo(this.image.status)}`
    return `image ${this.id} ${status} after ${Duration.format(this.elapsed)}; wait for ${this.id} again to go on`
  }
}

/** DigitalOcean's reason may quote the URL it fetched, with what signs it. */
const detailOf = (image: Image.Image | undefined): string => redact(image?.error_message?.trim() ?? "")

interface Waits {
  readonly awaitIdle: (
    image: Image.Ref,
    options?: Actions.AwaitOptions<unknown>
  ) => Effect.Effect<Option.Option<Image.Image>, DigitalOceanError | Actions.ActionTimedOut | ImageTimedOut>
  readonly awaitAvailable: (
    image: Image.Ref,
    options?: Actions.AwaitOptions<Image.Image>
  ) => Effect.Effect<Image.Image, DigitalOceanError | ImageUnavailable | ImageTimedOut>
}

/** Waiting for images; documented at `Images`. */
export const make = (
  client: DigitalOceanClient["Service"],
  images: {
    readonly find: (image: Image.Ref) => Effect.Effect<Option.Option<Image.Image>, DigitalOceanError>
    readonly currentAction: (image: Image.Ref) => Effect.Effect<Option.Option<Action.Action>, DigitalOceanError>
  }
): Waits => {
  const { action, ofImage, sleep } = Polls.of(client)
  const imagePolls = ImagePolls.of(client)

  /** The newest action of an image that has not ended. A 404 of the list is one of the image only if that is gone too. */
  const current = (id: Image.Id) =>
    ofImage(id).pipe(
      Effect.flatMap(({ items, next, total }) => {
        const pending = items.find(Action.isInProgress)
        // a page without all of its rows shows nothing
        return pending === undefined && (next !== null || items.length < total)
          ? images.currentAction(id)
          : Effect.succeed(Option.fromNullishOr(pending))
      }),
      Effect.catchReason("DigitalOceanError", "NotFound", (_, error) =>
        Effect.flatMap(images.find(id), (found) => (Option.isNone(found) ? Effect.succeedNone : Effect.fail(error)))
      )
    )

  const awaitIdle: Waits["awaitIdle"] = Effect.fn("Images.awaitIdle")(function* (image, options = {}) {
    const id = Image.idOf(image)
    const still = (pending: Action.Action) =>
      Effect.flatMap(action(pending.id, pending, options.pollVia), (now) =>
        Action.isDone(now) ? current(id) : Effect.succeedSome(now)
      )
    yield* Wait.last<Option.Option<Action.Action>, Actions.ActionTimedOut | ImageTimedOut>({
      operation: "Images.awaitIdle",
      initial: undefined,
      poll: (last) => (last !== undefined && Option.isSome(last) ? still(last.value) : current(id)),
      sleep,
      isLast: Option.isNone,
      patience: { ...options, schedule: options.schedule ?? Actions.schedule },
      onGone: ({ elapsed, polls }) => new ImageTimedOut({ id, image: null, elapsed, polls }),
      onTimeout: ({ elapsed, last, polls }) =>
        last !== undefined && Option.isSome(last)
          ? new Actions.ActionTimedOut({ id: last.value.id, action: last.value, elapsed, polls })
          : new ImageTimedOut({ id, image: null, elapsed, polls })
    })
    return yield* images.find(image)
  })

  const awaitAvailable: Waits["awaitAvailable"] = Effect.fn("Images.awaitAvailable")((image, options = {}) => {
    const id = Image.idOf(image)
    const unavailable = (image: Image.Image | undefined, status: string) =>
      new ImageUnavailable({ id, status, detail: detailOf(image), image: image ?? null })
    return Wait.last<Image.Image, ImageUnavailable | ImageTimedOut>({
      operation: "Images.awaitAvailable",
      initial: Predicate.isNumber(image) ? undefined : image,
      poll: () => imagePolls.image(id, options.pollVia),
      sleep: imagePolls.sleep,
      isLast: (image) => Image.isAvailable(image) || Image.isDeleted(image),
      patience: { ...options, schedule: options.schedule ?? Actions.schedule },
      onGone: ({ last }) => unavailable(last, "gone"),
      onTimeout: ({ elapsed, last, polls }) => new ImageTimedOut({ id, image: last ?? null, elapsed, polls })
    }).pipe(
      Effect.flatMap((image) =>
        Image.isDeleted(image) ? Effect.fail(unavailable(image, image.status)) : Effect.succeed(image)
      )
    )
  })
  return { awaitIdle: awaitIdle, awaitAvailable }
}
