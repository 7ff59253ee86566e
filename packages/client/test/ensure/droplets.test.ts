import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Action from "../../src/Action.ts"
import * as Actions from "../../src/Actions.ts"
import * as Droplet from "../../src/Droplet.ts"
import * as Droplets from "../../src/Droplets.ts"
import * as Ensure from "../../src/Ensure.ts"
import { web } from "../support/ensure.ts"
import { account, hour } from "../support/inMemory.ts"
import * as Recorded from "../support/recorded.ts"

const readAt = DateTime.makeUnsafe("2026-11-25T12:00:00Z")

const ago = (seconds: number) => DateTime.formatIso(DateTime.subtract(readAt, { seconds }))

/** An action that was started and completed some seconds ago. */
const action = (id: number, type: string, seconds: number, fields: { readonly [field: string]: unknown } = {}) =>
  Schema.decodeUnknownSync(Action.Action)({
    id,
    type,
    status: "completed",
    started_at: ago(seconds),
    completed_at: ago(seconds),
    ...fields
  })

describe("powerOf and hasPower", () => {
  // [the status, the actions, the power, whether no action in progress changes it]
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<Action.Action>, Ensure.Power | undefined, boolean]> = [
    ["active", [], "on", true],
    ["off", [], "off", true],
    ["new", [], undefined, true],
    // a completed action decides for a minute
    ["active", [action(1, "power_off", 59)], "off", true],
    ["active", [action(1, "power_off", 60)], "on", true],
    ["active", [action(1, "shutdown", 5)], "off", true],
    ["off", [action(1, "power_on", 5)], "on", true],
    ["off", [action(1, "reboot", 5), action(2, "restore", 4)], "on", true],
    ["off", [action(2, "power_on", 5), action(1, "power_off", 5)], "on", true],
    ["active", [action(1, "POWER_OFF", 5)], "off", true],
    // completed_at may be missing
    ["active", [action(1, "power_off", 5, { completed_at: null })], "off", true],
    // what errored, or leaves the power, decides nothing
    ["active", [action(1, "power_off", 5, { status: "errored" })], "on", true],
    ["off", [action(2, "snapshot", 5), action(1, "power_off", 90)], "off", true],
    // what is in progress does not decide, and changes it
    ["active", [action(1, "power_off", 5, { status: "in-progress", completed_at: null })], "on", false],
    ["off", [action(1, "snapshot", 5, { status: "in-progress", completed_at: null })], "off", true]
  ]
  for (const [status, actions, power, isStable] of cases) {
    const seen = actions.map(({ status, type }) => `${type} ${status}`).join(", ") || "no action"
    it(`are ${power ?? "unknown"}${isStable ? "" : ", but about to change"}, where the status is ${status} after ${seen}`, () => {
      const droplet = Schema.decodeUnknownSync(Droplet.Droplet)({ ...Recorded.droplet(), status })
      const state = { droplet, actions, readAt }
      assert.strictEqual(Ensure.powerOf(state), power)
      for (const wanted of ["on", "off"] as const) {
        assert.strictEqual(Ensure.hasPower(state, wanted), isStable && wanted === power)
      }
    })
  }
})

/** A listing of actions without rows. */
const noRows = (on: string): Faults.Script => [
  { fault: "set", on, field: "actions", value: [], times: "always" },
  { fault: "total", on, total: 0, times: "always" }
]

const hiddenActions = noRows("droplets.actions")

const done = <E, R>(act: Effect.Effect<Action.Action, E, R>) =>
  Effect.flatMap(act, (action) => Actions.Actions.use((actions) => actions.await(action)))

const droplets = Droplets.Droplets

