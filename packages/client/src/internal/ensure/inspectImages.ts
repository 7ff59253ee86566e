import * as Action from "../../Action.ts"
import { Actions } from "../../Actions.ts"
import { catchNotFound, type DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Image from "../../Image.ts"
import { Images } from "../../Images.ts"
import * as ServerTime from "../../ServerTime.ts"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type ImageState, inspectImage } from "./images.ts"
import { newestFirst } from "./recentActions.ts"

/**
 * Up to this many images are read individually: 3.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxIndividualReads = 3

/** How old an action may be that is looked for in the account's list. DigitalOcean refuses what an older one prevents. */
const actionAge = { hours: 24 }

/**
 * The states of images, by id.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageStates = ReadonlyMap<Image.Id, ImageState>

/**
 * Reads images, and the latest actions on them before that. An image that does not exist, or that the token cannot read, is
 * not in the result.
 *
 * **Details**
 *
 * Up to {@link maxIndividualReads} images take two requests each. More of them are read by the lists of the account's
 * actions and private images, 200 rows a request: the actions are those of the last 24 hours, so an older one is only
 * noticed when DigitalOcean refuses a request because of it. Images that are not listed are read individually; so are all
 * of them if the token cannot read the account's actions, if these take more requests, or if the lists are inconsistent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const inspectImages = Effect.fn("Ensure.inspectImages")(function* (
  ids: ReadonlyArray<Image.Id>
): Effect.fn.Return<ImageStates, DigitalOceanError, Images | Actions> {
  const states = ids.length <= maxIndividualReads ? undefined : yield* inspectByListings(ids)
  const others = yield* inspectEach(ids.filter((id) => states?.has(id) !== true))
  return new Map([...(states ?? []), ...others])
})

/** Undefined where the listings are no use. */
const inspectByListings = Effect.fnUntraced(
  function* (ids: ReadonlyArray<Image.Id>) {
    const actions = yield* recentActions(ids.length)
    if (actions === undefined) return undefined
    const readAt = yield* ServerTime.now
    const images = yield* Images
    const wanted = new Set(ids)
    // in this order a transfer that ends in between is seen in the image, and not overlooked in both
    const listed = yield* Stream.runCollect(Stream.filter(images.list({ private: true }), ({ id }) => wanted.has(id)))
    const states = listed.map((image) => [image.id, { image, actions: actions.get(image.id) ?? [], readAt }] as const)
    return new Map<Image.Id, ImageState>(states)
  },
  // rows that shift while a listing is read do not matter to images that are read one by one
  Effect.catchReason("DigitalOceanError", "PaginationError", () => Effect.undefined)
)

/**
 * Reads the actions in progress on images, at most one for each.
 *
 * **Details**
 *
 * Up to {@link maxIndividualReads} images take a request each; for more of them the list of the account's actions of the
 * last 24 hours is read, if the token can read it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const actionsInProgress = Effect.fn("Ensure.actionsInProgress")(function* (
  ids: ReadonlyArray<Image.Id>
): Effect.fn.Return<ReadonlyMap<Image.Id, Action.Action>, DigitalOceanError, Images | Actions> {
  const listed =
    ids.length <= maxIndividualReads ? Option.none() : yield* listActionsInProgress({ maxPages: ids.length })
  if (Option.isSome(listed)) {
    const wanted = new Set(ids)
    return new Map([...listed.value].filter(([id]) => wanted.has(id)))
  }
  const images = yield* Images
  const entries = yield* Effect.forEach(
    ids,
    (id) =>
      Effect.map(
        catchNotFound(images.currentAction(id)),
        (action) => [id, Option.getOrUndefined(Option.flatten(action))] as const
      ),
    { concurrency: 8 }
  )
  return new Map(entries.flatMap(([id, action]) => (action === undefined ? [] : [[id, action] as const])))
})

/**
 * Reads the actions in progress on all images from the list of the account's actions of the last 24 hours, at most one for
 * each image. Returns `None` if the token cannot read that list, if it has more than `maxPages` pages of 200 rows, or if a
 * row does not contain what it changes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listActionsInProgress = Effect.fn("Ensure.listActionsInProgress")(function* ({
  maxPages
}: {
  readonly maxPages: number
}): Effect.fn.Return<Option.Option<ReadonlyMap<Image.Id, Action.Action>>, DigitalOceanError, Actions> {
  const listed = yield* recentActions(maxPages)
  if (listed === undefined) return Option.none()
  const entries = [...listed].map(([id, actions]) => [id, actions.find(Action.isInProgress)] as const)
  return Option.some(new Map(entries.flatMap(([id, action]) => (action === undefined ? [] : [[id, action] as const]))))
})

const inspectEach = (ids: ReadonlyArray<Image.Id>) =>
  Effect.forEach(
    ids,
    (id) =>
      Effect.map(inspectImage(id), (state) => [[id, state] as const]).pipe(
        Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.succeed([]))
      ),
    { concurrency: 8 }
  ).pipe(Effect.map((entries): ImageStates => new Map(entries.flat())))

/**
 * The account's actions on images that started within {@link actionAge}, by image. Undefined where the token cannot read
 * them, where there are too many pages, and where a row does not say what it changes: it may be about any image.
 */
const recentActions = Effect.fnUntraced(
  function* (maxPages: number) {
    const actions = yield* Actions
    const since = DateTime.subtract(yield* ServerTime.now, actionAge)
    const all: Array<Action.Action> = []
    let isOrdered = true
    let isWhole = true
    yield* Stream.runForEachWhile(actions.list(), (action) =>
      Effect.sync(() => {
        const previous = all.at(-1)
        // DigitalOcean does not document the order: a listing in another order is read to its end
        isOrdered &&= previous === undefined || newestFirst(previous, action) <= 0
        isWhole = all.length < maxPages * rowsPerPage
        all.push(action)
        // one row shows no order: it may be the first of a listing that begins with the oldest
        const isLast = isOrdered && previous !== undefined && DateTime.isLessThan(action.started_at, since)
        return isWhole && !isLast
      })
    )
    const isUnknown = ({ resource_id, resource_type }: Action.Action) => resource_id === null || resource_type === ""
    if (!isWhole || all.some(isUnknown)) return undefined
    const ofImages = all.filter(({ resource_type }) => resource_type.toLowerCase() === "image")
    return Map.groupBy(ofImages.toSorted(newestFirst), ({ resource_id }) => Image.idOf(resource_id ?? 0))
  },
  Effect.catchReason("DigitalOceanError", "Forbidden", () => Effect.undefined)
)

const rowsPerPage = 200
