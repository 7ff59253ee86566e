/**
 * Keeps a backup before its Droplet goes, and the backup with it: converts it to a snapshot, then renames, tags and
 * replicates that.
 *
 * Only what is missing is done; what is under way is joined. The snapshot costs what DigitalOcean asks for snapshots,
 * the backup did not.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import type * as Region from "@effect-digitalocean/client/Region"
import type { Tags } from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Cost from "./Cost.ts"
import * as Event from "./Event.ts"
import { followed } from "./internal/actions/follow.ts"
import * as Steps from "./internal/steps.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import type * as Replicate from "./Replicate.ts"
import * as Report from "./Report.ts"
import type * as Retention from "./Retention.ts"

/**
 * What to keep, and how.
 *
 * **Details**
 *
 * - `backup`: the backup; or the snapshot it has become
 * - `name`: what to call it, by default what it is called
 * - `tags`: to put on it
 * - `regions`: where to have it
 * - `prices`: what images cost, by default `Cost.prices`
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  readonly backup: Image.Ref
  readonly name?: string | undefined
  readonly tags?: Iterable<string> | undefined
  readonly regions?: Iterable<Region.Ref> | undefined
  readonly prices?: Cost.Prices | undefined
}

/**
 * A step: `convert`, `rename` to the name in `target`, `tag` with it, `transfer` to that region. `verb` is the step, or
 * `skip` or `join`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Steps.Step<"convert" | "rename" | "tag" | "transfer"> {}

/**
 * A plan to keep one image.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeepPlan extends Plan.Plan<Item> {
  readonly image: Image.Id
}

/**
 * An option that cannot be meant: a blank name, a tag that is no tag's name.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidKeep extends Schema.TaggedError<InvalidKeep>("@effect-digitalocean/jobs/InvalidKeep")(
  "InvalidKeep",
  {
    field: Schema.String,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `${this.field}: ${this.problem}`
  }
}

/**
 * Why there is no plan. Nothing has been done.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = DigitalOceanError | Ensure.NotABackup | Retention.TagsNotVisible | InvalidKeep

/**
 * Why a step is not done.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError =
  | DigitalOceanError
  | Ensure.NotABackup
  | Retention.TagsNotVisible
  | Actions.ActionErrored
  | Actions.ActionNotFound

/**
 * What a step that is done holds: the action of a conversion or transfer, the image of a renaming, null of a tag.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = Action.Action | Image.Image | null

/**
 * What a run tells.
 *
 * @category models
 * @since 0.1.0
 */
export type KeepEvent = Event.Event<Item, Value, RunError>

/**
 * What became of each step.
 *
 * @category models
 * @since 0.1.0
 */
export type KeepReport = Report.Report<Item, Value, RunError>

/**
 * Looks at the image, and plans. Fails with `NotABackup` when it is neither a backup nor a snapshot of the account.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = Effect.fn("Keep.plan")(function* (options: Options): Effect.fn.Return<KeepPlan, PlanError, Images> {
  yield* check(options)
  const state = yield* Ensure.inspectImage(options.backup)
  const { image } = state
  if (image.public || !(Image.isBackup(image) || Image.isSnapshot(image))) {
    return yield* new Ensure.NotABackup({ image })
  }
  const subject = Plan.nameOf(image)
  const items: ReadonlyArray<Item> = [
    convert(state, options.prices),
    ...(options.name === undefined ? [] : [rename(image, options.name)]),
    ...(yield* Steps.tags(subject, options.tags ?? [], image)),
    ...Steps.transfers(subject, options.regions ?? [], state, [])
  ]
  const needed = items.filter(({ verb }) => verb !== "skip")
  const transfers = needed.some(({ step }) => step === "transfer") ? 2 : 0
  const lookups = needed.reduce((sum, { step }) => sum + looks[step], transfers)
  return { ...Plan.make("keep", items, lookups), image: image.id }
})

/**
 * Does what a plan says, or less. A step that is not done ends those after it, but a region fails alone.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (
  { image, items }: KeepPlan,
  options: Replicate.RunOptions = {}
): Stream.Stream<KeepEvent, never, Images | Actions.Actions | Tags> =>
  Event.stream((tell: Event.Tell<Item, Value, RunError>) =>
    Effect.gen(function* () {
      const sequence: Steps.Sequence<Item, Value, RunError> = { tell, stopped: undefined }
      for (const item of items) {
        if (item.step !== "transfer") yield* Steps.step(sequence, item, work(image, item, options.wait))
      }
      const transfers = items.filter(({ step }) => step === "transfer")
      yield* Steps.transferAll(sequence, image, transfers, options)
    })
  )

/**
 * Plans and runs, and answers what became of each step.
 *
 * @category combinators
 * @since 0.1.0
 */
export const keep = Effect.fn("Keep.keep")(function* (
  options: Options & Replicate.RunOptions
): Effect.fn.Return<KeepReport, PlanError, Images | Actions.Actions | Tags> {
  return yield* Report.of(run(yield* plan(options), options))
})

/** A conversion cannot be taken back: what would fail after it is refused before. */
const check = Effect.fnUntraced(function* ({ name, tags = [] }: Options) {
  if (name?.trim() === "")
    return yield* new InvalidKeep({ field: "name", problem: "expected a name that is not blank" })
  const problem = Steps.problemOfTags(tags)
  if (problem !== undefined) return yield* new InvalidKeep({ field: "tags", problem })
})

/** How often a step looks at the least; transfers share a look. */
const looks = { convert: 2, rename: 1, tag: 1, transfer: 0 }

const convert = (state: Ensure.ImageState, prices?: Cost.Prices): Item => {
  const subject = Plan.nameOf(state.image)
  if (Ensure.isConverted(state)) return Steps.make("convert", subject, "a snapshot already", { verb: "skip" })
  const cost = Cost.of([{ ...state.image, type: "snapshot" }], prices)
  const joined = Ensure.conversionInProgress(state)
  return Option.isSome(joined)
    ? Steps.make("convert", subject, `under way already as action ${joined.value.id}`, { verb: "join", cost })
    : Steps.make("convert", subject, "to a snapshot, which outlives its Droplet", { cost })
}

const rename = (image: Image.Image, target: string): Item =>
  image.name === target
    ? Steps.make("rename", Plan.nameOf(image), "named so already", { target, verb: "skip" })
    : Steps.make("rename", Plan.nameOf(image), `to ${target}`, { target })

const work =
  (image: Image.Id, item: Item, wait: Actions.AwaitOptions | undefined) =>
  (
    changed: (action: Action.Action) => Effect.Effect<void>
  ): Effect.Effect<Outcome.Outcome<Value, RunError>, RunError | Outcome.TimeOut, Images | Actions.Actions | Tags> => {
    const read = Images.use((images) => images.get(image))
    if (item.verb === "skip") return Steps.idle(item)()
    if (item.step === "tag") return Steps.tag(read, item)
    if (item.step === "rename") return renamed(read, item.target ?? "")
    return Effect.flatMap(Ensure.inspectImage(image), (state) =>
      followed(Ensure.conversion(state), changed, wait, "a snapshot already")
    )
  }

const renamed = <R>(read: Effect.Effect<Image.Image, DigitalOceanError, R>, name: string) =>
  Effect.gen(function* () {
    const images = yield* Images
    const image = yield* read
    if (image.name === name) return Outcome.skipped("named so already")
    return Outcome.done(yield* images.update(image.id, { name }))
  })
