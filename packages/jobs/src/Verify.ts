/**
 * A recovery drill: proves that an image boots, by creating a Droplet from it, checking that, and destroying it again.
 *
 * The Droplet is destroyed however the drill ends: when the check fails, when the drill is interrupted, when it is not
 * known whether the Droplet was created. Only a process that is killed leaves one behind. A later drill of the same
 * `series` destroys it, by a name and a tag that only drills use, once the time that the killed drill had is over: until
 * then the Droplet may be in use by a drill that is still running.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import type { CreateOptions, Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import type * as Region from "@effect-digitalocean/client/Region"
import { Regions } from "@effect-digitalocean/client/Regions"
import { Sizes } from "@effect-digitalocean/client/Sizes"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Cleanup from "./Cleanup.ts"
import * as Cost from "./Cost.ts"
import * as Event from "./Event.ts"
import { checked } from "./internal/drill/check.ts"
import * as DrillDroplet from "./internal/drill/droplet.ts"
import { CheckFailed, NoPlace, NotActive, NotDestroyed } from "./internal/drill/errors.ts"
import * as DrillPlace from "./internal/drill/place.ts"
import { followed } from "./internal/actions/follow.ts"
import { type Sequence, step } from "./internal/steps.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import * as Report from "./Report.ts"
import { InvalidSeries } from "./Series.ts"

/**
 * What to drill.
 *
 * **Details**
 *
 * - `image`: what has to boot
 * - `region`: where, by default the first of the image's in which it fits
 * - `size`: a size's slug, by default the cheapest that fits
 * - `replicate`: copy the image to `region` first if it is not there. The copy stays. By default it has to be there.
 * - `series`: names drills that clean up after each other, by default the image's id: 1 to 32 letters, digits and
 *   dashes. Drills of one series may run at the same time.
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
 * - `timeout`: how long the whole drill takes at most, by default the sum of what its waits may take and 15 minutes for
 *   the destruction. It only tells other drills for how long the Droplet may be in use; the drill is not ended by it.
 *
 * @category options
 * @since 0.1.0
 */
export interface RunOptions {
  readonly wait?: Actions.AwaitOptions | undefined
  readonly checkTimeout?: Duration.Input | undefined
  readonly timeout?: Duration.Input | undefined
}

/**
 * A step of a drill.
 *
 * **Details**
 *
 * `verb` is `destroy` (of a Droplet that an earlier drill left, then `droplet` is its id; or of the drill's own), `keep`
 * (of a Droplet of another drill that may still be running), `transfer`, `create`, or `check`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Plan.Item {
  readonly verb: "destroy" | "keep" | "transfer" | "create" | "check"
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

export {
  /**
   * There is no region and size in which a Droplet can be made of the image, or not the ones that were asked for.
   *
   * @category errors
   * @since 0.1.0
   */
  NoPlace,
  /**
   * The Droplet was made, and did not become active: `droplet` is its last state.
   *
   * @category errors
   * @since 0.1.0
   */
  NotActive,
  /**
   * The check failed, died or took too long.
   *
   * @category errors
   * @since 0.1.0
   */
  CheckFailed,
  /**
   * The drill's Droplet may still exist, and is billed: destroy it, or run the drill again later, which does.
   *
   * @category errors
   * @since 0.1.0
   */
  NotDestroyed
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
  | Actions.ActionNotFound
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
  const others = yield* DrillDroplet.ofSeries(series)
  return planOf({ image, place, others, series, now: yield* ServerTime.now }, options)
})

