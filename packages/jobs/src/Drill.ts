/**
 * A recovery drill: proves that an image boots, by making a Droplet of it, checking that, and destroying it again.
 *
 * The Droplet is destroyed however the drill ends: when the check fails, when the drill is interrupted, when it is not
 * known whether the Droplet was made. Only a process that is killed leaves one behind; the next drill of the same
 * `series` destroys it, by a name and a tag that only drills make.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import type { CreateOptions, Droplets } from "@effect-digitalocean/client/Droplets"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import type * as Region from "@effect-digitalocean/client/Region"
import { Regions } from "@effect-digitalocean/client/Regions"
import { Sizes } from "@effect-digitalocean/client/Sizes"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Cost from "./Cost.ts"
import * as Event from "./Event.ts"
import * as DrillDroplet from "./internal/drillDroplet.ts"
import * as DrillPlace from "./internal/drillPlace.ts"
import { followed } from "./internal/follow.ts"
import { type Sequence, step } from "./internal/steps.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import * as Report from "./Report.ts"
import { InvalidSeries } from "./Series.ts"
import * as Transfer from "./Transfer.ts"

/**
 * What to drill.
 *
 * **Details**
 *
 * - `image`: what has to boot
 * - `region`: where, by default the first of the image's in which it fits
 * - `size`: a size's slug, by default the cheapest that fits
 * - `replicate`: copy the image to `region` first if it is not there. The copy stays. By default it has to be there.
 * - `series`: names drills that never run at the same time, by default the image's id. A drill destroys what an earlier
 *   one of its series left, so two that run at once need a series of their own: 1 to 32 letters, digits and dashes.
 * - `droplet`: what else the Droplet is made with: `ssh_keys`, `user_data`, `vpc_uuid`, `tags` ...
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  readonly image: Image.Ref
  readonly region?: Region.Ref | undefined
  readonly size?: string | undefined
  readonly replicate?: boolean | undefined
  readonly series?: string | undefined
  readonly droplet?: Omit<CreateOptions, "image" | "region" | "size"> | undefined
}

/**
 * How to run.
 *
 * **Details**
 *
 * - `wait`: how to wait for a copy, and for the Droplet to become active; for the latter by default up to 30 minutes
 * - `checkTimeout`: how long the check may take, by default 15 minutes
 *
 * @category options
 * @since 0.1.0
 */
export interface RunOptions {
  readonly wait?: Actions.AwaitOptions | undefined
  readonly checkTimeout?: Duration.Input | undefined
}

/**
 * A step of a drill.
 *
 * **Details**
 *
 * `verb` is `destroy` (of a Droplet that an earlier drill left, then `droplet` is its id; or of the drill's own),
 * `transfer`, `create`, or `check`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Plan.Item {
  readonly verb: "destroy" | "transfer" | "create" | "check"
  readonly droplet: Droplet.Id | null
}

/**
 * What a drill is going to do, and where.
 *
 * @category models
 * @since 0.1.0
 */
export interface DrillPlan extends Plan.Plan<Item> {
  readonly image: Image.Image
  readonly region: Region.Slug
  readonly size: string
  readonly series: string
  readonly droplet: Options["droplet"]
}

/**
 * There is no region and size in which a Droplet can be made of the image, or not the ones that were asked for.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoPlace extends Schema.TaggedError<NoPlace>()("NoPlace", { image: Image.Image, problem: Schema.String }) {
  override get message(): string {
    return `image ${this.image.id} (${this.image.name}) can run nowhere as asked: ${this.problem}`
  }
}

/**
 * The Droplet was made, and did not become active: `droplet` is its last state.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotActive extends Schema.TaggedError<NotActive>()("NotActive", { droplet: Droplet.Droplet }) {
  override get message(): string {
    const { id, image, status } = this.droplet
    return `Droplet ${id} of image ${image?.id ?? "?"} is ${status} though its creation has completed`
  }
}

/**
 * The check failed, died or took too long.
 *
 * @category errors
 * @since 0.1.0
 */
export class CheckFailed extends Schema.TaggedError<CheckFailed>()("CheckFailed", {
  droplet: Droplet.Id,
  problem: Schema.String
}) {
  override get message(): string {
    return `the check of Droplet ${this.droplet} failed: ${this.problem}`
  }
}

