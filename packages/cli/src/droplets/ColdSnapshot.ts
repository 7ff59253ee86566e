/**
 * A snapshot of a Droplet that is powered off for it, and on again: `doimg snapshot --power-off`.
 *
 * Killed at any moment and run again, it finishes what the run before began: a Droplet that the run before powered off is
 * recognised by its actions, a snapshot that is in progress or was completed a moment ago by its name.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as Refusal from "@effect-digitalocean/client/Refusal"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RegExp_ from "effect/RegExp"
import * as Complaint from "../errors/Complaint.ts"
import type * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Leftovers from "../process/Leftovers.ts"
import * as Power from "./Power.ts"
import * as Stderr from "../output/Stderr.ts"

/**
 * What to take.
 *
 * - `name`: of the image
 * - `isNamed`: whether somebody chose the name; else it is {@link defaultName}
 * - `powerOn`: power on afterwards also a Droplet that was off before
 *
 * @since 0.1.0
 */
export interface Options {
  readonly droplet: Droplet.Droplet
  readonly name: string
  readonly isNamed: boolean
  readonly powerOn: boolean
}

/**
 * What to call a snapshot that nobody has named: after the Droplet and the time.
 *
 * @since 0.1.0
 */
export const defaultName = (droplet: Pick<Droplet.Droplet, "name">, now: DateTime.DateTime): string =>
  `${droplet.name}-${DateTime.formatIso(DateTime.toUtc(now)).slice(0, 23).replace(/[T:.]/g, "-")}`

/**
 * Takes the snapshot, hands the image to `print`, and powers the Droplet on again, whatever happens in between.
 *
 * @since 0.1.0
 */
export const take = Effect.fnUntraced(function* <E, R>(
  options: Options,
  print: (image: Image.Image) => Effect.Effect<void, E, R>
) {
  const { droplet } = options
  const leftovers = yield* Leftovers.Leftovers
  const duty: Duty = { since: undefined }
  const powerOn = Effect.suspend(() =>
    duty.since === undefined
      ? Effect.void
      : Power.on(droplet, duty.since).pipe(
          Effect.andThen(
            Effect.sync(() => {
              duty.since = undefined
              Leftovers.removed(leftovers, droplet.id)
            })
          ),
          Effect.andThen(Stderr.note(`doimg: ${droplet.name} is powered on`))
        )
  )
  const toldPowerOn = Effect.catch(powerOn, (error) => Console.error(Complaint.line(error, stillOff(droplet))))
  const work = Effect.gen(function* () {
    const image = yield* snapshot(options, duty)
    yield* print(yield* Images.Images.use((images) => images.get(image.id)))
  })
  yield* Effect.exit(work).pipe(
    Effect.flatMap((exit) => (exit._tag === "Success" ? powerOn : Effect.andThen(toldPowerOn, exit))),
    Effect.onInterrupt(() => toldPowerOn)
  )
})

/** The Droplet has to be powered on at the end, since the action that powered it off, if that is known. */
interface Duty {
  since: Option.Option<Action.Action> | undefined
}

const stillOff = ({ id, name }: Droplet.Droplet): string => `Droplet ${name} (${id}) could not be powered on`

/** The Droplet is off since an action, or was before; or there is no need for it. */
type Prepared =
  | { readonly _tag: "Off"; readonly since: Option.Option<Action.Action> }
  | { readonly _tag: "Taken"; readonly image: Image.Image }

/** Powers the Droplet off, unless it is off or the snapshot was taken a moment ago. */
const prepare = Effect.fnUntraced(function* (options: Options, duty: Duty): Effect.fn.Return<Prepared, Failure, Needs> {
  const { droplet, powerOn } = options
  const leftovers = yield* Leftovers.Leftovers
  for (let refusals = 0; ; ) {
    const seen = yield* Ensure.inspectSnapshots(droplet)
    const { actions } = seen
    const now = yield* ServerTime.now
    const state = Power.stateOf(yield* Droplets.Droplets.use((droplets) => droplets.get(droplet)), actions, now)
    if (state._tag === "KilledJob") {
      const off = state.action
      duty.since = Option.some(off)
      Leftovers.addPoweredOff(leftovers, droplet.id, off)
      yield* Stderr.note(
        `doimg: ${droplet.name} was powered off by another run (action ${off.id}), and is powered on after this one`
      )
      return { _tag: "Off", since: duty.since }
    }
    if (state._tag === "Off" && powerOn) duty.since = Option.none()
    const image = takenBefore(seen, options, now)
    if (Option.isSome(image)) return { _tag: "Taken", image: image.value }
    if (state._tag === "Off") {
      if (!powerOn) yield* Stderr.note(`doimg: ${droplet.name} was off before, and stays off; --power-on changes that`)
      return { _tag: "Off", since: Option.none() }
    }
    if (actions.some(Action.isInProgress)) {
      yield* Power.settle(droplet)
      continue
    }
    duty.since = Option.none()
    const off = yield* Effect.result(Power.off(droplet))
    if (off._tag === "Success" && off.success._tag === "Requested") {
      duty.since = Option.some(off.success.action)
      yield* Stderr.note(`doimg: ${droplet.name} is powered off`)
      return { _tag: "Off", since: duty.since }
    }
    if (off._tag === "Failure" && !Power.isRefusal(off.failure)) return yield* Effect.fail(off.failure)
    // another process powers it off, or something else is done to it
    duty.since = undefined
    refusals += 1
    if (refusals > Power.maxRefusals) {
      return off._tag === "Failure" ? yield* Effect.fail(off.failure) : { _tag: "Off", since: Option.none() }
    }
    yield* Effect.sleep(Power.pause)
  }
})

