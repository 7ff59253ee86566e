import type * as Action from "../../src/Action.ts"
import * as Ensure from "../../src/Ensure.ts"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

const now = DateTime.makeUnsafe("2026-11-25T12:00:00Z")

/** An action that was started a number of minutes ago. */
const action = (id: number, type: string, minutesAgo: number, status = "completed"): Action.Action => ({
  id: id as Action.Id,
  type,
  status,
  started_at: DateTime.subtract(now, { minutes: minutesAgo }),
  completed_at: null,
  resource_id: 7,
  resource_type: "droplet",
  region: null,
  region_slug: null
})

const hour = 60

// R6: [what the Droplet's actions say, the actions, the id of the power_off of a killed job]
const cases: ReadonlyArray<readonly [string, ReadonlyArray<Action.Action>, number | undefined]> = [
  ["nothing at all", [], undefined],
  ["only that it was created", [action(1, "create", 1)], undefined],
  ["a power_off that is in progress", [action(1, "power_off", 0, "in-progress")], 1],
  // R2: what is not returned is unknown
  ["an action without a type that completed a minute ago", [action(1, "", 1)], 1],
  ["a power_off that completed a minute ago", [action(1, "power_off", 1)], 1],
  ["a power_off an hour ago and nothing since", [action(1, "power_off", hour)], 1],
  ["a power_off more than an hour ago and nothing since", [action(1, "power_off", hour + 1)], undefined],
  [
    "a power_off of 24 hours ago, then a snapshot",
    [action(2, "snapshot", 24 * hour - 1), action(1, "power_off", 24 * hour)],
    1
  ],
  [
    "a power_off of 26 hours ago, then a snapshot",
    [action(2, "snapshot", 26 * hour - 1), action(1, "power_off", 26 * hour)],
    undefined
  ],
  [
    "a snapshot that was started two hours after the power_off",
    [action(2, "snapshot", hour), action(1, "power_off", 3 * hour)],
    undefined
  ],
  [
    "two snapshots, the first at once",
    [action(3, "snapshot", hour), action(2, "snapshot", 3 * hour), action(1, "power_off", 3 * hour)],
    1
  ],
  [
    "a snapshot that is in progress",
    [action(2, "snapshot", 2 * hour, "in-progress"), action(1, "power_off", 2 * hour)],
    1
  ],
  // a snapshot that errored does not count: the power_off is judged by its age
  [
    "a snapshot that errored, long ago",
    [action(2, "snapshot", 2 * hour, "errored"), action(1, "power_off", 2 * hour)],
    undefined
  ],
  ["a snapshot that errored, a moment ago", [action(2, "snapshot", 2, "errored"), action(1, "power_off", 3)], 1],
  [
    "a rename at once and no snapshot",
    [action(2, "rename", 2 * hour - 1), action(1, "power_off", 2 * hour)],
    undefined
  ],
  [
    "a snapshot before it and none after it",
    [action(2, "power_off", 2 * hour), action(1, "snapshot", 3 * hour)],
    undefined
  ],
  ["a power_off that errored", [action(1, "power_off", 1, "errored")], undefined],
  ["a later power_on", [action(3, "power_on", 1), action(2, "snapshot", 2), action(1, "power_off", 3)], undefined],
  [
    "a later power_on that is in progress",
    [action(2, "power_on", 1, "in-progress"), action(1, "power_off", 3)],
    undefined
  ],
  ["a later power_on that errored", [action(2, "power_on", 1, "errored"), action(1, "power_off", 3)], 1],
  ["a shutdown, which jobs do not use", [action(1, "shutdown", 1)], undefined],
  ["a shutdown after it", [action(2, "shutdown", 1), action(1, "power_off", 3)], undefined],
  ["a reboot after it", [action(2, "reboot", 1), action(1, "power_off", 3)], undefined],
  ["a type after it that nobody knows", [action(2, "hibernate", 1), action(1, "power_off", 3)], undefined],
  ["a backup and a rename after it", [action(3, "rename", 1), action(2, "backup", 2), action(1, "power_off", 3)], 1],
  ["a power_on before it", [action(2, "power_off", 1), action(1, "power_on", 3)], 2],
  // timestamps have whole seconds
  ["a power_on of the same second, with a higher id", [action(2, "power_on", 1), action(1, "power_off", 1)], undefined],
  ["a power_off of the same second, with a higher id", [action(1, "power_on", 1), action(2, "power_off", 1)], 2],
  ["the oldest first", [action(1, "power_on", 5), action(2, "power_off", 3), action(3, "snapshot", 2)], 2],
  ["types in capitals", [action(2, "SNAPSHOT", 2 * hour), action(1, "POWER_OFF", 2 * hour)], 1],
  // a clock that is behind DigitalOcean's
  ["a power_off that is still to come", [action(1, "power_off", -2)], 1]
]

describe("poweredOffByJob", () => {
  for (const [what, actions, expected] of cases) {
    it(`${expected === undefined ? "finds no killed job" : `finds action ${expected}`} where the actions are ${what}`, () => {
      assert.deepStrictEqual(
        Option.map(Ensure.poweredOffByJob(actions, now), ({ id }) => Number(id)),
        Option.fromNullishOr(expected)
      )
    })
  }
})
