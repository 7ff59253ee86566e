import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import * as Tag from "@effect-digitalocean/client/Tag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Event from "../Event.ts"
import * as Item from "../Item.ts"
import * as Outcome from "../Outcome.ts"
import { TagsNotVisible } from "../Retention.ts"
import { followed } from "./actions/follow.ts"
import { makeBound } from "./bound.ts"

/** The transfer of an image to a region, as an item: to be run, joined, or skipped. */
export const transferTo = (state: Ensure.ImageState, target: Region.Slug): Item.Item<"transfer"> => {
  if (Ensure.hasRegion(state, target)) return Item.make("transfer", state.image, { target, decision: "skip" })
  const joined = Option.getOrUndefined(Ensure.transferInProgress(state, target))
  return Item.make(
    "transfer",
    state.image,
    joined === undefined ? { target } : { target, decision: "join", action: joined.id }
  )
}

/** The transfers of an image to regions, as items; of one that is not created yet, to all but those of `home`. */
export const transfers = (
  subject: Item.Subject,
  regions: Iterable<Region.Ref>,
  state: Ensure.ImageState | undefined,
  home: ReadonlyArray<Region.Slug>
): ReadonlyArray<Item.Item<"transfer">> =>
  [...new Set(Array.from(regions, Region.slugOf))].map((target) =>
    state === undefined
      ? Item.make("transfer", subject, { target, decision: home.includes(target) ? "skip" : "run" })
      : transferTo(state, target)
  )

/** A tag that does not exist yet is refused, created, and put. */
const requestsOfNewTag = 3

/** The tags of an image, as items; of one that is not created yet, all of them. */
export const tags = (
  subject: Item.Subject,
  wanted: Iterable<string>,
  image: Image.Image | undefined
): Effect.Effect<ReadonlyArray<Item.Item<"tag">>, TagsNotVisible> =>
  Effect.map(image === undefined ? Effect.succeed([...wanted]) : missingTags(image, wanted), (missing) =>
    [...new Set(wanted)].map((target) =>
      Item.make(
        "tag",
        subject,
        missing.includes(target) ? { target, changes: requestsOfNewTag } : { target, decision: "skip" }
      )
    )
  )

/** The tags of a list that an image does not carry; fails when its tags are not visible. */
const missingTags = (
  image: Image.Image,
  wanted: Iterable<string>
): Effect.Effect<ReadonlyArray<string>, TagsNotVisible> =>
  image.tags === null
    ? Effect.fail(new TagsNotVisible({ image: image.id, rule: "tags" }))
    : Effect.succeed([...new Set(wanted)].filter((tag) => !Image.hasTag(tag)(image)))

/** Returns what is wrong with tags, before anything is started; undefined when nothing is. */
export const problemOfTags = (wanted: Iterable<string>): string | undefined => {
  const wrong = [...wanted].find((tag) => !isTagName(tag))
  return wrong === undefined
    ? undefined
    : `expected 1 to 255 letters, digits, colons, dashes and underscores, got ${JSON.stringify(wrong)}`
}

const isTagName = Schema.is(Tag.Name)

/** Items that are worked on one after the other: one that is not done stops those after it. */
export interface Sequence<in I, in A, in E> {
  readonly emitter: Event.Emitter<I, A, E>
  /** why the others are not started; undefined while all is well */
  stopped: string | undefined
}

type Work<A, E extends Outcome.TaggedError, R> = (
  progressed: (action: Action.Action) => Effect.Effect<void>
) => Effect.Effect<Outcome.Outcome<A, E>, E, R>

const after = (item: Item.Item) => `not started, because this is not done: ${Item.format(item)}`

/** Works on an item. If one before it was not done, it is skipped, and names that one. */
export const step = <I extends Item.Item, A, E extends Outcome.TaggedError, R>(
  sequence: Sequence<I, A, E>,
  item: I,
  work: Work<A, E, R>
): Effect.Effect<Outcome.Outcome<A, E>, never, R> =>
  Effect.suspend(() => {
    const { stopped } = sequence
    return always(sequence, item, stopped === undefined ? work : () => Effect.succeed(Outcome.skipped(stopped)))
  })

/** Works on an item, whatever the outcome of those before it. */
export const always = <I extends Item.Item, A, E extends Outcome.TaggedError, R>(
  sequence: Sequence<I, A, E>,
  item: I,
  work: Work<A, E, R>
): Effect.Effect<Outcome.Outcome<A, E>, never, R> =>
  Effect.map(Event.item(sequence.emitter, item, work), (outcome) => {
    if (!Outcome.isSuccess(outcome)) sequence.stopped ??= after(item)
    return outcome
  })

/** The work of an item that is not run: it is skipped, as its plan says. */
export const idle = (item: Item.Item) => () =>
  Effect.succeed<Outcome.Outcome<never, never>>(Outcome.skipped(Item.details(item)))

/**
 * Transfers the image that was inspected to the regions of these items, up to a limit at once. One that fails stops no
 * other transfer, and all items after them.
 */
export const transferAll = <I extends Item.Item, A, E extends Outcome.TaggedError>(
  sequence: Sequence<I, A | Action.Action, E | TransferError>,
  inspect: Effect.Effect<Ensure.ImageState, DigitalOceanError, Images>,
  items: ReadonlyArray<I>,
  { concurrency, wait }: TransferOptions
): Effect.Effect<void, never, Images | Actions.Actions> =>
  Effect.gen(function* () {
    const bound = yield* makeBound(concurrency)
    const { emitter, stopped } = sequence
    const transfer = (item: I) =>
      step<I, A | Action.Action, E | TransferError, Images | Actions.Actions>(
        { emitter, stopped },
        item,
        (progressed) =>
          Item.isWork(item)
            ? bound.startAndWait(
                Effect.flatMap(inspect, (state) => Ensure.transfer(state, item.target ?? "")),
                (result) => followed(result, progressed, wait, Item.already(item))
              )
            : idle(item)()
      )
    const outcomes = yield* Effect.forEach(items, transfer, { concurrency: "unbounded" })
    const failed = items.find((_, i) => !Outcome.isSuccess(outcomes[i]!))
    if (failed !== undefined) sequence.stopped ??= after(failed)
  })

interface TransferOptions {
  readonly concurrency?: number | undefined
  readonly wait?: Actions.AwaitOptions | undefined
}

type TransferError = DigitalOceanError | Actions.ActionErrored | Actions.ActionNotFound | Actions.ActionTimedOut

/** Puts the tag of an item on an image, and returns the image with it. */
export const tag = Effect.fnUntraced(function* (image: Image.Image, item: Item.Item) {
  const target = item.target ?? ""
  if (!Item.isWork(item)) return Outcome.skipped(Item.details(item))
  // where tags are not visible it is put all the same: that changes nothing if the image has it
  const { _tag } = yield* Ensure.tag(image, target)
  if (_tag === "Satisfied") return Outcome.skipped(Item.already(item))
  return Outcome.done<Image.Image>({ ...image, tags: image.tags === null ? null : [...image.tags, target] })
})