const planOf = (
  found: {
    readonly image: Image.Image
    readonly place: DrillPlace.Place
    readonly others: ReadonlyArray<Droplet.Droplet>
    readonly series: string
    readonly now: DateTime.Utc
  },
  options: Options
): DrillPlan => {
  const { image, now, others, place, series } = found
  const region = place.region.slug
  const make = (verb: Item["verb"], subject: string, detail: string, droplet: Droplet.Id | null = null): Item => ({
    verb,
    subject,
    detail,
    changes: verb === "check" || verb === "keep" ? 0 : 1,
    cost: Cost.zero,
    droplet
  })
  const copy = place.isCopied ? [make("transfer", Plan.nameOf(image), `to ${region}`)] : []
  const items = [
    ...others.map((droplet) => {
      const until = DrillDroplet.inUseUntil(series)(droplet)
      return until === undefined || DateTime.isLessThan(until, now)
        ? make("destroy", Plan.nameOf(droplet), "left by an earlier drill", droplet.id)
        : make(
            "keep",
            Plan.nameOf(droplet),
            `may be in use by another drill until ${DateTime.formatIso(until)}`,
            droplet.id
          )
    }),
    ...copy,
    make("create", Plan.nameOf(image), `as ${place.size.slug} in ${region}, $${place.size.price_hourly} an hour`),
    make("check", Plan.nameOf(image), "once it is active"),
    make("destroy", Plan.nameOf(image), "the drill's own Droplet, however the drill ends")
  ]
  const lookups =
    items.filter(({ droplet, verb }) => droplet !== null && verb === "destroy").length + copy.length * 2 + 2
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
        if (item.verb === "keep") yield* Event.item(tell, item, () => Effect.succeed(Outcome.skipped(item.detail)))
        else if (item.droplet !== null)
          yield* Event.item(tell, item, () => DrillDroplet.sweep(item.droplet!, plan.series))
        if (item.verb !== "transfer") continue
        yield* step(sequence, item, (changed) =>
          Effect.flatMap(Ensure.inspectImage(plan.image), (state) =>
            followed(Ensure.transfer(state, plan.region), changed, options.wait, `in ${plan.region} already`)
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

/** Creates the Droplet, checks it, and destroys it whatever happened, also when it is interrupted. */
const boot = Effect.fnUntraced(function* <A, E, R>(
  plan: DrillPlan,
  check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>,
  options: RunOptions,
  sequence: Sequence<Item, Value<A>, RunError>
) {
  const { checkTimeout = "15 minutes", wait } = options
  const [creation, checking, destruction] = plan.items.slice(-3)
  const name = yield* DrillDroplet.nameFor(plan.series, lastsOf(options))
  const own: DrillDroplet.Own = { name, made: undefined, isSeen: false, mayExist: false }
  const { image, region, size } = plan

  const create = Effect.suspend(() => {
    own.mayExist = true
    // it has to be known which Droplet was created, also when the drill is interrupted meanwhile
    return Cleanup.finish(
      DrillDroplet.create({ ...plan.droplet, name, image, region, size }).pipe(
        Effect.tap((droplet) =>
          Effect.sync(() => {
            own.made = droplet
          })
        ),
        Effect.tapError((error) =>
          Effect.sync(() => {
            own.mayExist = error.outcome !== "not-executed"
          })
        )
      )
    )
  })
  const use = Effect.gen(function* () {
    yield* step(sequence, creation!, (changed) =>
      Effect.gen(function* () {
        const created = yield* create
        const active = yield* DrillDroplet.awaitActive(created, changed, { timeout: activeWithin, ...wait })
        own.made = active
        own.isSeen = true
        return Droplet.isActive(active) ? Outcome.done(active) : yield* new NotActive({ droplet: active })
      })
    )
    yield* step(sequence, checking!, () => checked(own.made!, check, checkTimeout))
    yield* Event.item(sequence.tell, destruction!, () => destroyed(own))
  })
  const left = (problem: string) => new Cleanup.DropletLeftOver({ droplet: own.made?.id ?? null, name, problem })
  return yield* Effect.onInterrupt(use, () =>
    own.mayExist ? Cleanup.run(DrillDroplet.destroyOwn(own), left) : Effect.void
  )
})

const activeWithin: Duration.Input = "30 minutes"

/** For how long the Droplet of a drill may exist. */
const lastsOf = ({ checkTimeout = "15 minutes", timeout, wait }: RunOptions): Duration.Duration =>
  timeout === undefined
    ? [wait?.timeout ?? activeWithin, checkTimeout, "15 minutes" as const]
        .map(Duration.fromInputUnsafe)
        .reduce(Duration.sum)
    : Duration.fromInputUnsafe(timeout)

/** Destroys the Droplet, also one of which only the name is known, because the response to its creation was lost. */
const destroyed = (own: DrillDroplet.Own) =>
  Effect.map(DrillDroplet.destroyOwn(own), (existed) =>
    existed ? Outcome.done(undefined) : Outcome.skipped("no Droplet was created")
  ).pipe(
    Effect.mapError(
      ({ message }) => new NotDestroyed({ name: own.name, droplet: own.made?.id ?? null, problem: message })
    )
  )
