import type { Action } from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import type { Tags } from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Event from "../../Event.ts"
import * as Outcome from "../../Outcome.ts"
import * as JobPlan from "../../Plan.ts"
import { type Arguments, isStep, type Item, type Plan, type RunError, type Step, type Value } from "./model.ts"
import * as Series from "../../Series.ts"
import { onceVisible } from "../actions/onceVisible.ts"
import * as Snapshot from "../snapshot/run.ts"
import * as Deletions from "../rotate/deletions.ts"
import { Unfit } from "./errors.ts"
import { criteriaOf } from "./plan.ts"
import * as Search from "./search.ts"
import * as Steps from "../steps.ts"

/** A release in progress. */
interface Release {
  readonly plan: Plan
  readonly args: Arguments
  readonly taking: Snapshot.Taking<Series.InvalidSeries>
  /** the image as it was last seen */
  latest: Image.Image | undefined
}

/** The steps of a release, one after the other, and older releases at the end. */
export const run = (plan: Plan, emitter: Event.Emitter<Item, Value, RunError>, args: Arguments) =>
  Effect.suspend(() => {
    const wanted = Effect.map(Effect.fromResult(Series.pattern(plan.options.series)), (pattern) =>
      Search.wantedOf(criteriaOf(plan, pattern))
    )
    const taking = Snapshot.make(plan, wanted, args.wait)
    return Snapshot.withCleanup(taking, steps({ plan, args, taking, latest: undefined }, emitter))
  })

const steps = Effect.fnUntraced(function* (release: Release, emitter: Event.Emitter<Item, Value, RunError>) {
  const { args, plan } = release
  const sequence: Steps.Sequence<Item, Value, RunError> = { emitter, stopped: undefined }
  const all = plan.items.filter(isStep)
  const transfers = all.filter(({ verb }) => verb === "transfer")
  for (const item of all) {
    if (item.verb === "power_on") yield* Steps.always(sequence, item, Snapshot.powerOn(release.taking, item))
    else if (item.verb !== "transfer") yield* Steps.step(sequence, item, work(release, item))
    if (item.verb === "check") {
      const inspect = yield* Effect.cached(
        onceVisible(Effect.suspend(() => Ensure.inspectImage(release.taking.image ?? 0)))
      )
      const { concurrency } = plan.options
      yield* Steps.transferAll<Item, Value, RunError>(sequence, inspect, transfers, { concurrency, wait: args.wait })
    }
  }
  if (plan.retire === null) return
  const { stopped } = sequence
  const deletions = JobPlan.changes(plan.retire)
  if (stopped === undefined) return yield* Deletions.run(deletions, plan.retire.options, emitter, release.taking.image)
  for (const item of deletions) yield* Event.item(emitter, item, () => Effect.succeed(Outcome.skipped(stopped)))
})

type Changed = (action: Action) => Effect.Effect<void>

const work =
  (release: Release, item: Step) =>
  (
    changed: Changed
  ): Effect.Effect<Outcome.Outcome<Value, RunError>, RunError, Droplets | Images | Actions.Actions | Tags> => {
    switch (item.verb) {
      case "power_off":
        return Snapshot.powerOff(release.taking, changed)
      case "snapshot":
        return snapshot(release, changed)
      case "check":
        return check(release)
      case "arrive":
        return arrive(release)
      default:
        return tag(release, item)
    }
  }

/** Each tag is put on the image as the one before left it. */
const tag = Effect.fnUntraced(function* (release: Release, item: Step) {
  const outcome = yield* Steps.tag(release.latest ?? (yield* read(release)), item)
  if (outcome._tag === "Done") release.latest = outcome.value
  return outcome
})

/** The image may have been created a moment ago. */
const read = (release: Release) => onceVisible(Images.use((images) => images.get(release.taking.image!)))

const snapshot = ({ taking }: Release, changed: Changed) =>
  Effect.map(
    Snapshot.snapshot(taking, changed),
    (image): Outcome.Outcome<Image.Image, never> =>
      Option.isSome(image) ? Outcome.done(image.value) : Outcome.skipped(`taken already, as image ${taking.image}`)
  )

/** What was made a moment ago may not read as it is yet. */
const untilRead = <R, E>(
  image: Effect.Effect<Image.Image, E, R>,
  until: (image: Image.Image) => boolean
): Effect.Effect<Image.Image, E, R> =>
  Effect.repeat(image, { until, schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration: "1 minute" }) })

const check = Effect.fnUntraced(function* (release: Release) {
  const image = yield* untilRead(read(release), (image) => Image.isAvailable(image) && image.regions.length > 0)
  const { disk } = release.plan.options
  const problem = problemOf(image, disk)
  return problem === undefined ? Outcome.done(image) : yield* new Unfit({ image: image.id, problem })
})

/** Returns what is wrong with the image of a release; undefined when nothing is. */
export const problemOf = (image: Image.Image, disk: number | undefined): string | undefined => {
  if (!Image.isAvailable(image)) return `it is not available (${image.status})`
  if (image.regions.length === 0) return "it is in no region"
  if (disk === undefined) return undefined
  if (image.min_disk_size === null) return `its min_disk_size is not returned, and it has to fit on ${disk} GB`
  return image.min_disk_size > disk
    ? `it needs a disk of ${image.min_disk_size} GB, and has to fit on ${disk}`
    : undefined
}

const arrive = Effect.fnUntraced(function* (release: Release) {
  const wanted = (release.plan.options.regions ?? []).map(Region.slugOf)
  const missingOf = (image: Image.Image) => wanted.filter((region) => !Image.isAvailableIn(region)(image))
  const image = yield* untilRead(read(release), (image) => missingOf(image).length === 0)
  const missing = missingOf(image)
  if (missing.length > 0) {
    return yield* new Unfit({
      image: image.id,
      problem: `it is not in ${missing.join(", ")}, though its transfers ended`
    })
  }
  release.latest = image
  return Outcome.done(image)
})
