import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Action from "../../../src/Action.ts"
import { DurationEstimates } from "../../../src/internal/waiting/durationEstimates.ts"
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
  const durations = new DurationEstimates()
  durations.record(actions)
  return (one: Action.Action, age = after(0)) => {
    const estimate = durations.estimate(one, age)
    return estimate && [Duration.toSeconds(estimate.total), Duration.toSeconds(estimate.remaining), estimate.samples]
  }
}

describe("an estimate", () => {
  it("is undefined if nothing or too little is known", () => {
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

  it("does not treat two unknown resources or regions as the same", () => {
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
    const durations = new DurationEstimates()
    durations.record([ran(1, 40, { resource_id: 99 })])
    assert.strictEqual(durations.estimate(running(), after(0))?.samples, 1)
    for (let id = 2; id < 5_002; id++) durations.record([ran(id, 100)])
    assert.strictEqual(durations.estimate(running(), after(0))?.samples, 1000)
  })

  it("uses at least three actions on resources of about the same size before those to the same region", () => {
    const durations = new DurationEstimates()
    const sizes = [10, 11, 12, 40, 40, 40]
    for (const [i, size] of sizes.entries()) {
      const one = ran(i + 1, 10 * size)
      durations.learnSize(one, size)
      durations.record([one])
    }
    const other = running()
    assert.strictEqual(durations.estimate(other, after(0))?.samples, 6)
    durations.learnSize(other, 11)
    const estimate = durations.estimate(other, after(0))!
    assert.deepStrictEqual(
      [estimate.shortest, estimate.total, estimate.longest].map(Duration.toSeconds),
      [100, 110, 120]
    )
  })

  it("can use the durations that another client has learned", () => {
    const one = new DurationEstimates()
    const seven = ran(1, 100)
    one.learnSize(seven, 7)
    one.record([seven, ran(2, 200, { region_slug: null })])
    const other = new DurationEstimates()
    for (const sample of one.samples) other.add(sample)
    assert.deepStrictEqual(other.samples, one.samples)
    assert.strictEqual(other.estimate(running({ resource_id: 1_000_001 }), after(0))?.samples, 1)
    for (const sample of one.samples) other.add(sample)
    assert.strictEqual(other.samples.length, 2)
  })
})

describe("a window", () => {
  const window = (...seconds: ReadonlyArray<number>) => {
    const durations = new DurationEstimates()
    durations.record(seconds.map((duration, i) => ran(i + 1, duration)))
    const window = durations.window(running())
    return window && [Duration.toSeconds(window.from), Duration.toSeconds(window.to), window.samples].map(Math.round)
  }

  it("is wider than the range of the durations, the more so the fewer there are", () => {
    assert.isUndefined(window(100, 200))
    assert.deepStrictEqual(window(100, 150, 200), [80, 240, 3])
    assert.deepStrictEqual(window(...Array.from({ length: 98 }, (_, i) => 100 + i)), [95, 217, 98])
  })
})
