/**
 * A custom image from a URL, available, and in the regions it is wanted in.
 *
 * DigitalOcean fetches the image itself, for minutes or hours, and gives no key to a request: what makes an import one
 * is its name. An image of that name is found and waited for instead of imported again, so that a run after a crash
 * goes on where the first one stopped. From where an image was fetched is not told, so another URL under the same name
 * is the same import: give each version a name of its own.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError, InvalidInput } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import {
  type CreateOptions,
  Images,
  type ImageTimedOut,
  type ImageUnavailable
} from "@effect-digitalocean/client/Images"
import * as Reconcile from "@effect-digitalocean/client/Reconcile"
import * as Region from "@effect-digitalocean/client/Region"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Cleanup from "./Cleanup.ts"
import * as Cost from "./Cost.ts"
import * as Event from "./Event.ts"
import { idle, type Sequence, step, transferAll } from "./internal/steps.ts"
import { nameOf, UnknownName } from "./internal/unknownName.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import * as Report from "./Report.ts"

/**
 * What to import.
 *
 * **Details**
 *
 * - `name`: what makes it this import and no other; the account may have one custom image of it
 * - `url`, `region`, `distribution`, `description`, `tags`: as `Images.create` takes them
 * - `regions`: where else it is wanted
 * - `prices`: what images cost, by default `Cost.prices`
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends CreateOptions {
  readonly regions?: Iterable<Region.Ref> | undefined
  readonly prices?: Cost.Prices | undefined
}

/**
 * How to run.
 *
 * **Details**
 *
 * - `concurrency`: how many transfers may be under way at once, by default 8
 * - `wait`: how to wait for the import, and for each transfer
 *
 * @category options
 * @since 0.1.0
 */
export interface RunOptions {
  readonly concurrency?: number | undefined
  readonly wait?: Actions.AwaitOptions<unknown> | undefined
}

/**
 * The import itself, or one of the regions.
 *
 * **Details**
 *
 * `verb` is `create`, `transfer`, `join` (under way already) or `skip` (there already). `target` is the region of a
 * transfer. `image` is null until there is one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Plan.Item {
  readonly verb: "create" | "transfer" | "join" | "skip"
  readonly step: "import" | "transfer"
  readonly target: Region.Slug | null
  readonly image: Image.Id | null
}

/**
 * What is going to be imported, and transferred.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImportPlan extends Plan.Plan<Item> {
  readonly options: Options
}

/**
 * Several custom images of the name are available, and it cannot be decided which is the import. Rename or delete all but
 * one.
 *
 * @category errors
 * @since 0.1.0
 */
export class AmbiguousName extends Schema.TaggedError<AmbiguousName>("@effect-digitalocean/jobs/AmbiguousName")(
  "AmbiguousName",
  {
    name: Schema.String,
    images: Schema.Array(Image.Id)
  }
) {
  override get message(): string {
    return `${this.images.length} custom images are named ${JSON.stringify(this.name)} (${this.images.join(", ")}): rename or delete all but one`
  }
}

export {
  /**
   * A custom image whose name DigitalOcean does not return: it may be this import.
   *
   * @category errors
   * @since 0.1.0
   */
  UnknownName
}

/**
 * Why an image is not imported, or not in a region. An import that DigitalOcean gave up is `ImageUnavailable`, with
 * DigitalOcean's reason where it gives one.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError =
  | DigitalOceanError
  | UnknownName
  | AmbiguousName
  | ImageUnavailable
  | Actions.ActionErrored
  | Actions.ActionNotFound

/**
 * What a run tells. `Done` holds the image that is available, and of a region the action that has completed.
 *
 * @category models
 * @since 0.1.0
 */
export type ImportEvent = Event.Event<Item, Image.Image | Action.Action, RunError>

/**
 * What became of the import, and of each region.
 *
 * @category models
 * @since 0.1.0
 */
export type ImportReport = Report.Report<Item, Image.Image | Action.Action, RunError>