type Failure = Power.PowerError | Droplet.SnapshotNotFound

type Needs = Droplets.Droplets | Actions.Actions | Images.Images | GlobalFlags.Settings

/** Takes the snapshot of a Droplet that is off, unless it is in progress or was taken since the Droplet went off. */
const snapshot = Effect.fnUntraced(function* (
  options: Options,
  duty: Duty
): Effect.fn.Return<Image.Image, Failure, Needs> {
  const droplets = yield* Droplets.Droplets
  const { droplet, name } = options
  const taken = Effect.fnUntraced(function* (image: Image.Image) {
    yield* Stderr.note(
      `doimg: ${image.name} was taken a moment ago already, as image ${image.id}, and is not taken again`
    )
    // such as power_on by the run that took it
    yield* Power.settle(droplet)
    return image
  })
  const joined = new Set<number>()
  let prepared = yield* prepare(options, duty)
  for (let refusals = 0; ; ) {
    if (prepared._tag === "Taken") return yield* taken(prepared.image)
    const { since } = prepared
    const seen = yield* Ensure.inspectSnapshots(droplet)
    const now = yield* ServerTime.now
    const found = Option.flatMap(since, takenSince(seen, options))
    if (Option.isSome(found)) return found.value
    const other = Ensure.snapshotInProgress(seen, { except: joined })
    if (Option.isSome(other)) {
      joined.add(other.value.id)
      yield* Stderr.note(`doimg: ${droplet.name} is being snapshotted by action ${other.value.id}, which is waited for`)
      const image = Option.filter(yield* Ensure.joinSnapshot(droplet, other.value, { name }), isOurs(options))
      if (Option.isSome(image)) return image.value
      continue
    }
    if (seen.actions.some(Action.isInProgress)) {
      yield* Power.settle(droplet)
      continue
    }
    const before = takenBefore(seen, options, now)
    if (Option.isSome(before)) return yield* taken(before.value)
    // right before the request: is it still off, and was nothing started meanwhile?
    const { actions } = yield* Ensure.inspectDroplet(droplet)
    if (actions.some(Action.isInProgress)) continue
    if (Option.exists(since, isOnAgain(actions))) {
      yield* Stderr.note(`doimg: ${droplet.name} was powered on meanwhile`)
      prepared = yield* prepare(options, duty)
      continue
    }
    const posted = yield* Effect.result(
      Ensure.startSnapshot(droplet, name, { actions }, { wrapRequest: Effect.uninterruptible })
    )
    if (posted._tag === "Success") {
      return yield* droplets.awaitSnapshot({ droplet_id: droplet, image_name: name, action: posted.success })
    }
    refusals += 1
    if (refusals > Power.maxRefusals || !mayPass(posted.failure, since, now)) return yield* Effect.fail(posted.failure)
    yield* Effect.sleep(Power.pause)
  }
})

/** Whether a refusal may pass: the Droplet is busy, or was powered off a moment ago and is not seen as off yet. */
const mayPass = (error: unknown, since: Option.Option<Action.Action>, now: DateTime.DateTime): boolean => {
  if (error instanceof Droplet.EventPending) return true
  if (!isDigitalOceanError(error) || !Power.isRefusal(error)) return false
  return (
    [undefined, "powered-on"].includes(Refusal.kindOf(error)) &&
    Option.exists(since, Power.isYounger("30 seconds", now))
  )
}

/** An image of the name that was made since an action. */
const takenSince =
  ({ snapshots }: Ensure.SnapshotState, options: Options) =>
  (action: Action.Action): Option.Option<Image.Image> =>
    Option.fromNullishOr(snapshots.find((image) => isOurs(options)(image) && isMadeSince(action)(image)))

/** An image of the name whose snapshot completed a moment ago: the one of a run that was killed at its very end. */
const takenBefore = (
  { actions, snapshots }: Ensure.SnapshotState,
  { isNamed, name }: Options,
  now: DateTime.DateTime
): Option.Option<Image.Image> =>
  Option.fromNullishOr(
    snapshots.find((image) => {
      if (!isNamed || image.name !== name) return false
      const made = actions.find((action) => action.type.toLowerCase() === "snapshot" && isMadeSince(action)(image))
      return made !== undefined && Action.isCompleted(made) && Power.isYounger(moment, now)(made)
    })
  )

/**
 * For how long a snapshot of the very name that was chosen is not taken again.
 *
 * @since 0.1.0
 */
export const moment: Duration.Input = "10 minutes"

/** Timestamps have whole seconds, and an image's may be the very second its action was started. */
const isMadeSince =
  ({ started_at }: Action.Action) =>
  ({ created_at }: Image.Image): boolean =>
    DateTime.toEpochMillis(created_at) + 1000 > DateTime.toEpochMillis(started_at)

const isOurs =
  ({ droplet, isNamed, name }: Options) =>
  (image: Image.Image): boolean =>
    isNamed ? image.name === name : isDefaultName(droplet, image.name)

const isDefaultName = (droplet: Droplet.Droplet, name: string): boolean =>
  new RegExp(`^${RegExp_.escape(droplet.name)}-\\d{4}(-\\d\\d){5}(-\\d{3})?$`, "u").test(name)

const isOnAgain =
  (actions: ReadonlyArray<Action.Action>) =>
  (off: Action.Action): boolean =>
    Option.exists(
      Ensure.latestPowerAction(actions),
      ({ id, type }) => id > off.id && type.toLowerCase() !== "power_off"
    )
