import * as Array from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Action from "../../Action.ts"
import * as Actions from "../../Actions.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Droplet from "../../Droplet.ts"
import { Droplets } from "../../Droplets.ts"
import * as Reconcile from "../../Reconcile.ts"
import * as ServerTime from "../../ServerTime.ts"
import * as Events from "./events.ts"
import * as Lock from "./lock.ts"
import { type Options, type Result, satisfied } from "./model.ts"
import * as Operation from "./operation.ts"
import { newestFirst, recentOfDroplet } from "./recentActions.ts"

/** Documented at `Ensure`. */
export type Power = "on" | "off"

/** Documented at `Ensure`. */
export interface DropletState {
  /** the Droplet as it was read */
  readonly droplet: Droplet.Droplet
  /** its latest actions, newest first */
  readonly actions: ReadonlyArray<Action.Action>
  /** when both were read, by DigitalOcean's clock */
  readonly readAt: DateTime.Utc
}

/** Documented at `Ensure`. */
export interface PowerOptions extends Options {
  /** actions that were started before, which a listing may not contain yet */
  readonly known?: ReadonlyArray<Action.Action> | undefined
}

/** Documented at `Ensure`. */
export const inspectDroplet = Effect.fn("Ensure.inspectDroplet")(function* (
  droplet: Droplet.Ref,
  { known = [] }: Pick<PowerOptions, "known"> = {}
): Effect.fn.Return<DropletState, DigitalOceanError, Droplets> {
  const droplets = yield* Droplets
  // in this order the actions are at most newer than the status
  const read = yield* droplets.get(droplet)
  const listed = yield* recentOfDroplet(droplets, droplet)
  // the latest state of each action, whichever of the two contains it
  const latest = new Map([...listed, ...known].map((action) => [action.id, action]))
  for (const action of [...known, ...listed]) if (Action.isDone(action)) latest.set(action.id, action)
  return { droplet: read, actions: [...latest.values()].toSorted(newestFirst), readAt: yield* ServerTime.now }
})

/** Documented at `Ensure`. */
export const powerOf = ({ actions, droplet, readAt }: DropletState): Power | undefined => {
  const last = actions
    .toSorted(newestFirst)
    .find((action) => Action.isCompleted(action) && powerAfter.has(typeOf(action)))
  if (last !== undefined) {
    const since = last.completed_at ?? last.started_at
    if (DateTime.isGreaterThan(DateTime.addDuration(since, statusLag), readAt)) return powerAfter.get(typeOf(last))
  }
  return Droplet.isOff(droplet) ? "off" : Droplet.isActive(droplet) ? "on" : undefined
}

/** Documented at `Ensure`. */
export const hasPower = (state: DropletState, power: Power): boolean =>
  powerOf(state) === power &&
  !state.actions.some((action) => Action.isInProgress(action) && powerAfter.has(typeOf(action)))

/** Documented at `Ensure`. */
export const power = Effect.fn("Ensure.power")(function* (
  droplet: Droplet.Ref,
  power: Power,
  options: PowerOptions = {}
): Effect.fn.Return<
  Result,
  DigitalOceanError | Droplet.EventPending | Actions.ActionTimedOut,
  Droplets | Actions.Actions
> {
  const droplets = yield* Droplets
  const id = Droplet.idOf(droplet)
  const compare = ({ type }: Action.Action) =>
    type === "" ? "unknown" : type.toLowerCase() === `power_${power}` ? "same" : "other"
  const isSame = (action: Action.Action) => compare(action) === "same"
  const already = satisfied(`Droplet ${id} is ${power} already`)
  return yield* Operation.ensure(
    {
      inspect: inspectDroplet(id, options),
      send: (): Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending> =>
        power === "off" ? droplets.powerOff(id) : droplets.powerOn(id),
      satisfied: (now: DropletState) => (hasPower(now, power) ? already : undefined),
      refused: (kind) => (kind === `already-${power}` ? already : undefined),
      findNew: (before, now) => Reconcile.findNewAction(isSame, before.actions, now.actions),
      joinsAfterRefusal: true,
      actions: ({ actions }) => actions,
      inProgress: ({ actions }) =>
        Option.fromNullishOr(actions.find((action) => isSame(action) && Action.isInProgress(action))),
      compare,
      isExclusive: true
    },
    yield* Actions.Actions,
    undefined,
    options
  )
})

/** Documented at `Ensure`. */
export const awaitIdle = Effect.fn("Ensure.awaitIdle")(function* (
  droplet: Droplet.Ref,
  { onProgress, wait }: Pick<Options, "onProgress" | "wait"> = {}
): Effect.fn.Return<void, DigitalOceanError | Actions.ActionTimedOut, Droplets | Actions.Actions> {
  const droplets = yield* Droplets
  const waits = yield* Actions.Actions
  const inProgress = Effect.map(recentOfDroplet(droplets, droplet), Array.filter(Action.isInProgress))
  const awaited = new Set<Action.Id>()
  let pending = yield* inProgress
  while (pending.length > 0) {
    yield* Events.awaitEvents(waits, pending, () => wait, onProgress)
    for (const { id } of pending) awaited.add(id)
    // a listing may still contain an action in progress that has completed
    pending = (yield* inProgress).filter(({ id }) => !awaited.has(id))
  }
})

/** Documented at `Ensure`. */
export interface LockOptions {
  /** for how long to retry in any case, by default not at all */
  readonly waitForEvents?: Duration.Input | undefined
  /** whether an error says that the Droplet is busy */
  readonly isLocked?: ((error: unknown) => boolean) | undefined
  /** whether the effect uses an action in progress instead of sending its request */
  readonly isJoined?: ((action: Action.Action) => boolean) | undefined
}

/** Documented at `Ensure`. */
export const retryWhileLocked = <A, E, R>(
  droplet: Droplet.Ref,
  self: Effect.Effect<A, E, R>,
  { isJoined = () => false, isLocked = Lock.isEventPending, waitForEvents }: LockOptions = {}
): Effect.Effect<A, E | DigitalOceanError, R | Droplets> =>
  Effect.flatMap(Droplets, (droplets) =>
    Lock.retryWhileLocked(self, {
      actions: recentOfDroplet(droplets, droplet),
      isLocked,
      isJoined,
      waitForEvents
    })
  )

/** A Droplet's status may lag behind an action that has completed: for this long the action decides. */
const statusLag = Duration.minutes(1)

const powerAfter: ReadonlyMap<string, Power> = new Map([
  ["power_off", "off"],
  ["shutdown", "off"],
  ["power_on", "on"],
  ["power_cycle", "on"],
  ["reboot", "on"],
  ["create", "on"],
  ["restore", "on"],
  ["rebuild", "on"]
])

const typeOf = ({ type }: Action.Action): string => type.toLowerCase()
