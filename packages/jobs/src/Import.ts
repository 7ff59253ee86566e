/**
 * Imports a custom image from a URL, waits until it is available, and transfers it to other regions.
 *
 * DigitalOcean downloads the image itself, which takes minutes or hours, and has no idempotency keys: an import is
 * identified by its name. If an image of that name exists, it is waited for instead of imported again, so that a run after a
 * crash continues the first one. DigitalOcean does not return from where an image was imported, so another URL with the same
 * name is the same import: give each version a name of its own.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { type CreateOptions, Images, ImageTimedOut, ImageUnavailable } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as Tag from "@effect-digitalocean/client/Tag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as JobEvent from "./Event.ts"
import { onceVisible } from "./internal/actions/onceVisible.ts"
import { AmbiguousName, findByName, reportOthers } from "./internal/import/search.ts"
import { type Needs, start } from "./internal/import/start.ts"
import { RegionRef } from "./internal/options/refs.ts"
import { Url, withoutSecrets } from "./internal/options/url.ts"
import { idle, type Sequence, step, transferAll, transfers } from "./internal/steps.ts"
import { UnknownName } from "./internal/unknownName.ts"
import { waitErrors } from "./internal/waitErrors.ts"
import * as JobItem from "./Item.ts"
import * as Job from "./Job.ts"
import * as Outcome from "./Outcome.ts"
import * as JobPlan from "./Plan.ts"
import type * as JobReport from "./Report.ts"

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Schema.Struct({
  /** identifies the import; the account may have one custom image of this name */
  name: Schema.String,
  /** see `Images.create` */
  url: Url,
  /** see `Images.create` */
  region: RegionRef,
  /** other regions to transfer the image to */
  regions: Schema.optional(Schema.Array(RegionRef)),
  /** see `Images.create` */
  distribution: Schema.optional(Image.Distribution),
  /** see `Images.create` */
  description: Schema.optional(Schema.String),
  /** see `Images.create` */
  tags: Schema.optional(Schema.Array(Schema.Union([Schema.String, Tag.Tag]))),
  /**
   * the maximum number of transfers in progress at once, by default 1,000, at least 1. It falls when DigitalOcean
   * refuses more.
   */
  concurrency: Schema.optional(Schema.Number)
})

/**
 * What to import.
 *
 * **Gotchas**
 *
 * Options, and a plan, which contains them, include the whole URL when they are stored: protect them if it is signed. The
 * texts of a plan and of its items contain neither credentials nor the query.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Schema.Schema.Type<typeof Options> {}

/**
 * How to run.
 *
 * @category options
 * @since 0.1.0
 */
export interface Arguments {
  /** how to wait for the import and for each transfer */
  readonly wait?: Actions.AwaitOptions<unknown> | undefined
}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = JobItem.schema(["import", "transfer"])

/**
 * The import, which is the first item, or a transfer to the region `target`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Schema.Schema.Type<typeof Item> {}

/**
 * Schema for a {@link Plan}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct(JobPlan.fields(Item, Options))

/**
 * A plan of an import and of transfers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

export {
  /**
   * Several custom images of the name are available, and it cannot be decided which is the import. Rename or delete all but
   * one.
   *
   * @category errors
   * @since 0.1.0
   */
  AmbiguousName,
  /**
   * A custom image whose name DigitalOcean does not return: it may be this import.
   *
   * @category errors
   * @since 0.1.0
   */
  UnknownName
}

/**
 * Schema for why there is no plan.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PlanError = Schema.Union([DigitalOceanError, UnknownName, AmbiguousName])

/**
 * Why there is no plan.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = typeof PlanError.Type

/**
 * Schema for why an image is not imported, or not in a region.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RunError = Schema.Union([...waitErrors, UnknownName, AmbiguousName, ImageUnavailable, ImageTimedOut])

/**
 * Why an image is not imported, or not in a region. A failed import is `ImageUnavailable`, with DigitalOcean's reason if it
 * returns one.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = typeof RunError.Type

/**
 * Schema for a {@link Value}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Value = Schema.Union([Image.Image, Action.Action])

/**
 * What `Done` contains: the available image, or the completed action of a transfer.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = typeof Value.Type

/**
 * An event of a run.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = JobEvent.Event<Item, Value, RunError>

/**
 * The outcome of the import and of each transfer.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = JobReport.Report<Item, Value, RunError>

/**
 * The job, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: Job.Job<Options, Plan, Item, Value, RunError, PlanError, Arguments, Images, Needs> = Job.make({
  name: "import",
  options: Options,
  plan: Plan,
  item: Item,
  value: Value,
  error: RunError,
  planError: PlanError,
  makePlan: (options: Options) => Effect.map(inspect(options.name), (state) => planOf(state, options)),
  work: (plan: Plan, emitter: JobEvent.Emitter<Item, Value, RunError>, args: Arguments) => runPlan(plan, emitter, args)
})

/**
 * Searches for an image of the name, and plans. The cost of an import is unknown, because its size is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Imports and transfers what a plan says, or less. If the import fails, no transfer is started.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run: typeof job.run = job.run

/**
 * Plans and runs, and returns the outcome of the import and of each transfer.
 *
 * @category combinators
 * @since 0.1.0
 */
