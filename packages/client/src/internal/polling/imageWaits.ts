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
import type { Page } from "../../Page.ts"
import { redact } from "../../Redaction.ts"
import { DurationFromMillis } from "../model/durationFromMillis.ts"
import { echo } from "../response/echo.ts"
import { isSettled, makeImagePoller } from "./imagePoller.ts"
import { makeActionPoller } from "./actionPoller.ts"
import * as Wait from "../waiting/waitLoop.ts"

/**
 * The import of a custom image failed, or the image was deleted, so it will not become available.
 *
 * **Details**
 *
 * `status` is `deleted` or `retired`, or `gone` if the image was not found. `detail` is DigitalOcean's reason, trimmed,
 * or empty. `image` is the last known state.
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
 * The timeout of a wait for an image elapsed, or its schedule ended. The operation continues at DigitalOcean: to
 * continue the wait, wait for `id` again.
 *
 * @category errors
 * @since 0.1.0
 */
export class ImageTimedOut extends Schema.TaggedError<ImageTimedOut>("@effect-digitalocean/client/ImageTimedOut")(
  "ImageTimedOut",
  {
    id: Image.Id,
    image: Schema.NullOr(Image.Image),
    elapsed: DurationFromMillis,
    polls: Schema.Int
  }
) {
  override get message(): string {
    const status = this.image === null ? "has an unknown status" : `is ${echo(this.image.status)}`
    return `image ${this.id} ${status} after ${Duration.format(this.elapsed)}; wait for ${this.id} again to continue`
  }
}

/** Returns DigitalOcean's reason, redacted: it can contain the URL of the import, with its signature. */
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

/** Creates the waits for images; documented at `Images`. */
export const make = (
  client: DigitalOceanClient["Service"],
  images: {
    readonly find: (image: Image.Ref) => Effect.Effect<Option.Option<Image.Image>, DigitalOceanError>
    readonly currentAction: (image: Image.Ref) => Effect.Effect<Option.Option<Action.Action>, DigitalOceanError>
  }
): Waits => {
  const actionPoller = makeActionPoller(client)
  const imagePoller = makeImagePoller(client)

  /**
   * Returns the newest action of an image in progress. A 404 for the list means a deleted image only if `get` also
   * returns 404.
   */
  const current = (id: Image.Id, page: Effect.Effect<Page<Action.Action>, DigitalOceanError>) =>
    page.pipe(
      Effect.flatMap(({ items, next, total }) => {
        const pending = items.find(Action.isInProgress)
        // without an action in progress, the first page is sufficient only if it contains all actions
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
    type State = Option.Option<Action.Action>
    const join = Effect.map(
      actionPoller.join(),
      (wait): Wait.StartPoll<State> =>
        (poll) => {
          const pending = poll.last === undefined ? undefined : Option.getOrUndefined(poll.last)
          return pending === undefined || Action.isDone(pending)
            ? Effect.map(actionPoller.startImagePoll(id, poll.due), (pending) => ({
                ...pending,
                result: current(id, pending.result)
              }))
            : Effect.map(
                actionPoller.startPoll(wait, pending.id, options.pollVia, { ...poll, last: pending }),
                (pending) => ({ ...pending, result: Effect.asSome(pending.result) })
              )
        }
    )
    yield* Wait.awaitFinal<State, Actions.ActionTimedOut | ImageTimedOut>({
      operation: "Images.awaitIdle",
      initial: undefined,
      join,
      input: (last, time) => actionPoller.input(last && Option.getOrUndefined(last), time),
      isFinal: Option.isNone,
      // after an action another one can be in progress
      isOutdated: Option.exists(Action.isDone),
      waitOptions: options,
      onNotFound: ({ elapsed, polls }) => new ImageTimedOut({ id, image: null, elapsed, polls }),
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
    const initial = Predicate.isNumber(image) ? undefined : image
    return Wait.awaitFinal<Image.Image, ImageUnavailable | ImageTimedOut>({
      operation: "Images.awaitAvailable",
      initial,
      join: Effect.map(
        imagePoller.join(id, initial),
        (wait): Wait.StartPoll<Image.Image> =>
          (poll) =>
            imagePoller.startPoll(wait, id, options.pollVia, poll)
      ),
      input: (_, time) => imagePoller.input(time),
      isFinal: isSettled,
      waitOptions: options,
      onNotFound: ({ last }) => unavailable(last, "gone"),
      onTimeout: ({ elapsed, last, polls }) => new ImageTimedOut({ id, image: last ?? null, elapsed, polls })
    }).pipe(
      Effect.flatMap((image) =>
        Image.isDeleted(image) ? Effect.fail(unavailable(image, image.status)) : Effect.succeed(image)
      )
    )
  })
  return { awaitIdle, awaitAvailable }
}