/**
 * Looks for an image of that name, and plans. An import costs what its size will be, which nobody knows before.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = Effect.fn("Import.plan")(function* (
  options: Options
): Effect.fn.Return<ImportPlan, DigitalOceanError | UnknownName | AmbiguousName, Images> {
  const found = Option.getOrUndefined(yield* find(options.name))
  if (found === undefined) return planOf(undefined, options)
  const state = { image: found, actions: [], readAt: yield* ServerTime.now }
  return planOf(Image.isAvailable(found) ? yield* Ensure.inspectImage(found) : state, options)
})

/**
 * Plans for an image that has been looked for already, undefined if there is none: a pure function.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planOf = (state: Ensure.ImageState | undefined, options: Options): ImportPlan => {
  const home = Region.slugOf(options.region)
  const regions = [...new Set([home, ...Array.from(options.regions ?? [], Region.slugOf)])]
  const image = state?.image
  const make = (verb: Item["verb"], target: Region.Slug | null, detail: string): Item => ({
    verb,
    subject: image === undefined ? options.name : Plan.nameOf(image),
    detail,
    changes: verb === "create" || verb === "transfer" ? 1 : 0,
    cost: verb === "create" ? { usd: 0, unknown: 1 } : Cost.zero,
    step: target === null ? "import" : "transfer",
    target,
    image: image?.id ?? null
  })
  const itemsOf = (region: Region.Slug): ReadonlyArray<Item> => {
    // it will be where it is imported to
    if (image === undefined) return region === home ? [] : [make("transfer", region, `to ${region}`)]
    if (state === undefined || Ensure.hasRegion(state, region)) return [make("skip", region, `in ${region} already`)]
    const joined = Ensure.transferInProgress(state, region)
    return [
      Option.isSome(joined)
        ? make("join", region, `to ${region}, under way already as action ${joined.value.id}`)
        : make(
            "transfer",
            region,
            Image.isAvailable(image) ? `to ${region}` : `to ${region}, unless it is imported there`
          )
    ]
  }
  const whole =
    image === undefined
      ? make("create", null, `from ${withoutSecrets(options.url)} to ${home}`)
      : Image.isAvailable(image)
        ? make("skip", null, "imported already by this name, from this URL or another")
        : make("join", null, `under way already (${image.status || "no status"})`)
  const transfers = regions.flatMap(itemsOf)
  const isIdle = whole.verb === "skip" && transfers.every(({ verb }) => verb === "skip")
  return {
    ...Plan.make(
      "import",
      [whole, ...transfers],
      isIdle ? 0 : 1 + 2 * transfers.filter(({ verb }) => verb !== "skip").length
    ),
    options
  }
}

/**
 * Imports and transfers what a plan says, or less. When the import fails, no transfer is begun.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (
  plan: ImportPlan,
  options: RunOptions = {}
): Stream.Stream<ImportEvent, never, Images | Actions.Actions> =>
  Event.stream((tell: Event.Tell<Item, Image.Image | Action.Action, RunError>) =>
    Effect.gen(function* () {
      const sequence: Sequence<Item, Image.Image | Action.Action, RunError> = { tell, stopped: undefined }
      const [whole, ...transfers] = plan.items
      const imported = yield* step<Item, Image.Image, RunError, Images>(sequence, whole!, () =>
        importing(whole!, plan.options, options.wait)
      )
      const id = imported._tag === "Done" ? imported.value.id : whole!.image
      // of what is not to be transferred nothing is asked
      if (id === null || transfers.every(({ verb }) => verb === "skip")) {
        for (const item of transfers) yield* step(sequence, item, idle(item))
      } else yield* transferAll(sequence, id, transfers, options)
    })
  )

/**
 * Plans and runs, and answers what became of the import and of each region.
 *
 * @category combinators
 * @since 0.1.0
 */
export const importImage = Effect.fn("Import.importImage")(function* (
  options: Options & RunOptions
): Effect.fn.Return<ImportReport, DigitalOceanError | UnknownName | AmbiguousName, Images | Actions.Actions> {
  return yield* Report.of(run(yield* plan(options), options))
})

/**
 * Starts an import, unless a custom image of that name exists or is being imported: then that one is returned. When it
 * is not known whether the import was started, the name is looked for.
 *
 * **Details**
 *
 * `POST /v2/images`, once. An import that failed leaves an image that is `deleted`, and does not prevent another.
 *
 * Two processes may send the same import at the same moment. So the name is looked for again afterwards, at once and,
 * for an image may not be visible at first, after 12 seconds or when it is available: of several the one with the lowest
 * id stays, and the process whose request created another deletes what it created itself.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = Effect.fn("Import.begin")(function* (
  options: CreateOptions
): Effect.fn.Return<Image.Image, DigitalOceanError | UnknownName | AmbiguousName, Images> {
  const images = yield* Images
  const { description, distribution, name, region, tags, url } = options
  const found = yield* find(name)
  if (Option.isSome(found)) return found.value
  const create = images.create({ name, url, region, distribution, description, tags })
  return yield* Cleanup.finish(Effect.flatMap(Effect.result(create), (created) => settle(created, name)))
})

/** Of several images that were created under one name at once, the one that stays. */
const settle = Effect.fnUntraced(function* (
  created: Result.Result<Image.Image, DigitalOceanError>,
  name: string
): Effect.fn.Return<Image.Image, DigitalOceanError | UnknownName | AmbiguousName, Images> {
  // what another process created may be mistaken for it; either way the lowest stays
  const own = Result.isSuccess(created)
    ? created.success
    : yield* Reconcile.createOrFind(Effect.fail(created.failure), find(name))
  const isCertain = Result.isSuccess(created)
  const images = yield* Images
  // an image that is available is visible to everybody
  const visible = Effect.raceFirst(Effect.sleep("12 seconds"), Effect.exit(images.awaitAvailable(own)))
  for (const pause of [Effect.void, visible]) {
    yield* pause
    const [first] = yield* namedCustom(name)
    if (first === undefined || first.id >= own.id) continue
    if (isCertain)
      yield* Cleanup.run(deleteOwn(own), (problem) => new Cleanup.ImageLeftOver({ image: own.id, name, problem }))
    return first
  }
  return own
})