export const execute: typeof job.execute = job.execute

/**
 * Plans for an image whose state is known, or undefined if no image has the name: a pure function.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planOf = (state: Ensure.ImageState | undefined, options: Options): Plan => {
  const home = Region.slugOf(options.region)
  const others = (options.regions ?? []).map(Region.slugOf).filter((region) => region !== home)
  const whole = importOf(state?.image, home, options)
  const subject = state?.image ?? { id: null, name: options.name }
  const wanted = state === undefined ? others : [home, ...others]
  const items = transfers(subject, wanted, state, []).map((item) =>
    whole.decision === "join" && item.decision === "run" ? { ...item, reason: "unless it is imported there" } : item
  )
  const lookups = JobItem.isWork(whole) || items.some(JobItem.isWork) ? 1 + 2 * items.filter(JobItem.isWork).length : 0
  return JobPlan.make("import", options, [whole, ...items], lookups)
}

const importOf = (image: Image.Image | undefined, target: Region.Slug, { name, url }: Options): Item => {
  if (image === undefined) {
    const cost = { usd: 0, unknown: 1 }
    return JobItem.make("import", { id: null, name }, { target, reason: `from ${withoutSecrets(url)}`, cost })
  }
  return Image.isAvailable(image)
    ? JobItem.make("import", image, {
        decision: "skip",
        reason: "imported already with this name, from this URL or another"
      })
    : JobItem.make("import", image, {
        decision: "join",
        reason: `in progress already (${image.status || "no status"})`
      })
}

/**
 * Starts an import, unless a custom image of the name exists or is being imported: then that image is returned. If it is
 * not known whether the import was started, the name is looked for.
 *
 * **Details**
 *
 * `POST /v2/images`, once. A failed import leaves an image that is `deleted`, and does not prevent another.
 *
 * Two processes may send the same import at the same moment. So the name is looked for again afterwards: immediately, and,
 * since an image may not be visible at first, after 12 seconds or when it is available. Of several images the one with the
 * lowest id stays, and a process whose request created another deletes that one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin: (
  options: CreateOptions
) => Effect.Effect<Image.Image, DigitalOceanError | UnknownName | AmbiguousName, Needs> =
  Effect.fn("Import.begin")(start)

const inspect = Effect.fnUntraced(function* (name: string) {
  const image = Option.getOrUndefined(yield* findByName(name))
  if (image === undefined) return undefined
  if (Image.isAvailable(image)) return yield* Ensure.inspectImage(image)
  return { image, actions: [], readAt: yield* ServerTime.now }
})

const runPlan = Effect.fnUntraced(function* (
  { items: [whole, ...transfers], options }: Plan,
  emitter: JobEvent.Emitter<Item, Value, RunError>,
  { wait }: Arguments
) {
  if (whole === undefined) return
  const sequence: Sequence<Item, Value, RunError> = { emitter, stopped: undefined }
  const outcome = yield* step<Item, Image.Image, RunError, Needs>(sequence, whole, () =>
    importImage(whole, options, wait)
  )
  const id = outcome._tag === "Done" ? outcome.value.id : whole.subject.id
  if (id === null) {
    for (const item of transfers) yield* step(sequence, item, idle(item))
    return
  }
  const inspect = yield* Effect.cached(onceVisible(Ensure.inspectImage(id)))
  yield* transferAll(sequence, inspect, transfers, { concurrency: options.concurrency, wait })
})

/** An image that the plan joins is not created again, also if it does not exist any more. */
const importImage = Effect.fnUntraced(function* (
  item: Item,
  options: Options,
  wait: Arguments["wait"]
): Effect.fn.Return<Outcome.Outcome<Image.Image, never>, RunError, Needs> {
  if (!JobItem.isWork(item)) return yield* idle(item)()
  const images = yield* Images
  const available = (image: Image.Ref) => images.awaitAvailable(image, wait)
  const image = yield* available(item.subject.id ?? (yield* begin(options))).pipe(
    // of two that were created at once, the process that created the other deletes it: the one that stays is found
    Effect.catchTag("ImageUnavailable", (error) =>
      Effect.flatMap(findByName(options.name), (other) =>
        Option.isSome(other) && other.value.id < error.id ? available(other.value) : Effect.fail(error)
      )
    )
  )
  yield* reportOthers(image)
  return Outcome.done(image)
})