describe("a Droplet", () => {
  it.effect("is powered on after it was powered off, and off again", () =>
    Effect.gen(function* () {
      for (const power of ["off", "on", "off"] as const) {
        const result = yield* hour(Ensure.power(web, power))
        assert.strictEqual(result._tag, "Requested")
      }
    }).pipe(Effect.provide(account()))
  )

  it.effect("whose power_off neither the listing nor the status shows is Satisfied by the known action", () =>
    Effect.gen(function* () {
      const off = yield* hour(
        Effect.gen(function* () {
          const off = yield* done(droplets.use((all) => all.powerOff(web)))
          const hidden = yield* Ensure.inspectDroplet(web)
          assert.isFalse(Ensure.hasPower(hidden, "off"))
          const known = [off]
          assert.isTrue(Ensure.hasPower(yield* Ensure.inspectDroplet(web, { known }), "off"))
          assert.strictEqual((yield* Ensure.power(web, "off", { known }))._tag, "Satisfied")
          return off
        })
      )
      const test = yield* TestDigitalOcean.TestDigitalOcean
      assert.deepStrictEqual(
        (yield* test.actions()).filter(({ type }) => type === "power_off").map(({ id }) => Number(id)),
        [Number(off.id)]
      )
    }).pipe(
      Effect.provide(
        account({
          statusDelay: "5 minutes",
          faults: hiddenActions
        })
      )
    )
  )

  it.effect("in its listing is believed where the known action is older", () =>
    Effect.gen(function* () {
      const off = yield* droplets.use((all) => all.powerOff(web))
      const state = yield* hour(Effect.andThen(Effect.sleep("2 minutes"), Ensure.inspectDroplet(web, { known: [off] })))
      assert.deepStrictEqual(
        state.actions.filter(({ id }) => id === off.id).map(({ status }) => status),
        ["completed"]
      )
    }).pipe(Effect.provide(account()))
  )

  it.effect("that refuses because it is off already is Satisfied, though nothing shows it", () =>
    Effect.gen(function* () {
      const result = yield* hour(
        Effect.andThen(done(droplets.use((all) => all.powerOff(web))), Ensure.power(web, "off"))
      )
      assert.strictEqual(result._tag, "Satisfied")
    }).pipe(
      Effect.provide(
        account({
          statusDelay: "5 minutes",
          faults: hiddenActions
        })
      )
    )
  )
})

describe("awaitIdle", () => {
  it.effect("waits for each action that is in progress, also those started meanwhile, and for no errored one", () =>
    Effect.gen(function* () {
      const test = yield* TestDigitalOcean.TestDigitalOcean
      const program = Effect.gen(function* () {
        const first = yield* droplets.use((all) => all.powerOff(web))
        const second = Effect.gen(function* () {
          yield* Effect.sleep("1 second")
          yield* test.endAction(first.id, "errored")
          yield* droplets.use((all) => all.snapshot(web, "n"))
        })
        const progress = new Set<string>()
        yield* Effect.forkChild(second)
        yield* Ensure.awaitIdle(web, {
          onProgress: ({ status, type }) => Effect.sync(() => void progress.add(`${type} ${status}`))
        })
        return progress
      })
      assert.deepStrictEqual(
        [...(yield* hour(program))],
        ["power_off in-progress", "power_off errored", "snapshot in-progress", "snapshot completed"]
      )
    }).pipe(Effect.provide(account()))
  )

  it.effect("does not wait forever for an action in progress that cannot be read", () =>
    hour(
      Effect.gen(function* () {
        yield* droplets.use((all) => all.powerOff(web))
        yield* Ensure.awaitIdle(web, { wait: { notFoundGracePeriod: "10 seconds" } })
        assert.isAtMost(yield* Clock.currentTimeMillis, 120_000)
      })
    ).pipe(
      Effect.provide(
        account({
          faults: [
            { fault: "set", on: "droplets.actions", field: "actions.*.status", value: "in-progress", times: "always" },
            { fault: "status", on: "actions.get", status: 404, times: "always" },
            ...noRows("actions.list"),
            { fault: "status", on: "droplets.action", status: 404, times: "always" }
          ]
        })
      )
    )
  )
})