/** 404 soon after the creation does not mean that it is deleted. */
const deleteOwn = ({ id }: Image.Image) =>
  Images.use((images) =>
    Effect.retry(images.delete(id), {
      while: ({ reason }) => reason._tag === "NotFound" || reason._tag === "UnprocessableEntity",
      schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: "25 seconds" })
    })
  ).pipe(Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.void))

/** A URL without its user, password and query: a signed one lets everybody in who reads the plan. */
const withoutSecrets = (url: string | URL): string => {
  if (!URL.canParse(String(url))) return "a URL that is none"
  const { host, pathname, protocol, search } = new URL(url)
  return `${protocol}//${host}${pathname}${search === "" ? "" : "?..."}`
}

/** What the plan does not say is created is not, even if it is gone by now. */
const importing = Effect.fnUntraced(function* (
  item: Item,
  options: Options,
  wait: Actions.AwaitOptions<unknown> | undefined
): Effect.fn.Return<
  Outcome.Outcome<Image.Image, never>,
  DigitalOceanError | UnknownName | AmbiguousName | ImageUnavailable | ImageTimedOut,
  Images
> {
  if (item.verb === "skip") return Outcome.skipped(item.detail)
  const images = yield* Images
  const available = (image: Image.Ref) => images.awaitAvailable(image, wait)
  const image = yield* available(item.image ?? (yield* begin(options))).pipe(
    // of two that were created at once, the process that created the other deletes it: the one that stays is found
    Effect.catchTag("ImageUnavailable", (error) =>
      Effect.flatMap(find(options.name), (other) =>
        Option.isSome(other) && other.value.id < error.id ? available(other.value) : Effect.fail(error)
      )
    )
  )
  yield* reportOthers(image)
  return Outcome.done(image)
})

/** Reports other images of that name: a process that was killed could not delete the second one that it created. */
const reportOthers = Effect.fnUntraced(function* ({ id, name }: Image.Image) {
  const others = Effect.map(namedCustom(name), (images) => images.filter((image) => image.id !== id))
  // a process that is running may be about to delete its own
  const left = yield* Effect.repeat(others, {
    until: (others) => others.length === 0,
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: "30 seconds" })
  }).pipe(Effect.orElseSucceed(() => []))
  const report = yield* Cleanup.OnLeftBehind
  const problem = "the process that created it ended before it could delete it"
  for (const { id } of left) yield* report(new Cleanup.ImageLeftOver({ image: id, name, problem }))
})

/** The custom images of that name, the lowest id first, in whatever state their import is; failed ones are left out. */
const namedCustom = (name: string) =>
  Images.use((images) =>
    images.list({ private: true }).pipe(
      // one whose type or name the listing leaves out may be the one
      Stream.filter((image) => (Image.isCustom(image) || image.type === "") && !Image.isDeleted(image)),
      Stream.filterEffect((image) => Effect.map(nameOf(image), (found) => found === name)),
      Stream.runCollect
    )
  ).pipe(Effect.map((images) => images.toSorted((a, b) => a.id - b.id)))

/**
 * The custom image of that name. Of several the lowest id is the import while others are not available yet: another
 * process started them a moment ago, and deletes its own.
 */
const find = Effect.fnUntraced(function* (name: string) {
  if (name.trim() === "") {
    const reason = new InvalidInput({
      field: "name",
      problem: "expected a name that is not blank: it is what makes an import one"
    })
    return yield* new DigitalOceanError({ operation: "Import", reason })
  }
  const named = yield* namedCustom(name)
  if (named.filter(Image.isAvailable).length > 1) {
    return yield* new AmbiguousName({ name, images: named.map(({ id }) => id) })
  }
  return Option.fromNullishOr(named[0])
})
