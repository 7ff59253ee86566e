/**
 * Images in regions: makes these images be in these regions, and does only what is missing.
 *
 * A region where an image is already is skipped, a transfer that is under way is joined, and the others run at once up
 * to a bound. Each image and region has an outcome of its own, so that a region that does not exist fails alone. A
 * region cannot be taken back, and costs nothing: DigitalOcean prices an image, not its copies.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type * as Stream from "effect/Stream"
import * as Cost from "./Cost.ts"
import * as Event from "./Event.ts"
import { followed } from "./internal/actions/follow.ts"
import { atLeastOne } from "./internal/steps.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import * as Report from "./Report.ts"

/**
 * What to have where.
 *
 * **Details**
 *
 * - `images`: each of these
 * - `regions`: in each of these
 * - `convertBackups`: make a snapshot of a backup first, for only those can be transferred. By default a backup is
 *   refused, because the snapshot costs what the backup did not.
 * - `prices`: what images cost, by default `Cost.prices`
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  readonly images: Iterable<Image.Ref>
  readonly regions: Iterable<Region.Ref>
  readonly convertBackups?: boolean | undefined
  readonly prices?: Cost.Prices | undefined
}

/**
 * How to run.
 *
 * **Details**
 *
 * - `concurrency`: how many transfers may be under way at once, by default 8, at the least 1
 * - `wait`: how to wait for each
 *
 * @category options
 * @since 0.1.0
 */
export interface RunOptions {
  readonly concurrency?: number | undefined
  readonly wait?: Actions.AwaitOptions | undefined
}

/**
 * An image and a region; `region` is null for the conversion of a backup.
 *
 * **Details**
 *
 * `verb` is `transfer`, `convert`, `join` (under way already), `skip` (there already) or `refuse` (cannot be).
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Plan.Item {
  readonly verb: "transfer" | "convert" | "join" | "skip" | "refuse"
  readonly image: Image.Id
  readonly region: Region.Slug | null
}

/**
 * A plan of transfers.
 *
 * @category models
 * @since 0.1.0
 */
export type ReplicatePlan = Plan.Plan<Item>

/**
 * An image that cannot be transferred as it is.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotTransferable extends Schema.TaggedError<NotTransferable>("@effect-digitalocean/jobs/NotTransferable")(
  "NotTransferable",
  {
    image: Image.Id,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `image ${this.image} cannot be transferred: ${this.problem}`
  }
}

/**
 * Why an image is not in a region.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError =
  | DigitalOceanError
  | NotTransferable
  | Ensure.NotABackup
  | Actions.ActionErrored
  | Actions.ActionNotFound

/**
 * What a run tells. `Done` holds the action that has completed, this run's or one that was joined.
 *
 * @category models
 * @since 0.1.0
 */
export type ReplicateEvent = Event.Event<Item, Action.Action, RunError>

/**
 * What became of each image and region.
 *
 * @category models
 * @since 0.1.0
 */
export type ReplicateReport = Report.Report<Item, Action.Action, RunError>

/**
 * Looks at the images, and plans. An image that does not exist is refused in the plan.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = Effect.fn("Replicate.plan")(function* (
  options: Options
): Effect.fn.Return<ReplicatePlan, DigitalOceanError, Images> {
  const ids = [...new Set(Array.from(options.images, Image.idOf))]
  const states = yield* Effect.forEach(
    ids,
    (id) =>
      Effect.catchReason(Ensure.inspectImage(id), "DigitalOceanError", "NotFound", () =>
        Effect.succeed({ missing: id })
      ),
    { concurrency: 8 }
  )
  return planOf(states, options)
})

/**
 * Plans for images that have been looked at already: a pure function.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planOf = (
  states: Iterable<Ensure.ImageState | { readonly missing: Image.Id }>,
  options: Pick<Options, "regions" | "convertBackups" | "prices">
): ReplicatePlan => {
  const regions = [...new Set(Array.from(options.regions, Region.slugOf))]
  const items = Array.from(states, (state) =>
    "missing" in state ? refusals(state.missing, regions) : itemsOf(state, regions, options)
  )
  const lookups = items.reduce((sum, ofImage) => sum + lookupsOf(ofImage), 0)
  return Plan.make("replicate", items.flat(), lookups)
}

/**
 * Transfers what a plan says, or less: every image is looked at again before anything is begun.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (
  plan: ReplicatePlan,
  { concurrency = 8, wait }: RunOptions = {}
): Stream.Stream<ReplicateEvent, never, Images | Actions.Actions> =>
  Event.stream((tell: Event.Tell<Item, Action.Action, RunError>) =>
    Effect.flatMap(Semaphore.make(atLeastOne(concurrency)), (bound) =>
      Effect.forEach(
        Map.groupBy(plan.items, ({ image }) => image),
        ([image, items]) => runImage(image, items, { tell, wait, bound }),
        { concurrency: "unbounded", discard: true }
      )
    )
  )

/**
 * Plans and runs, and answers what became of each image and region.
 *
 * @category combinators
 * @since 0.1.0
 */
