import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Action from "../../../src/Action.ts"
import * as Durations from "../../../src/internal/polling/durationEstimates.ts"
import { action } from "../../support/recorded.ts"

const decode = Schema.decodeUnknownSync(Action.Action)
const at = (seconds: number) => new Date(1_000 * seconds).toISOString()
const ran = (id: number, seconds: number, fields: object = {}) =>
  decode(
    action({
      id,
      status: "completed",
      started_at: at(0),
      completed_at: at(seconds),
      resource_id: 1_000_000 + id,
      ...fields
    })
  )
const running = (fields: object = {}) => decode(action({ id: 99, resource_id: 99, completed_at: null, ...fields }))
const after = (seconds: number) => Duration.seconds(seconds)
const known = (...actions: ReadonlyArray<Action.Action>) => {
  const durations = Durations.make()
  durations.record(actions)
  return (one: Action.Action, age = after(0)) => {
    const estimate = durations.estimate(one, age)
    return estimate && [Duration.toSeconds(estimate.total), Duration.toSeconds(estimate.remaining), estimate.samples]
  }
}

describe("an estimate", () => {
  it("is none where nothing or too little is known", () => {
    assert.isUndefined(known()(running()))
    assert.isUndefined(known(ran(1, 100), ran(2, 100))(running()))
  })

  it("rests on one action of the same resource before three to the same region, and those before three anywhere", () => {
    const regional = [ran(1, 100), ran(2, 110), ran(3, 120)]
    const elsewhere = [4, 5, 6, 7].map((id) => ran(id, 500, { region_slug: "syd1" }))
    assert.deepStrictEqual(known(ran(8, 40, { resource_id: 99 }), ...regional)(running()), [40, 40, 1])
    assert.deepStrictEqual(known(...regional, ...elsewhere)(running()), [110, 110, 3])
    assert.deepStrictEqual(known(...elsewhere)(running()), [500, 500, 4])
  })

  it("does not take two resources or regions that are not told for the same", () => {
    const nameless = { resource_id: null, region_slug: null }
    const others = [1, 2].map((id) => ran(id, 100, nameless))
    assert.isUndefined(known(...others)(running(nameless)))
    assert.deepStrictEqual(known(...others, ran(3, 400), ran(4, 400))(running(nameless)), [400, 400, 4])
  })

  it("is the middle of those that took longer than this one has, and none past the longest", () => {
    const estimate = known(ran(1, 100), ran(2, 200), ran(3, 300))
    assert.deepStrictEqual(estimate(running(), after(50)), [200, 150, 3])
    assert.deepStrictEqual(estimate(running(), after(250)), [300, 50, 3])
    assert.isUndefined(estimate(running(), after(301)))
  })

  it("does not rest on what errored, is unfinished, ended before it began, or was counted", () => {
    const one = ran(1, 100)
    const estimate = known(
      one,
      one,
      one,
      ran(2, 100, { status: "errored" }),
      ran(3, -1),
      running({ id: 4, started_at: at(0) })
    )
    assert.isUndefined(estimate(running()))
  })

  it("remembers the last 5,000 actions", () => {
    const durations = Durations.make()
    durations.record([ran(1, 40, { resource_id: 99 })])
    assert.strictEqual(durations.estimate(running(), after(0))?.samples, 1)
    for (let id = 2; id < 5_002; id++) durations.record([ran(id, 100)])
    assert.strictEqual(durations.estimate(running(), after(0))?.samples, 100)
  })
})
