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
import * as Cost from "../Cost.ts"
import * as Event from "../Event.ts"
import * as Outcome from "../Outcome.ts"
import * as Plan from "../Plan.ts"
import { TagsNotVisible } from "../Retention.ts"
import { followed } from "./actions/follow.ts"

/** A step of a job that works on one image: `target` is the region, the tag or the name it is about. */
export interface Step<K extends string = string> extends Plan.Item {
  readonly step: K
  readonly target: string | null
}

export const make = <K extends string>(
  step: K,
  subject: string,
  detail: string,
  options: {
    readonly target?: string
    readonly verb?: string
    readonly changes?: number
    readonly cost?: Cost.Cost
  } = {}
): Step<K> => ({
  step,
  subject,
  detail,
  target: options.target ?? null,
  verb: options.verb ?? step,
  changes: options.verb === undefined ? (options.changes ?? 1) : 0,
  cost: options.cost ?? Cost.zero
})

/** Transfers of an image to regions, as steps; of one that is not made yet, all of them. */
export const transfers = (
  subject: string,
  regions: Iterable<Region.Ref>,
  state: Ensure.ImageState | undefined,
  home: ReadonlyArray<Region.Slug>
): ReadonlyArray<Step<"transfer">> =>
  [...new Set(Array.from(regions, Region.slugOf))].map((target) => {
    if (state === undefined ? home.includes(target) : Ensure.hasRegion(state, target)) {
      return make("transfer", subject, `in ${target} already`, { target, verb: "skip" })
    }
    const joined = state === undefined ? Option.none() : Ensure.transferInProgress(state, target)
    return Option.isSome(joined)
      ? make("transfer", subject, `to ${target}, under way already as action ${joined.value.id}`, {
          target,
          verb: "join"
        })
      : make("transfer", subject, `to ${target}`, { target })
  })

/** A tag that there is not yet is refused, made, and put. */
const ofNewTag = 3

/** Tags on an image, as steps; on one that is not made yet, all of them. */
export const tags = (
  subject: string,
  wanted: Iterable<string>,
  image: Image.Image | undefined
): Effect.Effect<ReadonlyArray<Step<"tag">>, TagsNotVisible> =>
  Effect.map(image === undefined ? Effect.succeed([...wanted]) : missingTags(image, wanted), (missing) =>
    [...new Set(wanted)].map((target) =>
      missing.includes(target)
        ? make("tag", subject, `with ${target}`, { target, changes: ofNewTag })
        : make("tag", subject, `with ${target} already`, { target, verb: "skip" })
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

/** What is wrong with tags that are to be put, before anything is begun; undefined when nothing is. */
export const problemOfTags = (wanted: Iterable<string>): string | undefined => {
  const wrong = [...wanted].find((tag) => !isTagName(tag))
  return wrong === undefined
    ? undefined
    : `expected 1 to 255 letters, digits, colons, dashes and underscores, got ${JSON.stringify(wrong)}`
}

const isTagName = Schema.is(Tag.Name)

/** What is not done stops what comes after it. */
export interface Sequence<I, A, E> {
  readonly tell: Event.Tell<I, A, E>
  /** why the rest is not begun; undefined while all is well */
  stopped: string | undefined
}

/** What every error of the client and of the jobs has. */
interface Told {
  readonly _tag: string
  readonly message: string
}

type Work<A, E extends Told, R> = (
  changed: (action: Action.Action) => Effect.Effect<void>
) => Effect.Effect<Outcome.Outcome<A, E>, E | Outcome.TimeOut, R>

const after = (item: Plan.Item) => `not begun, because this is not done: ${Plan.line(item)}`

/** Works on an item, unless one before it did not end well: then it is skipped, and says which that was. */
export const step = <I extends Plan.Item, A, E extends Told, R>(
  sequence: Sequence<I, A, E>,
  item: I,
  work: Work<A, E, R>
): Effect.Effect<Outcome.Outcome<A, E>, never, R> =>
  Effect.suspend(() => {
    const { stopped } = sequence
    return always(sequence, item, stopped === undefined ? work : () => Effect.succeed(Outcome.skipped(stopped)))
  })

/** Works on an item whatever went before. */
export const always = <I extends Plan.Item, A, E extends Told, R>(
  sequence: Sequence<I, A, E>,
  item: I,
  work: Work<A, E, R>
): Effect.Effect<Outcome.Outcome<A, E>, never, R> =>
  Effect.map(Event.item(sequence.tell, item, work), (outcome) => {
    if (!Outcome.isGood(outcome)) sequence.stopped ??= after(item)
    return outcome
  })

/** What needs nothing says so. */
export const idle =
  ({ detail }: Plan.Item) =>
  () =>
    Effect.succeed<Outcome.Outcome<never, never>>(Outcome.skipped(detail))

/**
 * Transfers an image to the regions that steps are about, up to a bound at once; one that fails loses no other, and stops
 * what comes after all of them.
 */
export const transferAll = <I extends Plan.Item, A, E extends Told>(
  sequence: Sequence<I, A | Action.Action, E | TransferError>,
  image: Image.Ref,
  items: ReadonlyArray<I & Step>,
  { concurrency = 8, wait }: TransferOptions
): Effect.Effect<void, never, Images | Actions.Actions> =>
  Effect.gen(function* () {
    const look = yield* Effect.cached(Ensure.inspectImage(image))
    const { stopped, tell } = sequence
    const transfer = (item: I & Step) =>
      step<I, A | Action.Action, E | TransferError, Images | Actions.Actions>({ tell, stopped }, item, (changed) =>
        item.verb === "skip"
          ? idle(item)()
          : Effect.flatMap(look, (state) =>
              followed(Ensure.transfer(state, item.target ?? ""), changed, wait, `in ${item.target} already`)
            )
      )
    const outcomes = yield* Effect.forEach(items, transfer, { concurrency: atLeastOne(concurrency) })
    const bad = items.find((_, i) => !Outcome.isGood(outcomes[i]!))
    if (bad !== undefined) sequence.stopped ??= after(bad)
  })

interface TransferOptions {
  readonly concurrency?: number | undefined
  readonly wait?: Actions.AwaitOptions | undefined
}

type TransferError = DigitalOceanError | Actions.ActionErrored | Actions.ActionNotFound

/** How many may be under way at once: a whole number from 1. */
export const atLeastOne = (concurrency: number): number => Math.max(1, Math.floor(concurrency) || 1)

/** Puts the tag a step is about on an image. */
export const tag = <R>(read: Effect.Effect<Image.Image, DigitalOceanError, R>, item: Step) =>
  Effect.gen(function* () {
    if (item.verb === "skip") return Outcome.skipped(item.detail)
    const image = yield* read
    const target = item.target ?? ""
    // where tags are not visible it is put all the same: that changes nothing if it is there
    const { _tag } = yield* Ensure.tag(image, target)
    return _tag === "Satisfied" ? Outcome.skipped(`with ${target} already`) : Outcome.done(null)
  })
