import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Action from "../../Action.ts"
import { newestFirst } from "./recentActions.ts"

/**
 * Returns the action with which a program powered a Droplet off for a snapshot, if the program was killed before it
 * powered the Droplet on again.
 *
 * **Details**
 *
 * The API does not return who requested an action, so all of these conditions must hold:
 *
 * 1. the latest action that may have changed the Droplet's power is a `power_off`, or one without a type; actions that
 *    errored, snapshots, backups, renames and changes of the backup policy do not count
 * 2. a snapshot was started within an hour after it, or it is less than an hour old
 * 3. it is at most 25 hours old, so that a program that runs daily finds what its previous run left
 *
 * `actions` may be in any order.
 *
 * @category getters
 * @since 0.1.0
 */
export const poweredOffByJob = (
  actions: ReadonlyArray<Action.Action>,
  now: DateTime.DateTime
): Option.Option<Action.Action> => {
  const latest = latestPowerAction(actions)
  if (Option.isNone(latest) || !["power_off", ""].includes(latest.value.type.toLowerCase())) return Option.none()
  const off = latest.value
  const next = actions
    .filter((action) => action.type.toLowerCase() === "snapshot" && !Action.isErrored(action))
    .toSorted(newestFirst)
    .findLast((action) => newestFirst(action, off) < 0)
  const isFollowed = !isOlder(off, next?.started_at ?? now, untilSnapshot)
  return isFollowed && !isOlder(off, now, memory) ? Option.some(off) : Option.none()
}

/**
 * Returns the latest action that may have changed whether a Droplet is on. An action that errored changed nothing.
 *
 * @category getters
 * @since 0.1.0
 */
export const latestPowerAction = (actions: ReadonlyArray<Action.Action>): Option.Option<Action.Action> =>
  Option.fromNullishOr(
    actions
      .toSorted(newestFirst)
      .find((action) => !Action.isErrored(action) && !leavesPower.has(action.type.toLowerCase()))
  )

/** The types of actions that do not change whether a Droplet is on or off. */
const leavesPower: ReadonlySet<string> = new Set([
  "snapshot",
  "backup",
  "enable_backups",
  "disable_backups",
  "change_backup_policy",
  "rename"
])

const untilSnapshot = Duration.hours(1)

const memory = Duration.hours(25)

const isOlder = ({ started_at }: Action.Action, at: DateTime.DateTime, age: Duration.Duration): boolean =>
  DateTime.isLessThan(DateTime.addDuration(started_at, age), at)
