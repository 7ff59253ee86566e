import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Outcome from "../Outcome.ts"
import * as Reconcile from "../Reconcile.ts"
import { look } from "../DropletSnapshot.ts"
import { follow, followed } from "./follow.ts"

type Changed = (action: Action.Action) => Effect.Effect<void>

/** Powers a Droplet off or on, unless it is so or being made so. */
export const power = (
  droplet: Droplet.Id,
  wanted: "off" | "on",
  options: { readonly changed: Changed; readonly wait: Actions.AwaitOptions | undefined; readonly busy: Busy }
): Effect.Effect<
  Outcome.Outcome<Action.Action, never>,
  DigitalOceanError | Droplet.PendingEvent | Actions.ActionErrored | Actions.ActionGone | Actions.ActionTimedOut,
  Droplets | Actions.Actions
> => {
  const type = `power_${wanted}`
  const begin = Effect.gen(function* () {
    const droplets = yield* Droplets
    const is = Effect.map(droplets.get(droplet), wanted === "off" ? Droplet.isOff : Droplet.isActive)
    yield* settle(droplet, options.busy, options.changed, options.wait, type)
    const state = yield* look(droplet)
    const joined = Option.fromNullishOr(
      state.actions.find((action) => action.type === type && Action.isInProgress(action))
    )
    if (Option.isSome(joined)) return joined
    if (yield* is) return Option.none<Action.Action>()
    const post = wanted === "off" ? droplets.powerOff(droplet) : droplets.powerOn(droplet)
    const now = Effect.all({ is, state: look(droplet) })
    return yield* Reconcile.once(
      Effect.map(patient(post, options.busy), Option.some),
      now,
      ({ is, state: { actions } }) =>
        is
          ? Option.some(Option.none<Action.Action>())
          : Option.map(
              Reconcile.newAction((action) => action.type === type, state.actions, actions),
              Option.some
            )
    )
  })
  return followed(begin, options.changed, options.wait, `it is ${wanted} already`)
}

/** How long to wait for what else is done to a Droplet; undefined: not at all. */
export type Busy = Duration.Input | undefined

/** Waits until nothing else is done to a Droplet, if one may; what errors has ended too. */
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
    if (Action.isInProgress(action) && action.type !== except)
      yield* Effect.catchTag(
        follow(action, changed, { ...wait, timeout: busy }),
        ["ActionErrored", "ActionGone"],
        () => Effect.void
      )
  }
})

/** Asks again while the Droplet is busy: a 422 was not executed. Its lock may outlast the action that took it a little. */
export const patient = <A, E, R>(
  post: Effect.Effect<A, E | Droplet.PendingEvent, R>,
  busy: Busy
): Effect.Effect<A, E | Droplet.PendingEvent, R> =>
  busy === undefined
    ? post
    : Effect.retry(post, {
        while: (error) => error instanceof Droplet.PendingEvent,
        schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration: busy })
      })
