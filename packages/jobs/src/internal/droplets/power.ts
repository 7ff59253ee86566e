import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import { type DigitalOceanError, isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Refusal from "@effect-digitalocean/client/Refusal"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Cleanup from "../../Cleanup.ts"
import * as Outcome from "../../Outcome.ts"
import * as Reconcile from "../../Reconcile.ts"
import { follow } from "../actions/follow.ts"
import { newestFirst, recentActions } from "../actions/recentActions.ts"

type Changed = (action: Action.Action) => Effect.Effect<void>

export type Power = "on" | "off"

/** How long to wait for other actions on a Droplet; undefined: not at all. */
export type Busy = Duration.Input | undefined

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

/**
 * Whether a Droplet is on or off; undefined when it is neither, such as while it is created.
 *
 * A power action that completed within the last minute outranks the status, which may lag behind it.
 */
export const powerOf = (
  droplet: Droplet.Droplet,
  actions: ReadonlyArray<Action.Action>,
  now: DateTime.Utc
): Power | undefined => {
  const last = actions
    .toSorted(newestFirst)
    .find((action) => Action.isCompleted(action) && powerAfter.has(typeOf(action)))
  if (last !== undefined) {
    const since = last.completed_at ?? last.started_at
    if (DateTime.isGreaterThan(DateTime.addDuration(since, statusLag), now)) return powerAfter.get(typeOf(last))
  }
  return Droplet.isOff(droplet) ? "off" : Droplet.isActive(droplet) ? "on" : undefined
}

const typeOf = ({ type }: Action.Action): string => type.toLowerCase()

/** A Droplet and the latest actions on it. Two requests. */
export const look = Effect.fnUntraced(function* (id: Droplet.Id) {
  const droplets = yield* Droplets
  // in this order the actions are at most newer than the status
  const droplet = yield* droplets.get(id)
  return { droplet, actions: yield* recentActions(droplets.actions(id, { per_page: 50 }), 50) }
})

/**
 * Powers a Droplet off or on unless it is, or an action in progress does so. A Droplet that is busy is inspected again
 * until `busy` is over.
 *
 * `own` are power actions of this run, which a listing may not show yet; what is started here is added to it, also when
 * the caller is interrupted while the request is sent.
 */
export const power = (
  droplet: Droplet.Id,
  wanted: Power,
  options: {
    readonly changed: Changed
    readonly wait: Actions.AwaitOptions | undefined
    readonly busy: Busy
    readonly own?: Array<Action.Action> | undefined
    /** run right before the request is sent */
    readonly before?: (() => void) | undefined
  }
): Effect.Effect<
  Outcome.Outcome<Action.Action, never>,
  DigitalOceanError | Droplet.EventPending | Actions.ActionErrored | Actions.ActionNotFound | Actions.ActionTimedOut,
  Droplets | Actions.Actions
> => {
  const type = `power_${wanted}`
  const { own = [] } = options
  const inspect = Effect.gen(function* () {
    const { actions, droplet: state } = yield* look(droplet)
    // of each the latest state, whichever of the two shows it
    const latest = new Map([...actions, ...own].map((action) => [action.id, action]))
    for (const action of [...own, ...actions]) if (Action.isDone(action)) latest.set(action.id, action)
    const all = [...latest.values()].toSorted(newestFirst)
    const isChanging = all.some((action) => Action.isInProgress(action) && powerAfter.has(typeOf(action)))
    return { all, is: !isChanging && powerOf(state, all, yield* ServerTime.now) === wanted }
  })
  const start = Effect.gen(function* () {
    yield* settle(droplet, options.busy, options.changed, options.wait, type)
    const { all, is } = yield* inspect
    const joined = all.find((action) => typeOf(action) === type && Action.isInProgress(action))
    if (joined !== undefined) return Option.some(joined)
    if (is) return Option.none<Action.Action>()
    const droplets = yield* Droplets
    options.before?.()
    const post = Reconcile.once(
      Effect.map(wanted === "off" ? droplets.powerOff(droplet) : droplets.powerOn(droplet), Option.some),
      inspect,
      (now) => {
        const found = Reconcile.newAction((action) => typeOf(action) === type, all, now.all)
        return Option.isSome(found)
          ? Option.some(found)
          : now.is
            ? Option.some(Option.none<Action.Action>())
            : Option.none()
      }
    )
    // the action that did so is not visible
    const settled = Effect.catchIf(
      post,
      (error): error is DigitalOceanError =>
        isDigitalOceanError(error) && Refusal.kindOf(error) === `already-${wanted}`,
      () => Effect.succeedNone
    )
    return yield* Cleanup.finish(
      Effect.tap(settled, (action) => Effect.sync(() => void own.push(...Option.toArray(action))))
    )
  })
  return Effect.gen(function* () {
    const action = yield* patient(droplet, start, {
      busy: options.busy,
      isLocked: (error) => error instanceof Droplet.EventPending,
      joins: (action) => typeOf(action) === type
    })
    if (Option.isNone(action)) return Outcome.skipped(`it is ${wanted} already`)
    const ended = yield* follow(action.value, options.changed, options.wait).pipe(
      // an action that cannot be read any more may have done its work
      Effect.catchTag("ActionNotFound", (error) => {
        own.splice(0, own.length, ...own.filter(({ id }) => id !== error.id))
        return Effect.flatMap(inspect, ({ is }) => (is ? Effect.succeed(undefined) : Effect.fail(error)))
      })
    )
    if (ended === undefined) return Outcome.skipped(`it is ${wanted}, though its action cannot be read any more`)
    own.push(ended)
    return Outcome.done(ended)
  })
}

/** Waits until no other action on a Droplet is in progress, if one may wait; an action that errored has ended too. */
export const settle = Effect.fnUntraced(function* (
  droplet: Droplet.Id,
  busy: Busy,
  changed: Changed,
  wait: Actions.AwaitOptions | undefined,
  except?: string
) {
  if (busy === undefined) return
  const { actions } = yield* look(droplet)
  for (const action of actions) {
    if (Action.isInProgress(action) && typeOf(action) !== except)
      yield* Effect.catchTag(
        follow(action, changed, { ...wait, timeout: busy }),
        ["ActionErrored", "ActionNotFound"],
        () => Effect.void
      )
  }
})

/**
 * Runs an inspection and the request that it leads to again after the request was refused because the Droplet is busy: a
 * refusal was not executed.
 *
 * That is so while `busy` lasts, for the lock of an action may outlast it a little; while an action is in progress that
 * the inspection joins; and for 25 seconds while no action is visible that explains the refusal.
 */
export const patient = <A, E, R>(
  droplet: Droplet.Id,
  inspectAndPost: Effect.Effect<A, E, R>,
  { busy, isLocked, joins }: Patience
): Effect.Effect<A, E | DigitalOceanError, R | Droplets> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) => {
    const lasts = busy === undefined ? 0 : Duration.toMillis(Duration.fromInputUnsafe(busy))
    const mayEnd = Effect.gen(function* () {
      const elapsed = (yield* Clock.currentTimeMillis) - start
      if (elapsed < lasts) return true
      const pending = (yield* look(droplet)).actions.filter(Action.isInProgress)
      return pending.length === 0 ? elapsed < visibleWithin : pending.every(joins)
    })
    return Effect.retry(inspectAndPost, {
      while: (error) => (isLocked(error) ? mayEnd : Effect.succeed(false)),
      schedule: Schedule.spaced("3 seconds")
    })
  })

interface Patience {
  readonly busy: Busy
  readonly isLocked: (error: unknown) => boolean
  readonly joins: (action: Action.Action) => boolean
}

/** How long an action that was started may take to be visible, in milliseconds. */
const visibleWithin = 25_000
