import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Action from "../../Action.ts"
import { type DigitalOceanError, isDigitalOceanError } from "../../DigitalOceanError.ts"
import * as Droplet from "../../Droplet.ts"
import type * as Image from "../../Image.ts"
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

/** Documented at `Ensure`. */
export const mayBeImageOf =
  ({ started_at }: Action.Action) =>
  ({ created_at }: Image.Image): boolean =>
    isCreatedAfter(started_at, created_at)

/** Timestamps have a resolution of one second, so an image can have the same timestamp as the start of its action. */
export const isCreatedAfter = (start: DateTime.Utc, created: DateTime.Utc): boolean =>
  DateTime.toEpochMillis(created) + 1000 > DateTime.toEpochMillis(start)

/** Documented at `Ensure`. */
export const isSnapshotLocked = (error: unknown): boolean =>
  error instanceof Droplet.EventPending || (isDigitalOceanError(error) && Refusal.kindOf(error) === "powered-on")
