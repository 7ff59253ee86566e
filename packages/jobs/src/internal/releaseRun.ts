import type { Action } from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import type { Tags } from "@effect-digitalocean/client/Tags"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as DropletSnapshot from "../DropletSnapshot.ts"
import type * as Event from "../Event.ts"
import * as Outcome from "../Outcome.ts"
import * as Plan from "../Plan.ts"
import type { Item, ReleasePlan, RunError, RunOptions, Step, Value } from "../Release.ts"
import * as Rotate from "../Rotate.ts"
import * as Series from "../Series.ts"
import { follow } from "./follow.ts"
import * as Power from "./power.ts"
import { Unfit } from "./releaseErrors.ts"
import * as Steps from "./steps.ts"

/** A release on its way; `image` as soon as it is known. */
interface Release {
  readonly plan: ReleasePlan
  readonly options: RunOptions
  image: Image.Id | undefined
  /** whether it was looked for what was begun before */
  searched: boolean
}

/** The steps of a release, one after the other, and older releases at the end. */
export const run = Effect.fnUntraced(function* (
  plan: ReleasePlan,
  options: RunOptions,
  tell: Event.Tell<Item, Value, RunError>
) {
  const sequence: Steps.Sequence<Item, Value, RunError> = { tell, stopped: undefined }
  const release: Release = { plan, options, image: plan.image ?? undefined, searched: plan.image !== null }
  const steps = plan.items.filter((item): item is Step => "step" in item)
  const transfers = steps.filter(({ step }) => step === "transfer")
  for (const item of steps) {
    if (item.step === "power_on") yield* Steps.always(sequence, item, powerOn(release))
    else if (item.step !== "transfer") yield* Steps.step(sequence, item, work(release, item))
    if (item.step === "check") yield* Steps.transferAll(sequence, release.image ?? 0, transfers, options)
  }
  if (plan.retire === null) return
  const { stopped } = sequence
  if (stopped === undefined) return yield* Stream.runForEach(Rotate.run(plan.retire), tell)
  for (const item of Plan.changes(plan.retire)) {
    yield* tell({ _tag: "Ended", item, outcome: Outcome.skipped(stopped) })
  }
})

type Changed = (action: Action) => Effect.Effect<void>

const work =
  (release: Release, item: Step) =>
  (
    changed: Changed
  ): Effect.Effect<
    Outcome.Outcome<Value, RunError>,
    RunError | Outcome.TimeOut,
    Droplets | Images | Actions.Actions | Tags
  > => {
    switch (item.step) {
      case "power_off":
        return powerOff(release, changed)
      case "snapshot":
        return snapshot(release, changed)
      case "check":
        return check(release)
      case "arrive":
        return arrive(release)
      default:
        return Steps.tag(read(release), item)
    }
  }

const read = (release: Release) => Images.use((images) => images.get(release.image!))

/** The image of this release if it was begun before, here or elsewhere; waits for a snapshot that is under way. */
const search = Effect.fnUntraced(function* (release: Release, changed: Changed) {
  if (release.searched) return
  const { options, plan } = release
  const { appears, wait } = options
  const state = yield* DropletSnapshot.look(plan.droplet)
  const pattern = yield* Effect.fromResult(Series.pattern(plan.options.series))
  const isOurs = (image: Image.Image) =>
    image.name === plan.name || (plan.options.name === undefined && pattern.matches(image.name))
  const named = state.snapshots.find(({ name }) => name === plan.name)
  const action = DropletSnapshot.underWay(state, yield* DateTime.now, appears)
  if (named !== undefined) release.image = named.id
  else if (Option.isSome(action)) {
    const joined = yield* DropletSnapshot.join(plan.droplet, action.value, { name: plan.name, appears, wait, changed })
    if (Option.isSome(joined) && isOurs(joined.value)) release.image = joined.value.id
  }
  release.searched = true
})

const powerOff = Effect.fnUntraced(function* (release: Release, changed: Changed) {
  yield* search(release, changed)
  if (release.image !== undefined) return Outcome.skipped("the snapshot is taken already")
  const { options, plan } = release
  return yield* Power.power(plan.droplet, "off", { changed, wait: options.wait, busy: plan.options.waitForEvents })
})

/** The lock of a snapshot may outlast it a little. */
const powerOn =
  ({ options, plan }: Release) =>
  (changed: Changed) =>
    Power.power(plan.droplet, "on", { changed, wait: options.wait, busy: plan.options.waitForEvents ?? "1 minute" })

const snapshot = Effect.fnUntraced(function* (release: Release, changed: Changed) {
  yield* search(release, changed)
  if (release.image !== undefined) return Outcome.skipped(`taken already, as image ${release.image}`)
  const droplets = yield* Droplets
  const { options, plan } = release
  const { droplet, name } = plan
  const { powerOff, waitForEvents } = plan.options
  yield* Power.settle(droplet, waitForEvents, changed, options.wait)
  const state = yield* DropletSnapshot.look(droplet)
  const busy = waitForEvents ?? (powerOff === true ? "1 minute" : undefined)
  const action = yield* Power.patient(DropletSnapshot.begin(droplet, name, state), busy)
  yield* follow(action, changed, options.wait)
  const image = yield* droplets.awaitSnapshot(
    { droplet_id: droplet, name, action },
    { ...options.wait, appears: options.appears }
  )
  release.image = image.id
  return Outcome.done(image)
})

const check = Effect.fnUntraced(function* (release: Release) {
  const image = yield* read(release)
  const { disk } = release.plan.options
  const unfit = (problem: string) => Effect.fail(new Unfit({ image: image.id, problem }))
  if (!Image.isAvailable(image)) return yield* unfit(`it is not available (${image.status})`)
  if (image.regions.length === 0) return yield* unfit("it is in no region")
  if (disk !== undefined && (image.min_disk_size ?? 0) > disk) {
    return yield* unfit(`it needs a disk of ${image.min_disk_size} GB, and has to fit on ${disk}`)
  }
  return Outcome.done(image)
})

const arrive = Effect.fnUntraced(function* (release: Release) {
  const image = yield* read(release)
  const wanted = (release.plan.options.regions ?? []).map(Region.slugOf)
  const missing = wanted.filter((region) => !Image.isAvailableIn(region)(image))
  if (missing.length > 0) {
    return yield* new Unfit({
      image: image.id,
      problem: `it is not in ${missing.join(", ")}, though its transfers ended`
    })
  }
  return Outcome.done(image)
})
