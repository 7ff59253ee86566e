import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { EventQueue } from "../../../src/internal/account/eventQueue.ts"

const drain = (events: EventQueue, now: number) => {
  const times: Array<number> = []
  for (let due = events.take(now); due !== undefined; due = events.take(now)) times.push(due.at)
  return times
}

describe("EventQueue", () => {
  it.prop(
    "gives what is due by now in order of time, and keeps the rest",
    { times: Schema.Array(Schema.Int) },
    ({ times }) => {
      const events = new EventQueue()
      for (const at of times) events.add(at, () => {})
      const sorted = times.toSorted((a, b) => a - b)
      assert.deepStrictEqual(
        drain(events, 0),
        sorted.filter((at) => at <= 0)
      )
      assert.deepStrictEqual(
        drain(events, Number.MAX_SAFE_INTEGER),
        sorted.filter((at) => at > 0)
      )
    }
  )

  it("keeps the order of what is due at the same moment", () => {
    const events = new EventQueue()
    const seen: Array<string> = []
    for (const name of ["a", "b", "c"]) events.add(5, () => seen.push(name))
    for (let due = events.take(5); due !== undefined; due = events.take(5)) due.run()
    assert.deepStrictEqual(seen, ["a", "b", "c"])
  })

  it("is empty after clear", () => {
    const events = new EventQueue()
    events.add(1, () => {})
    events.clear()
    assert.isUndefined(events.take(1))
  })
})
