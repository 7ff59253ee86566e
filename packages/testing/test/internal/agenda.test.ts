import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Agenda } from "../../src/internal/agenda.ts"

const drain = (agenda: Agenda, now: number) => {
  const times: Array<number> = []
  for (let due = agenda.take(now); due !== undefined; due = agenda.take(now)) times.push(due.at)
  return times
}

describe("Agenda", () => {
  it.prop(
    "gives what is due by now in order of time, and keeps the rest",
    { times: Schema.Array(Schema.Int) },
    ({ times }) => {
      const agenda = new Agenda()
      for (const at of times) agenda.add(at, () => {})
      const sorted = times.toSorted((a, b) => a - b)
      assert.deepStrictEqual(
        drain(agenda, 0),
        sorted.filter((at) => at <= 0)
      )
      assert.deepStrictEqual(
        drain(agenda, Number.MAX_SAFE_INTEGER),
        sorted.filter((at) => at > 0)
      )
    }
  )

  it("keeps the order of what is due at the same moment", () => {
    const agenda = new Agenda()
    const seen: Array<string> = []
    for (const name of ["a", "b", "c"]) agenda.add(5, () => seen.push(name))
    for (let due = agenda.take(5); due !== undefined; due = agenda.take(5)) due.run()
    assert.deepStrictEqual(seen, ["a", "b", "c"])
  })

  it("is empty after clear", () => {
    const agenda = new Agenda()
    agenda.add(1, () => {})
    agenda.clear()
    assert.isUndefined(agenda.take(1))
  })
})