export const replicate = Effect.fn("Replicate.replicate")(function* (
  options: Options & RunOptions
): Effect.fn.Return<ReplicateReport, DigitalOceanError, Images | Actions.Actions> {
  return yield* Report.of(run(yield* plan(options), options))
})

const itemsOf = (
  state: Ensure.ImageState,
  regions: ReadonlyArray<Region.Slug>,
  { convertBackups = false, prices }: Pick<Options, "convertBackups" | "prices">
): ReadonlyArray<Item> => {
  const { image } = state
  const make = (verb: Item["verb"], region: Region.Slug | null, detail: string, cost = Cost.zero): Item => ({
    verb,
    subject: Plan.nameOf(image),
    detail,
    changes: verb === "transfer" || verb === "convert" ? 1 : 0,
    cost,
    image: image.id,
    region
  })
  const isBackup = Image.isBackup(image) && !Ensure.isConverted(state)
  const problem = problemOf(image, isBackup && !convertBackups)
  const transfers = regions.map((region) => {
    if (Ensure.hasRegion(state, region)) return make("skip", region, `in ${region} already`)
    if (problem !== undefined) return make("refuse", region, problem)
    const joined = Ensure.transferInProgress(state, region)
    return Option.isSome(joined)
      ? make("join", region, `to ${region}, under way already as action ${joined.value.id}`)
      : make("transfer", region, `to ${region}`)
  })
  if (!isBackup || !transfers.some(({ verb }) => verb === "transfer")) return transfers
  const cost = Cost.of([{ ...image, type: "snapshot" }], prices)
  const joined = Ensure.conversionInProgress(state)
  const convert = Option.isSome(joined)
    ? make("join", null, `its conversion, under way already as action ${joined.value.id}`, cost)
    : make("convert", null, "only a snapshot can be transferred", cost)
  return [convert, ...transfers]
}

const problemOf = (image: Image.Image, isRefusedBackup: boolean): string | undefined => {
  if (image.public) return "it is public, and not of this account"
  if (!Image.isAvailable(image)) return `it is not available (${image.status || "no status"})`
  return isRefusedBackup ? "it is a backup; convertBackups makes a snapshot of it first" : undefined
}

const refusals = (image: Image.Id, regions: ReadonlyArray<Region.Slug>): ReadonlyArray<Item> =>
  regions.map((region) => ({
    verb: "refuse",
    subject: String(image),
    detail: "it does not exist, or this token may not see it",
    changes: 0,
    cost: Cost.zero,
    image,
    region
  }))

/** A look is two requests; after a conversion there is another. */
const lookupsOf = (items: ReadonlyArray<Item>): number =>
  items.every(isIdle) ? 0 : items.some(({ region }) => region === null) ? 4 : 2

const isIdle = ({ verb }: Item): boolean => verb === "skip" || verb === "refuse"

interface Running {
  readonly tell: Event.Tell<Item, Action.Action, RunError>
  readonly wait: Actions.AwaitOptions | undefined
  readonly bound: Semaphore.Semaphore
}

const runImage = Effect.fnUntraced(function* (image: Image.Id, items: ReadonlyArray<Item>, running: Running) {
  const { bound, tell } = running
  for (const item of items.filter(isIdle)) yield* Event.item(tell, item, () => idle(item))
  const rest = items.filter((item) => !isIdle(item))
  if (rest.length === 0) return
  const conversion = rest.find(({ region }) => region === null)
  const state = yield* bound.withPermits(1)(Effect.result(ready(image, conversion, running)))
  yield* Effect.forEach(
    rest.filter((item) => item !== conversion),
    (item) =>
      bound.withPermits(1)(
        Event.item(tell, item, (changed) =>
          Effect.flatMap(Effect.fromResult(state), (state) =>
            followed(Ensure.transfer(state, item.region!), changed, running.wait, `in ${item.region} already`)
          )
        )
      ),
    { concurrency: "unbounded", discard: true }
  )
})

const idle = (item: Item): Effect.Effect<Outcome.Outcome<Action.Action, never>, NotTransferable> =>
  item.verb === "skip"
    ? Effect.succeed(Outcome.skipped(item.detail))
    : Effect.fail(new NotTransferable({ image: item.image, problem: item.detail }))

/** An image that can be transferred: looked at, and converted if the plan says so. */
const ready = Effect.fnUntraced(function* (image: Image.Id, conversion: Item | undefined, { tell, wait }: Running) {
  if (conversion === undefined) return yield* Ensure.inspectImage(image)
  const outcome = yield* Event.item(tell, conversion, (changed) =>
    Effect.flatMap(Ensure.inspectImage(image), (state) =>
      followed(Ensure.conversion(state), changed, wait, "it is a snapshot already")
    )
  )
  // what is waiting for the conversion ends as it did
  return yield* Outcome.isGood(outcome) ? Ensure.inspectImage(image) : Effect.fail(outcome.error)
})
