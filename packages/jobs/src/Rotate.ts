/**
 * Deletes the images of a series that no retention rule keeps.
 *
 * `plan` looks and decides, `run` deletes what a plan says, or less. Before anything is deleted the series is listed and
 * decided again, and an image goes only if both decisions say so. Right before each deletion the image is read once
 * more: one that has changed since the plan, or on which an action is under way, stays; so does every image when fewer
 * than `minKeep` others are there.
 *
 * @since 0.1.0
 */
import * as DigitalOceanError from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import type { Snapshots } from "@effect-digitalocean/client/Snapshots"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Stream from "effect/Stream"
import * as Cost from "./Cost.ts"
import * as Event from "./Event.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import * as Report from "./Report.ts"
import * as Retention from "./Retention.ts"
import * as Series from "./Series.ts"

/**
 * What to rotate.
 *
 * **Details**
 *
 * - `series`: which images belong together
 * - `prices`: what images cost, by default `Cost.prices`
 * - the rest says what to keep
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Retention.Options {
  readonly series: Series.Series
  readonly prices?: Cost.Prices | undefined
}

/**
 * An image of the series: `verb` is `keep` or `delete`, `reasons` why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Plan.Item, Retention.Decision<Image.Image> {
  readonly verb: "keep" | "delete"
}

/**
 * What is going to be kept and deleted, the newest first, and the options it was decided by.
 *
 * @category models
 * @since 0.1.0
 */
export interface RotatePlan extends Plan.Plan<Item> {
  readonly options: Options
}

/**
 * Why there is no plan. Nothing has been deleted.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError =
  | DigitalOceanError.DigitalOceanError
  | Series.InvalidSeries
  | Retention.InvalidRetention
  | Retention.TagsNotVisible

/**
 * What a run tells: of each image that the plan deletes.
 *
 * @category models
 * @since 0.1.0
 */
export type RotateEvent = Event.Event<Item, null, PlanError>

/**
 * Looks at the account, and plans.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = Effect.fn("Rotate.plan")(function* (
  options: Options
): Effect.fn.Return<RotatePlan, PlanError, Images | Snapshots> {
  return yield* Effect.fromResult(planOf(yield* Series.list(options.series), options))
})

/**
 * Plans for images that are known already: a pure function, whatever the order of the images.
 *
 * **Details**
 *
 * `upcoming` is one that will have joined the series by the time the plan is run: it counts for the rules, and is no
 * item of the plan.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planOf = (
  images: Iterable<Image.Image>,
  options: Options,
  upcoming?: Retention.Candidate
): Result.Result<RotatePlan, Retention.InvalidRetention | Retention.TagsNotVisible> => {
  const known = new Map(Array.from(images, (image) => [image.id, image]))
  const candidates: ReadonlyArray<Retention.Candidate> = [
    ...known.values(),
    ...(upcoming === undefined ? [] : [upcoming])
  ]
  return Result.map(Retention.decide(candidates, options), (decisions) => {
    const items = decisions.flatMap(({ image: { id }, keep, reasons }) => {
      const image = known.get(id)
      return image === undefined ? [] : [item({ image, keep, reasons }, options.prices)]
    })
    const deletes = items.filter(({ keep }) => !keep).length
    const lookups = deletes === 0 ? 0 : Math.ceil(known.size / 200) + deletes * (2 + (options.minKeep ?? 1))
    return { ...Plan.make("rotate", items, lookups), options }
  })
}

/**
 * Deletes what a plan says, one image after the other. What cannot be deleted is the outcome of that image alone.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (plan: RotatePlan): Stream.Stream<RotateEvent, never, Images | Snapshots> =>
  Event.stream((tell: Event.Tell<Item, null, PlanError>) =>
    Effect.gen(function* () {
      const deletes = Plan.changes(plan)
      if (deletes.length === 0) return
      const fresh = yield* Effect.result(decideAgain(plan.options))
      for (const item of deletes) {
        yield* Event.item(tell, item, () =>
          Effect.flatMap(Effect.fromResult(fresh), (decisions) => deleteIfStill(item, decisions, plan.options)).pipe(
            Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.succeed(Outcome.skipped(gone)))
          )
        )
      }
    })
  )

/**
 * Plans and runs, and answers what became of each image that was to be deleted.
 *
 * **Details**
 *
 * `first` is what has to succeed before: taking the next image of the series, say. When it fails so does this, and
 * nothing is deleted. It is run before the plan is made, so the plan counts what it made.
 *
 * @category combinators
 * @since 0.1.0
 */