/**
 * The drill's Droplet may still be there, and is billed: destroy it, or run the drill again, which does.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotDestroyed extends Schema.TaggedError<NotDestroyed>()("NotDestroyed", {
  name: Schema.String,
  droplet: Schema.NullOr(Droplet.Id),
  problem: Schema.String
}) {
  override get message(): string {
    const which = this.droplet === null ? "" : ` (${this.droplet})`
    return `Droplet ${this.name}${which} may still be there and is billed, run the drill again to destroy it: ${this.problem}`
  }
}

/**
 * Why there is no plan. Nothing has been made.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = DigitalOceanError | NoPlace | InvalidSeries

/**
 * Why a step failed.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError =
  | DigitalOceanError
  | Actions.ActionErrored
  | Actions.ActionGone
  | NotActive
  | CheckFailed
  | NotDestroyed

/**
 * What `Done` of a step holds: the copy's action, the Droplet, what the check answered, nothing of a destruction.
 *
 * @category models
 * @since 0.1.0
 */
export type Value<A> = Action.Action | Droplet.Droplet | A | undefined

/**
 * What a run tells.
 *
 * @category models
 * @since 0.1.0
 */
export type DrillEvent<A> = Event.Event<Item, Value<A>, RunError>

/**
 * What became of each step.
 *
 * @category models
 * @since 0.1.0
 */
export type DrillReport<A> = Report.Report<Item, Value<A>, RunError>

/**
 * Looks for a region and a size that fit, and for what earlier drills of the series left.
 *
 * **Details**
 *
 * Four listings at the least. Needs `image:read`, `regions:read`, `sizes:read`, `droplet:read`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = Effect.fn("Drill.plan")(function* (
  options: Options
): Effect.fn.Return<DrillPlan, PlanError, Images | Regions | Sizes | Droplets> {
  const series = options.series ?? String(Image.idOf(options.image))
  if (!/^[a-zA-Z0-9-]{1,32}$/.test(series))
    return yield* new InvalidSeries({
      problem: `expected 1 to 32 letters, digits and dashes, got ${JSON.stringify(series)}`
    })
  const image = yield* Images.use((images) => images.get(Image.idOf(options.image)))
  const regions = yield* Regions.use((regions) => Stream.runCollect(regions.list()))
  const sizes = yield* Sizes.use((sizes) => Stream.runCollect(sizes.list()))
  const place = yield* DrillPlace.of(image, regions, sizes, options).pipe(
    Result.mapError((problem) => new NoPlace({ image, problem })),
    Effect.fromResult
  )
  const left = yield* DrillDroplet.leftovers(series)
  return planOf({ image, place, left, series }, options)
})

const planOf = (
  found: {
    readonly image: Image.Image
    readonly place: DrillPlace.Place
    readonly left: ReadonlyArray<Droplet.Droplet>
    readonly series: string
  },
  options: Options
): DrillPlan => {
  const { image, left, place, series } = found
  const region = place.region.slug
  const make = (verb: Item["verb"], subject: string, detail: string, droplet: Droplet.Id | null = null): Item => ({
    verb,
    subject,
    detail,
    changes: verb === "check" ? 0 : 1,
    cost: Cost.zero,
    droplet
  })
  const copy = place.isCopied ? [make("transfer", Plan.nameOf(image), `to ${region}`)] : []
  const items = [
    ...left.map((droplet) => make("destroy", Plan.nameOf(droplet), "left by an earlier drill", droplet.id)),
    ...copy,
    make("create", Plan.nameOf(image), `as ${place.size.slug} in ${region}, $${place.size.price_hourly} an hour`),
    make("check", Plan.nameOf(image), "once it is active"),
    make("destroy", Plan.nameOf(image), "the drill's own Droplet, however the drill ends")
  ]
  const lookups = left.length + copy.length * 2 + 2
  return {
    ...Plan.make("drill", items, lookups),
    image,
    region,
    size: place.size.slug,
    series,
    droplet: options.droplet
  }
}

/**
 * Drills as a plan says. The check is given the active Droplet, with its addresses; its error becomes `CheckFailed`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = <A, E, R>(
  plan: DrillPlan,
  check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>,
  options: RunOptions = {}
): Stream.Stream<DrillEvent<A>, never, Images | Droplets | Actions.Actions | R> =>
  Event.stream((tell: Event.Tell<Item, Value<A>, RunError>) =>
    Effect.gen(function* () {
      const sequence: Sequence<Item, Value<A>, RunError> = { tell, stopped: undefined }
      for (const item of plan.items) {
        if (item.droplet !== null) yield* Event.item(tell, item, () => DrillDroplet.sweep(item.droplet!, plan.series))
        if (item.verb !== "transfer") continue
        yield* step(sequence, item, (changed) =>
          Effect.flatMap(Transfer.look(plan.image), (state) =>
            followed(Transfer.begin(state, plan.region), changed, options.wait, `in ${plan.region} already`)
          )
        )
      }
      yield* boot(plan, check, options, sequence)
    })
  )

/**
 * Plans and drills, and answers what became of each step.
 *
 * **Details**
 *
 * `Report.isComplete` is true when the check succeeded and the Droplet is gone; {@link answerOf} is what the check
 * answered.
 *
 * @category combinators
 * @since 0.1.0
 */
