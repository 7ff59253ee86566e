import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Action from "../../Action.ts"
import { newestFirst } from "./recentActions.ts"

/** Documented at `Ensure`. */
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

/** Documented at `Ensure`. */
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