export const rotate = Effect.fn("Rotate.rotate")(function* <E = never, R = never>(
  options: Options,
  { first = Effect.void as Effect.Effect<unknown, E, R> }: { readonly first?: Effect.Effect<unknown, E, R> } = {}
): Effect.fn.Return<Report.Report<Item, null, PlanError>, E | PlanError, R | Images | Snapshots> {
  yield* first
  return yield* Report.of(run(yield* plan(options)))
})

const item = (decision: Retention.Decision<Image.Image>, prices?: Cost.Prices): Item => {
  const { image, keep, reasons } = decision
  return {
    ...decision,
    verb: keep ? "keep" : "delete",
    subject: Plan.nameOf(image),
    detail: reasons.join(", "),
    changes: keep ? 0 : 1,
    cost: keep ? Cost.zero : Cost.negate(Cost.of([image], prices))
  }
}

const gone = "it is gone already"

type Decisions = ReadonlyMap<Image.Id, Retention.Decision<Image.Image>>

const decideAgain = Effect.fnUntraced(function* (options: Options) {
  const images = yield* Series.list(options.series)
  const decisions = yield* Effect.fromResult(Retention.decide(images, options))
  return new Map(decisions.map((decision) => [decision.image.id, decision])) as Decisions
})

/** Deletes an image if the account still says so. */
const deleteIfStill = Effect.fnUntraced(function* (
  { image }: Item,
  decisions: Decisions,
  { minKeep = 1 }: Options
): Effect.fn.Return<Outcome.Outcome<null, never>, PlanError, Images> {
  const images = yield* Images
  const again = decisions.get(image.id)
  if (again?.keep === true) return Outcome.skipped(`it is to be kept now: ${again.reasons.join(", ")}`)
  const now = yield* find(image.id)
  if (now === undefined) return Outcome.skipped(gone)
  const changed = changesOf(image, now)
  if (changed.length > 0) return Outcome.skipped(`it has changed since the plan was made: ${changed.join(", ")}`)
  if (again === undefined) return Outcome.skipped("it does not belong to the series any more")
  const current = yield* images.currentAction(image.id)
  if (Option.isSome(current)) return Outcome.skipped(`an action is under way on it: ${current.value.type}`)
  if (!(yield* areLeft(decisions, minKeep))) return Outcome.skipped(`fewer than ${minKeep} others are left`)
  yield* images.delete(image.id, { ignoreMissing: true })
  return Outcome.done(null)
})

const find = (id: Image.Id) =>
  Effect.map(DigitalOceanError.catchNotFound(Images.use((images) => images.get(id))), Option.getOrUndefined)

const changesOf = (before: Image.Image, now: Image.Image): ReadonlyArray<string> =>
  (Object.keys(before) as ReadonlyArray<keyof Image.Image>).filter(
    (key) => !Equal.equals(asSet(before[key]), asSet(now[key]))
  )

/** Regions and tags are sets: DigitalOcean lists them in any order, a region twice at times. */
const asSet = (value: Image.Image[keyof Image.Image]) =>
  Array.isArray(value) ? [...new Set(value as ReadonlyArray<string>)].toSorted() : value

/** Whether so many of the images that are kept are really there. */
const areLeft = Effect.fnUntraced(function* (decisions: Decisions, minKeep: number) {
  let left = 0
  for (const { image, keep } of decisions.values()) {
    if (left >= minKeep) break
    if (!keep || Retention.apart(image) !== undefined) continue
    const now = yield* find(image.id)
    if (now !== undefined && Image.isAvailable(now)) left += 1
  }
  return left >= minKeep
})
