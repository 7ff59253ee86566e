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
import { formatDuration } from "../model/formatDuration.ts"
import { taggedError } from "../model/taggedError.ts"

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
export class ImageUnavailable extends taggedError<ImageUnavailable>()("ImageUnavailable", {
  /** the id of the image */
  id: Image.Id,
  /** the status of the image */
  status: Schema.String,
  /** why it cannot become available */
  detail: Schema.String,
  /** the last known state; null if it is deleted */
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
export class ImageTimedOut extends taggedError<ImageTimedOut>()("ImageTimedOut", {
  /** the id of the image */
  id: Image.Id,
  /** the last known state; null if no poll returned any */
  image: Schema.NullOr(Image.Image),
  /** how long was waited */
  elapsed: DurationFromMillis,
  /** how many polls were sent */
  polls: Schema.Int
}) {
  /** Only the wait ended: DigitalOcean continues the work. */
  get isUnfinished(): true {
    return true
  }

  override get message(): string {
    const status = this.image === null ? "has an unknown status" : `is ${echo(this.image.status)}`
    return `image ${this.id} ${status} after ${formatDuration(this.elapsed)}; wait for ${this.id} again to continue`
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
   * Returns the newest action of an image in progress, or null if no action is in progress. A 404 for the list means a
   * deleted image only if `get` also returns 404.
   */
  const current = (id: Image.Id, page: Effect.Effect<Page<Action.Action>, DigitalOceanError>) =>
    page.pipe(
      Effect.flatMap(({ items, next, total }) => {
        const pending = items.find((action) => Action.isInProgress(action) && (action.resource_id ?? id) === id) ?? null
        // without an action in progress, the first page is sufficient only if it contains all actions
        return pending === null && (next !== null || items.length < total)
          ? Effect.map(images.currentAction(id), (found) => Option.getOrUndefined(found) ?? null)
          : Effect.succeed(pending)
      }),
      Effect.catch((error) =>
        error.reason._tag === "NotFound"
          ? Effect.flatMap(images.find(id), (found) =>
              Option.isNone(found) ? Effect.succeed(null) : Effect.fail(error)
            )
          : Effect.fail(error)
      )
    )

  const awaitIdle: Waits["awaitIdle"] = Effect.fn("Images.awaitIdle")(function* (image, options = {}) {
    const id = Image.idOf(image)
    type State = Action.Action | null
    const join = Effect.map(
      actionPoller.join(),
      (startPoll): Wait.StartPoll<State> =>
        (poll) => {
          const { due, last } = poll
          return last && !Action.isDone(last)
            ? startPoll({ ...poll, last }, { id: last.id, pollVia: options.pollVia })
            : Effect.map(actionPoller.startImagePoll(id, due), (pending) => ({
                ...pending,
                result: current(id, pending.result)
              }))
        }
    )
    yield* Wait.awaitFinal<State, Actions.ActionTimedOut | ImageTimedOut>({
      operation: "Images.awaitIdle",
      initial: undefined,
      join,
      input: (last, time) => actionPoller.input(last ?? undefined, time),
      isFinal: (last) => last === null,
      // after an action another one can be in progress
      isOutdated: (last) => last !== null && Action.isDone(last),
      waitOptions: options,
      onNotFound: ({ elapsed, polls }) => new ImageTimedOut({ id, image: null, elapsed, polls }),
      onTimeout: ({ elapsed, last, polls }) =>
        last
          ? new Actions.ActionTimedOut({ id: last.id, action: last, elapsed, polls })
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
      join: imagePoller.join({ id, pollVia: options.pollVia }, initial),
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
