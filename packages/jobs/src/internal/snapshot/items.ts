import * as Action from "@effect-digitalocean/client/Action"
import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as JobItem from "../../Item.ts"

/** What is known when the three steps of a snapshot are planned. */
export interface Known {
  readonly droplet: Droplet.Droplet
  /** the actions on the Droplet, newest first */
  readonly actions: ReadonlyArray<Action.Action>
  readonly now: DateTime.Utc
  readonly options: { readonly powerOff?: boolean | undefined; readonly powerOn?: boolean | undefined }
  /** what the image is to be called */
  readonly name: string
  /** the image, if it exists */
  readonly image: Pick<Image.Image, "id" | "name"> | undefined
  /** a snapshot that is in progress, whose name is not known */
  readonly inProgress: Option.Option<Action.Action>
  /** what the image of `inProgress` has to be for no snapshot to be taken */
  readonly desired: string
}

/** A step of a snapshot. */
export type Step = JobItem.Item<"power_off" | "snapshot" | "power_on">

/** How often a step reads at least. */
export const lookups = { power_off: 2, snapshot: 2, power_on: 2 }

/** The steps of a snapshot: power off, snapshot, power on. */
export const of = (known: Known): ReadonlyArray<Step> => [
  ...(known.options.powerOff === true ? [powerOff(known)] : []),
  snapshot(known),
  ...powerOn(known)
]

/** The action with which a run that was killed powered the Droplet off, if this run powers it on. */
export const poweredOffBefore = ({ actions, now, options }: Known): Option.Option<Action.Action> =>
  options.powerOff === true && options.powerOn !== false ? Ensure.poweredOffByJob(actions, now) : Option.none()

const isOff = ({ actions, droplet, now }: Known): boolean => Ensure.powerOf({ droplet, actions, readAt: now }) === "off"

const powerOff = (known: Known): JobItem.Item<"power_off"> => {
  const skip = (reason: string) => JobItem.make("power_off", known.droplet, { decision: "skip", reason })
  if (known.image !== undefined) return skip("the snapshot is taken already")
  if (!isOff(known)) return JobItem.make("power_off", known.droplet, { reason: "for the snapshot" })
  const earlier = Ensure.poweredOffByJob(known.actions, known.now)
  return skip(Option.isSome(earlier) ? `off already, by action ${earlier.value.id} of an earlier run` : "off already")
}

const snapshot = ({ desired, droplet, image, inProgress, name }: Known): JobItem.Item<"snapshot"> => {
  if (image !== undefined) {
    const target = image.name
    return JobItem.make("snapshot", droplet, { target, decision: "skip", reason: `as ${target}, taken already` })
  }
  // the cost of a snapshot is known when it exists
  const cost = { usd: 0, unknown: 1 }
  const reason = Option.isNone(inProgress)
    ? null
    : `unless action ${inProgress.value.id}, in progress, makes ${desired}`
  return JobItem.make("snapshot", droplet, { target: name, cost, reason })
}

/** A Droplet that was off before the first run stays off, unless it is to be powered on whatever it was. */
const powerOn = (known: Known): ReadonlyArray<JobItem.Item<"power_on">> => {
  const { actions, droplet, image, now, options } = known
  if (options.powerOn === false || (options.powerOn === undefined && options.powerOff !== true)) return []
  const make = (reason: string, decision: JobItem.Decision = "run") => [
    JobItem.make("power_on", droplet, { reason, decision })
  ]
  const pending = Option.filter(
    Ensure.latestPowerAction(actions),
    (action) => action.type.toLowerCase() === "power_on" && Action.isInProgress(action)
  )
  if (image !== undefined && Option.isSome(pending)) {
    return [JobItem.make("power_on", droplet, { decision: "join", action: pending.value.id })]
  }
  if (!isOff(known) || Option.isSome(pending)) {
    // what is on and is not powered off stays on
    const isNeeded = image === undefined && options.powerOff === true
    return isNeeded ? make("after the snapshot") : make("it is on already", "skip")
  }
  const isOurs = options.powerOn === true || Option.isSome(Ensure.poweredOffByJob(actions, now))
  return isOurs ? make("after the snapshot") : make("it was off before, and stays off", "skip")
}
