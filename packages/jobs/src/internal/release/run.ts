import type { Action } from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import { EventPending } from "@effect-digitalocean/client/Droplet"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Refusal from "@effect-digitalocean/client/Refusal"
import * as Region from "@effect-digitalocean/client/Region"
import type { Tags } from "@effect-digitalocean/client/Tags"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Cleanup from "../../Cleanup.ts"
import type * as Event from "../../Event.ts"
import * as Outcome from "../../Outcome.ts"
import * as JobItem from "../../Item.ts"
import * as JobPlan from "../../Plan.ts"
import { type Arguments, isStep, type Item, type Plan, type RunError, type Step, type Value } from "./model.ts"
import * as Series from "../../Series.ts"
import { power } from "./power.ts"
import * as Deletions from "../rotate/deletions.ts"
import { Unfit } from "./errors.ts"
import { wantedOf } from "./plan.ts"
import * as Search from "./search.ts"
import * as Steps from "../steps.ts"

/** A release in progress. */
interface Release {
  readonly plan: Plan
  readonly args: Arguments
  /** as soon as it is known */
  image: Image.Id | undefined
  /** the image as it was last seen */
  latest: Image.Image | undefined
  /** the power actions of this run */
  readonly own: Array<Action>
  /** whether the Droplet has to be powered on, because this release powered it off */
  owesPower: boolean
}

/** The steps of a release, one after the other, and older releases at the end. */
export const run = (plan: Plan, emitter: Event.Emitter<Item, Value, RunError>, args: Arguments) =>
  Effect.suspend(() => {
    const image = plan.image ?? undefined
    const release: Release = { plan, args, image, latest: undefined, own: [], owesPower: isOffAlready(plan) }
    return Effect.onInterrupt(steps(release, emitter), () =>
      release.owesPower ? Cleanup.run(poweredOnAgain(release), (problem) => leftOff(plan, problem)) : Effect.void
    )
  })

/** An earlier run powered it off, and this one is to power it on. */
export const isOffAlready = ({ items }: Pick<Plan, "items">): boolean => {
  const decisionOf = (verb: Step["verb"]) => items.find((item) => item.verb === verb)?.decision
  return decisionOf("power_on") === "run" && decisionOf("power_off") === "skip"
}

const leftOff = ({ droplet, dropletName }: Plan, problem: string) =>
  new Cleanup.DropletLeftOff({ droplet, droplet_name: dropletName, problem })

const steps = Effect.fnUntraced(function* (release: Release, emitter: Event.Emitter<Item, Value, RunError>) {
  const { args, plan } = release
  const sequence: Steps.Sequence<Item, Value, RunError> = { emitter, stopped: undefined }
  const all = plan.items.filter(isStep)
  const transfers = all.filter(({ verb }) => verb === "transfer")
  for (const item of all) {
    if (item.verb === "power_on") yield* Steps.always(sequence, item, powerOn(release, item))
    else if (item.verb !== "transfer") yield* Steps.step(sequence, item, work(release, item))
    if (item.verb === "check") {
      const inspect = yield* Effect.cached(Effect.suspend(() => Ensure.inspectImage(release.image ?? 0)))
      const { concurrency } = plan.options
      yield* Steps.transferAll<Item, Value, RunError>(sequence, inspect, transfers, { concurrency, wait: args.wait })
    }
  }
  if (plan.retire === null) return
  const { stopped } = sequence
  const deletions = JobPlan.changes(plan.retire)
  if (stopped === undefined) return yield* Deletions.run(deletions, plan.retire.options, emitter)
  for (const item of deletions) yield* emitter.emit({ _tag: "Finished", item, outcome: Outcome.skipped(stopped) })
})

type Changed = (action: Action) => Effect.Effect<void>