export const drill = Effect.fn("Drill.drill")(function* <A, E, R>(
  options: Options & RunOptions,
  check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>
): Effect.fn.Return<DrillReport<A>, PlanError, Images | Regions | Sizes | Droplets | Actions.Actions | R> {
  return yield* Report.of(run(yield* plan(options), check, options))
})

/**
 * What the check answered; none if it did not succeed.
 *
 * @category getters
 * @since 0.1.0
 */
export const answerOf = <A>({ results }: DrillReport<A>): Option.Option<A> => {
  const outcome = results.find(({ item }) => item.verb === "check")?.outcome
  return outcome?._tag === "Done" ? Option.some(outcome.value as A) : Option.none()
}

/** Makes the Droplet, checks it, and destroys it whatever happened. Only waits and the check can be interrupted. */
const boot = <A, E, R>(
  plan: DrillPlan,
  check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>,
  { checkTimeout = "15 minutes", wait }: RunOptions,
  sequence: Sequence<Item, Value<A>, RunError>
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const [creation, checking, destruction] = plan.items.slice(-3)
      const name = yield* DrillDroplet.nameFor(plan.series)
      const isBegun = sequence.stopped === undefined
      let made: Droplet.Droplet | undefined
      const { image, region, size } = plan
      const use = Effect.gen(function* () {
        yield* step(sequence, creation!, (changed) =>
          Effect.gen(function* () {
            made = yield* DrillDroplet.create({ ...plan.droplet, name, image, region, size })
            made = yield* restore(DrillDroplet.awaitActive(made, changed, { timeout: "30 minutes", ...wait }))
            return Droplet.isActive(made) ? Outcome.done(made) : yield* new NotActive({ droplet: made })
          })
        )
        yield* step(sequence, checking!, () => restore(checked(made!, check, checkTimeout)))
      })
      const destroy = Event.item(sequence.tell, destruction!, () =>
        isBegun ? destroyed(name, made) : Effect.succeed(Outcome.skipped("no Droplet was made"))
      )
      yield* Effect.ensuring(
        use,
        Effect.suspend(() => destroy)
      )
    })
  )

const checked = <A, E, R>(
  droplet: Droplet.Droplet,
  check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>,
  checkTimeout: Duration.Input
): Effect.Effect<Outcome.Outcome<A, never>, CheckFailed, R> => {
  const failed = (problem: string) => new CheckFailed({ droplet: droplet.id, problem })
  return Effect.suspend(() => check(droplet)).pipe(
    Effect.catchCause((cause) => {
      // an interruption of the drill itself never comes by here
      if (Cause.hasInterruptsOnly(cause)) return Effect.fail(failed("it was interrupted from within"))
      const error = Cause.squash(cause)
      return Effect.fail(failed(error instanceof Error ? error.message : String(error)))
    }),
    Effect.timeoutOrElse({
      duration: checkTimeout,
      orElse: () =>
        Effect.fail(failed(`it took longer than ${Duration.format(Duration.fromInputUnsafe(checkTimeout))}`))
    }),
    Effect.map(Outcome.done)
  )
}

/** Destroys the Droplet, also one of which only the name is known, because its creation's answer was lost. */
const destroyed = (name: string, made: Droplet.Droplet | undefined) =>
  Effect.gen(function* () {
    const found = made === undefined ? yield* DrillDroplet.named(name) : [made]
    yield* Effect.forEach(found, DrillDroplet.destroy, { discard: true })
    return found.length === 0 ? Outcome.skipped("no Droplet was made") : Outcome.done(undefined)
  }).pipe(Effect.mapError(({ message }) => new NotDestroyed({ name, droplet: made?.id ?? null, problem: message })))
