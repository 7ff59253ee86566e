import * as Action from "@effect-digitalocean/client/Action"
import { Actions } from "@effect-digitalocean/client/Actions"
import { catchNotFound, type DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Transfer from "../../Transfer.ts"
import { newestFirst } from "../actions/recentActions.ts"

/** How many images are read one by one: two requests each, where the listings take at least two. */
export const fewImages = 3

/** How old an action may be that is looked for in the account's list. DigitalOcean refuses what an older one prevents. */
const actionAge = { hours: 24 }

/** The states of images; an image that does not exist, or that the token cannot read, is not in the map. */
export type ImageStates = ReadonlyMap<Image.Id, Transfer.State>

/**
 * Reads images and the latest actions on them: a few images one by one, more of them by listings of the account, with 200
 * rows a request.
 *
 * The listing of actions ends with those that started 24 hours ago. It is not used where the token cannot read it, or
 * where it would take more requests than reading the images one by one.
 */
export const inspectImages = Effect.fnUntraced(function* (
  ids: ReadonlyArray<Image.Id>
): Effect.fn.Return<ImageStates, DigitalOceanError, Images | Actions> {
  const states = ids.length <= fewImages ? undefined : yield* inspectByListings(ids)
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
    return new Map<Image.Id, Transfer.State>(states)
  },
  // rows that shift while a listing is read do not matter to images that are read one by one
  Effect.catchReason("DigitalOceanError", "PaginationError", () => Effect.undefined)
)

/**
 * Reads the actions in progress on images: for a few images one by one, for more of them by the account's list, where the
 * token can read it.
 */
export const actionsInProgress = Effect.fnUntraced(function* (
  ids: ReadonlyArray<Image.Id>
): Effect.fn.Return<ReadonlyMap<Image.Id, Action.Action>, DigitalOceanError, Images | Actions> {
  const listed = ids.length <= fewImages ? undefined : yield* recentActions(ids.length)
  const images = yield* Images
  const entries = yield* Effect.forEach(
    ids,
    (id) =>
      listed === undefined
        ? Effect.map(
            catchNotFound(images.currentAction(id)),
            (action) => [id, Option.getOrUndefined(Option.flatten(action))] as const
          )
        : Effect.succeed([id, listed.get(id)?.find(Action.isInProgress)] as const),
    { concurrency: 8 }
  )
  return new Map(entries.flatMap(([id, action]) => (action === undefined ? [] : [[id, action] as const])))
})

const inspectEach = (ids: ReadonlyArray<Image.Id>) =>
  Effect.forEach(
    ids,
    (id) =>
      Effect.map(Transfer.look(id), (state) => [[id, state] as const]).pipe(
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
        return isWhole && !(isOrdered && DateTime.isLessThan(action.started_at, since))
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
