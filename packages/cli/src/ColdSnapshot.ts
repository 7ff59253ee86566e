/**
 * A snapshot of a Droplet that is powered off for it, and on again: `doimg snapshot --power-off`.
 *
 * Killed at any moment and run again, it finishes what the run before began: a Droplet that the run before powered off is
 * recognised by its actions, a snapshot that is in progress or was completed a moment ago by its name.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import type * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DropletPower from "@effect-digitalocean/jobs/DropletPower"
import * as DropletSnapshot from "@effect-digitalocean/jobs/DropletSnapshot"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RegExp_ from "effect/RegExp"
import * as Complaint from "./Complaint.ts"
import * as Leftovers from "./Leftovers.ts"
import * as Power from "./Power.ts"
import * as Stderr from "./Stderr.ts"

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
  const seen = yield* DropletSnapshot.look(droplet)
  const earlier = Option.filter(takenBefore(seen, options, yield* ServerTime.now), () => options.isNamed)
  const state = Power.stateOf(droplet, seen.actions, yield* ServerTime.now)
  /** what has to be undone: undefined while nothing has */
  let undo: { since: Option.Option<Action.Action> } | undefined

  const staysOff = options.powerOn
    ? Effect.void
    : Stderr.note(`doimg: ${droplet.name} was off before, and stays off; --power-on changes that`)

  const begin = Effect.gen(function* () {
    if (state._tag === "Off") {
      if (options.powerOn) undo = { since: Option.none() }
      yield* staysOff
      return Option.none<Action.Action>()
    }
    if (state._tag === "KilledJob") {
      undo = { since: Option.some(state.action) }
      Leftovers.addPoweredOff(leftovers, droplet.id, state.action)
      yield* Stderr.note(
        `doimg: ${droplet.name} was powered off by a run that was ended (action ${state.action.id}), and is powered on after this one`
      )
      return Option.some(state.action)
    }
    if (Option.isSome(earlier)) return Option.none<Action.Action>()
    undo = { since: Option.none() }
    const since = yield* Power.off(droplet)
    // where nobody is known to have powered it off, it was off before
    undo = Option.isSome(since) || options.powerOn ? { since } : undefined
    yield* Option.isSome(since) ? Stderr.note(`doimg: ${droplet.name} is powered off`) : staysOff
    return since
  })

  const powerOn = Effect.suspend(() =>
    undo === undefined
      ? Effect.void
      : Power.on(droplet, undo.since).pipe(
          Effect.andThen(
            Effect.sync(() => {
              undo = undefined
              Leftovers.removed(leftovers, droplet.id)
            })
          ),
          Effect.andThen(Stderr.note(`doimg: ${droplet.name} is powered on`))
        )
  )
  const toldPowerOn = Effect.catch(powerOn, (error) => Console.error(Complaint.line(error, stillOff(droplet))))

  const work = Effect.gen(function* () {
    const since = yield* begin
    if (Option.isSome(earlier)) {
      const { id, name } = earlier.value
      yield* Stderr.note(`doimg: ${name} was taken a moment ago already, as image ${id}, and is not taken again`)
      yield* Power.settle(droplet)
    }
    const image = Option.isSome(earlier) ? earlier.value : yield* snapshot(options, since)
    yield* print(yield* Images.Images.use((images) => images.get(image.id)))
  })

  yield* Effect.exit(work).pipe(
    Effect.flatMap((exit) => (exit._tag === "Success" ? powerOn : Effect.andThen(toldPowerOn, exit))),
    Effect.onInterrupt(() => toldPowerOn)
  )
})

const stillOff = ({ id, name }: Droplet.Droplet): string => `Droplet ${name} (${id}) could not be powered on`

/** Takes the snapshot of a Droplet that is off, unless it is in progress or was taken since the Droplet went off. */
const snapshot = Effect.fnUntraced(function* (options: Options, first: Option.Option<Action.Action>) {
  const droplets = yield* Droplets.Droplets
  const { droplet, name } = options
  let since = first
  const joined = new Set<number>()
  for (let refusals = 0; ; ) {
    const seen = yield* DropletSnapshot.look(droplet)
    const now = yield* ServerTime.now
    const found = Option.flatMap(since, takenSince(seen, options))
    if (Option.isSome(found)) return found.value
    const other = Option.filter(DropletSnapshot.underWay(seen, now), ({ id }) => !joined.has(id))
    if (Option.isSome(other)) {
      joined.add(other.value.id)
      yield* Stderr.note(`doimg: ${droplet.name} is being snapshotted by action ${other.value.id}, which is waited for`)
      const image = Option.filter(yield* DropletSnapshot.join(droplet, other.value, { name }), isOurs(options))
      if (Option.isSome(image)) return image.value
      continue
    }
    if (seen.actions.some(Action.isInProgress)) {
      yield* Power.settle(droplet)
      continue
    }
    if (Option.exists(since, isOnAgain(seen))) {
      yield* Stderr.note(`doimg: ${droplet.name} was powered on meanwhile, and is powered off again`)
      since = yield* Power.off(droplet)
      continue
    }
    const posted = yield* Effect.result(Effect.uninterruptible(DropletSnapshot.begin(droplet, name, seen)))
    if (posted._tag === "Success") {
      return yield* droplets.awaitSnapshot({ droplet_id: droplet, name, action: posted.success })
    }
    // that it is on may be read a little longer than it is
    const mayPass =
      posted.failure instanceof Droplet.PendingEvent || Option.exists(since, Power.isYounger("30 seconds", now))
    refusals += 1
    if (!Power.isRefusal(posted.failure) || !mayPass || refusals > Power.maxRefusals) {
      return yield* Effect.fail(posted.failure)
    }
    yield* Effect.sleep(Power.pause)
  }
})

/** An image of the name that was made since an action. */
const takenSince =
  ({ snapshots }: DropletSnapshot.State, options: Options) =>
  (action: Action.Action): Option.Option<Image.Image> =>
    Option.fromNullishOr(snapshots.find((image) => isOurs(options)(image) && isMadeSince(action)(image)))

/** An image of the name whose snapshot completed a moment ago: the one of a run that was killed at its very end. */
const takenBefore = (
  { actions, snapshots }: DropletSnapshot.State,
  { name }: Options,
  now: DateTime.DateTime
): Option.Option<Image.Image> =>
  Option.fromNullishOr(
    snapshots.find((image) => {
      if (image.name !== name) return false
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
  ({ actions }: DropletSnapshot.State) =>
  (off: Action.Action): boolean =>
    Option.exists(
      DropletPower.latestPowerAction(actions),
      ({ id, type }) => id > off.id && type.toLowerCase() !== "power_off"
    )