const work =
  (release: Release, item: Step) =>
  (
    changed: Changed
  ): Effect.Effect<Outcome.Outcome<Value, RunError>, RunError, Droplets | Images | Actions.Actions | Tags> => {
    switch (item.verb) {
      case "power_off":
        return powerOff(release, item, changed)
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

const read = (release: Release) => Images.use((images) => images.get(release.image!))

/**
 * Finds the image of this release if it exists, whoever took the snapshot; waits for a snapshot that is in progress.
 * Answers the state of the Droplet in which there is none.
 */
const locate = Effect.fnUntraced(function* (release: Release, changed: Changed) {
  const { args, plan } = release
  const { wait } = args
  const { imageVisibilityTimeout } = plan.options
  const pattern = yield* Effect.fromResult(Series.pattern(plan.options.series))
  const wanted = { ...wantedOf(plan, pattern), imageVisibilityTimeout }
  const joined = new Set<number>()
  while (release.image === undefined) {
    const now = yield* ServerTime.now
    const state = yield* Search.named(yield* Ensure.inspectSnapshots(plan.droplet), wanted, now)
    // whether the latest image is finished was decided by the plan
    const found = Search.decide(state, wanted, now).find(({ _tag }) => _tag !== "Latest")
    if (found?._tag === "Taken") release.image = found.image.id
    else if (found?._tag === "InProgress" && !joined.has(found.action.id)) {
      joined.add(found.action.id)
      const options = { name: plan.name, imageVisibilityTimeout, wait, onProgress: changed }
      const image = yield* Ensure.joinSnapshot(plan.droplet, found.action, options)
      if (Option.exists(image, Search.isThis(wanted))) release.image = Option.getOrThrow(image).id
    } else return state
  }
  return undefined
})

const powerOff = Effect.fnUntraced(function* (release: Release, item: Step, changed: Changed) {
  if (!JobItem.isWork(item) && release.image !== undefined) return Outcome.skipped(JobItem.details(item))
  yield* locate(release, changed)
  if (release.image !== undefined) return Outcome.skipped("the snapshot is taken already")
  return yield* ensureOff(release, changed)
})

const ensureOff = Effect.fnUntraced(function* (release: Release, changed: Changed) {
  const { args, own, plan } = release
  const before = () => {
    release.owesPower = plan.options.powerOn !== false
  }
  const joined = (action: Action) => Effect.andThen(Effect.sync(before), changed(action))
  const { waitForEvents } = plan.options
  return yield* power(plan.droplet, "off", { changed: joined, wait: args.wait, waitForEvents, own, before })
})

/** The lock of a snapshot may outlast it a little. */
const poweredOn = ({ own, plan }: Release, wait: Actions.AwaitOptions | undefined, changed: Changed) =>
  power(plan.droplet, "on", { changed, wait, waitForEvents: plan.options.waitForEvents ?? "1 minute", own })

/** In a cleanup there is little time. */
const poweredOnAgain = (release: Release) =>
  poweredOn(release, { schedule: Schedule.spaced("2 seconds") }, () => Effect.void)

const powerOn = (release: Release, item: Step) => (changed: Changed) =>
  !JobItem.isWork(item) && !release.owesPower
    ? Steps.idle(item)()
    : poweredOn(release, release.args.wait, changed).pipe(
        Effect.tap(() =>
          Effect.sync(() => {
            release.owesPower = false
          })
        ),
        Effect.mapError((error) => (release.owesPower ? leftOff(release.plan, error.message) : error))
      )

const snapshot = Effect.fnUntraced(function* (release: Release, changed: Changed) {
  const { args, plan } = release
  const { droplet, name } = plan
  const { imageVisibilityTimeout, powerOff, waitForEvents } = plan.options
  const busy = waitForEvents ?? (powerOff === true ? "1 minute" : undefined)

  /** Inspects, and starts the snapshot unless there is one. */
  const start = Effect.gen(function* () {
    yield* locate(release, changed)
    if (release.image !== undefined) return Option.none()
    if (powerOff === true) yield* ensureOff(release, changed)
    else if (waitForEvents !== undefined)
      yield* Ensure.awaitIdle(droplet, { wait: { ...args.wait, timeout: waitForEvents }, onProgress: changed })
    const state = yield* locate(release, changed)
    if (state === undefined) return Option.none()
    return Option.some({ state, action: yield* Ensure.startSnapshot(droplet, name, state) })
  })
  // a refusal may mean that another process was quicker: what it started is found
  const started = yield* Ensure.retryWhileLocked(droplet, start, {
    waitForEvents: busy,
    isLocked,
    isJoined: Ensure.mayBeSnapshot
  })
  if (Option.isNone(started)) return Outcome.skipped(`taken already, as image ${release.image}`)
  const { action, state } = started.value
  const options = { name, imageVisibilityTimeout, wait: args.wait, onProgress: changed, before: state }
  const image = yield* Ensure.awaitSnapshotImage(droplet, action, options)
  release.image = image.id
  return Outcome.done(image)
})

/** The Droplet's status may lag behind its power_off. */
const isLocked = (error: unknown): boolean =>
  error instanceof EventPending || (isDigitalOceanError(error) && Refusal.kindOf(error) === "powered-on")

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
