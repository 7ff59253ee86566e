import * as Action from "@effect-digitalocean/client/Action"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import { newestFirst } from "../actions/recentActions.ts"

/**
 * The action with which a job powered a Droplet off for a snapshot and did not power it on again, because the job was
 * killed; none when the Droplet is off for another reason.
 *
 * **Details**
 *
 * The account does not say who requested an action, so this is decided by three conditions, all of which must hold:
 *
 * 1. the latest action that may have changed the Droplet's power is a `power_off` (jobs never use `shutdown`), or one
 *    whose type is not returned; actions that errored changed nothing, and snapshots, backups, changes of the backup
 *    policy and renames leave it as it is
 * 2. a snapshot was started within an hour after it, or it is less than an hour old: a job takes its snapshot at once
 * 3. it is at most 25 hours old, so that a job that runs daily sees what the run before left
 *
 * The order of `actions` does not matter.
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

/** The latest action that may have changed a Droplet's power; what errored changed nothing. */
export const latestPowerAction = (actions: ReadonlyArray<Action.Action>): Option.Option<Action.Action> =>
  Option.fromNullishOr(
    actions
      .toSorted(newestFirst)
      .find((action) => !Action.isErrored(action) && !leavesPower.has(action.type.toLowerCase()))
  )

/** The types of actions after which a Droplet is as on or off as before. */
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
