import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type * as Action from "../../Action.ts"
import { type DigitalOceanError, isDigitalOceanError } from "../../DigitalOceanError.ts"
import type * as Droplet from "../../Droplet.ts"
import * as Reconcile from "../../Reconcile.ts"
import * as Refusal from "../../Refusal.ts"
import { isEventPending } from "./events.ts"
import type { Options } from "./model.ts"
import * as Operation from "./operation.ts"
import { recentActions } from "./recentActions.ts"

/** The operations of `Droplets` that starting a snapshot uses. */
export interface Operations {
  readonly actions: (
    droplet: Droplet.Ref,
    filter?: { readonly per_page?: number }
  ) => Stream.Stream<Action.Action, DigitalOceanError>
  readonly snapshot: (
    droplet: Droplet.Ref,
    name?: string
  ) => Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending>
}

/** The latest 50 actions of a Droplet, newest first. */
export const actionsOf = (droplets: Operations, droplet: Droplet.Ref) =>
  recentActions(droplets.actions(droplet, { per_page: 50 }), 50)

/**
 * Sends the request for a snapshot. If its outcome is unknown, the action is searched for among those that `before` does
 * not contain. A snapshot of another process is not used, because its action does not contain its name.
 */
export const startSnapshot = (
  droplets: Operations,
  droplet: Droplet.Ref,
  name: string,
  before: ReadonlyArray<Action.Action>,
  options: Options
): Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending> =>
  Effect.map(
    Operation.send<ReadonlyArray<Action.Action>, Action.Action, never, DigitalOceanError | Droplet.EventPending, never>(
      {
        inspect: actionsOf(droplets, droplet),
        send: () => droplets.snapshot(droplet, name),
        ...ofSnapshots,
        satisfied: () => undefined
      },
      before,
      options
    ),
    ({ action }) => action
  )

/** How the action of a snapshot is recognised. */
export const ofSnapshots = {
  findNew: (before: ReadonlyArray<Action.Action>, now: ReadonlyArray<Action.Action>): Option.Option<Action.Action> =>
    Reconcile.findNewAction(mayBeSnapshot, before, now),
  joinsAfterRefusal: false
}

/** Documented at `Ensure`. */
export const mayBeSnapshot = (action: Action.Action): boolean => isSnapshot(action) || action.type === ""

export const isSnapshot = ({ type }: Action.Action): boolean => type.toLowerCase() === "snapshot"

/** The Droplet is busy, or its status lags behind a `power_off`. */
export const isLocked = (error: unknown): boolean =>
  isEventPending(error) || (isDigitalOceanError(error) && Refusal.kindOf(error) === "powered-on")
