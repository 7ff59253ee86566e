import type { Action } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Power from "../../src/droplets/Power.ts"

const now = DateTime.makeUnsafe("2026-11-25T12:00:00Z")

/** An action that was started and completed so many seconds ago. */
const action = (id: number, type: string, secondsAgo: number, status = "completed"): Action.Action => ({
  id: id as Action.Id,
  type,
  status,
  started_at: DateTime.subtract(now, { seconds: secondsAgo }),
  completed_at: status === "completed" ? DateTime.subtract(now, { seconds: secondsAgo }) : null,
  resource_id: 7,
  resource_type: "droplet",
  region: null,
  region_slug: null
})

describe("whether a Droplet is on", () => {
  // R3, R6: [the status that was read, the actions, newest first, what it is]
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<Action.Action>, Power.State["_tag"]]> = [
    ["active", [], "On"],
    ["off", [], "Off"],
    ["new", [], "On"],
    ["OFF", [], "Off"],
    // an action outranks a status that lags behind it
    ["active", [action(1, "power_off", 5)], "KilledJob"],
    ["active", [action(1, "shutdown", 5)], "Off"],
    ["off", [action(2, "power_on", 5), action(1, "power_off", 20)], "On"],
    ["off", [action(2, "power_on", 5, "in-progress"), action(1, "power_off", 20)], "On"],
    ["off", [action(1, "reboot", 5)], "On"],
    // and no longer does after a minute: the operating system can shut itself down
    ["off", [action(2, "power_on", 90), action(1, "power_off", 100)], "Off"],
    ["off", [action(1, "create", 3600)], "Off"],
    // a run that was killed
    ["off", [action(2, "snapshot", 7100), action(1, "power_off", 7200)], "KilledJob"],
    ["active", [action(2, "snapshot", 5, "in-progress"), action(1, "power_off", 10)], "KilledJob"],
    // somebody who powered it off long ago
    ["off", [action(1, "power_off", 7200)], "Off"]
  ]
  for (const [status, actions, expected] of cases) {
    const seen = actions.map(({ status, type }) => `${type} ${status}`).join(", ") || "nothing"
    it(`is ${expected} where it reads ${status} after ${seen}`, () => {
      assert.strictEqual(Power.stateOf({ status }, actions, now)._tag, expected)
    })
  }
})
