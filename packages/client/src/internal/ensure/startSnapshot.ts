import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Action from "../../Action.ts"
import { type DigitalOceanError, isDigitalOceanError } from "../../DigitalOceanError.ts"
import * as Droplet from "../../Droplet.ts"
import * as Reconcile from "../../Reconcile.ts"
import * as Refusal from "../../Refusal.ts"

/** The operations of `Droplets` that starting a snapshot uses. */
export interface Operations {
  /** the latest actions of a Droplet */
  readonly recent: (droplet: Droplet.Ref) => Effect.Effect<ReadonlyArray<Action.Action>, DigitalOceanError>
  readonly snapshot: (
    droplet: Droplet.Ref,
    name?: string
  ) => Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending>
}

/**
 * Sends the request for a snapshot. If its outcome is unknown, the action is searched for among those that `before` does
 * not contain. A snapshot of another process is not used, because its action does not contain its name.
 */
export const startSnapshot = (
  droplets: Operations,
  droplet: Droplet.Ref,
  name: string,
  before: ReadonlyArray<Action.Action>
): Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending> =>
  Reconcile.createOrFind(
    droplets.snapshot(droplet, name),
    Effect.map(droplets.recent(droplet), (now) => findNewSnapshot(before, now))
  )

/** The action of a snapshot that did not exist before. */
export const findNewSnapshot = (
  before: ReadonlyArray<Action.Action>,
  now: ReadonlyArray<Action.Action>
): Option.Option<Action.Action> => Reconcile.findNewAction(mayBeSnapshot, before, now)

/** Documented at `Ensure`. */
export const mayBeSnapshot = ({ type }: Action.Action): boolean => ["", "snapshot"].includes(type.toLowerCase())

/** The Droplet is busy, or its status lags behind a `power_off`. */
export const isLocked = (error: unknown): boolean =>
  error instanceof Droplet.EventPending || (isDigitalOceanError(error) && Refusal.kindOf(error) === "powered-on")
