import { assert, describe, it } from "@effect/vitest"
import { stripTypeScriptTypes } from "node:module"
import { instrument } from "../src/mutation/instrument.ts"
import { modules, placesIn, testsOf } from "../src/mutation/modules.ts"
import { mutantsOf } from "../src/mutation/operators.ts"
import { sample } from "../src/mutation/sample.ts"
import { survivors } from "../src/mutation/survivors.ts"

const changes = (text: string) => mutantsOf(text).map(({ change }) => change)

describe("the mutants of a module", () => {
  const cases: ReadonlyArray<readonly [text: string, ...changes: ReadonlyArray<string>]> = [
    ["const a = b === c", "b === c → !=="],
    ["const a = b !== null", "b !== null → ==="],
    ["const a = b == null", "b == null → !="],
    ["const a = b < c", "b < c → <=", "b < c → >="],
    ["const a = b >= c", "b >= c → >", "b >= c → <"],
    ["const a = b + c", "b + c → -"],
    ["const a = b / c", "b / c → *"],
    ["const a = `b` + c + d"],
    ["const a = b ? c : d", "b → negated"],
    ["const a = b(c) ? d : e", "b(c) → negated"],
    ["const a = b instanceof C", "b instanceof C → negated"],
    ["const a = b && c.d", "b && c.d → ||", "b → negated", "c.d → negated"],
    ["const a = b ?? c"],
    ["const a = !b", "!b → without !"],
    ["const a = 0", "0 → 1"],
    ["const a = 15_000", "15_000 → 30000"],
    ["const a = true", "true → false"],
    ["const a = b.some((c) => c.d)", "c.d → negated"],
    ["const isA = (b) => c(b)", "c(b) → negated"],
    ["const a = b.map((c) => c.d)"],
    ["const a = () => b.filter(c)", "b.filter(c) → []"],
    ["const a = () => Effect.filter(c)"],
    ["const a = () => [b]", "[b] → []"],
    ["const a = () => `b`", '`b` → ""'],
    ["a = b", "a = b removed"],
    ["a += b", "a += b removed", "a += b → -="],
    ["for (;;) { a++; continue }", "a++; removed", "a++ → --", "continue removed"],
    ["function a() { return b }", "b → undefined"],
    ["function a() { return true }", "true → false"],
    ["function a() { return }"],
    ["const a: 1 | 2 = b as 3"],
    ["const a = { 1: b }"],
    ["const a = { discard: true }"],
    ["type A = B extends 1 ? true : false"],
    ["import a from 'b'"]
  ]
  for (const [text, ...expected] of cases) {
    it(`of ${text} are ${expected.length === 0 ? "none" : expected.join(", ")}`, () =>
      assert.deepStrictEqual(changes(text), expected))
  }
})

/** A program with each kind of mutant, without semicolons, and with comments at the ends of lines. */
const program = `
const limits: { readonly most: number } = { most: 3 } // a comment
let count = 0
const isSmall = (n: number): boolean => (n < limits.most || n === 7) && !(n - 1 > 5 && n !== 7)
function run(values: ReadonlyArray<number>): unknown {
  let sum = 0 as number
  for (const value of values) {
    count++
    if (!isSmall(value)) continue
    else if (value === 2) sum += 10 // two
    else sum -= value
  }
  if (sum > 100) return []
  return [sum, count, values.filter((value) => value >= 1 && value / 2 <= 1), values.some((value) => isSmall(value))]
}
`

const inputs = [[], [1], [2, 2], [0, 1, 2, 3, 4], [6, 7, 8], Array.from({ length: 30 }, () => 2)]

/** What a program returns for each of the inputs, or that it fails. */
const resultsOf = (text: string, active?: number) => {
  const body = `${stripTypeScriptTypes(text)}\nreturn run`
  return inputs.map((values) => {
    try {
      const run = new Function("globalThis", body)({ __mutant: (id: number) => id === active })
      return JSON.stringify(run(values))
    } catch (error) {
      return String(error)
    }
  })
}

describe("a module with all its mutants", () => {
  const mutants = mutantsOf(program).map((mutant, id) => ({ ...mutant, id }))
  const whole = instrument(program, mutants)

  it("does the same as without them when none is active", () =>
    assert.deepStrictEqual(resultsOf(whole), resultsOf(program)))

  for (const { change, end, id, replacement, start } of mutants) {
    it(`does what ${change} says when that is active`, () => {
      const changed =
        program.slice(0, start) + (replacement === undefined ? "{}" : `(${replacement})`) + program.slice(end)
      assert.deepStrictEqual(resultsOf(whole, id), resultsOf(changed))
    })
  }

  it("returns something else for most of them", () => {
    const without = resultsOf(program).join()
    const killed = mutants.filter(({ id }) => resultsOf(whole, id).join() !== without)
    assert.isAbove(killed.length, 0.8 * mutants.length)
  })
})

describe("a sample", () => {
  const all = Array.from({ length: 100 }, (_, i) => i)

  it("is the same for the same seed, and in order", () => {
    assert.deepStrictEqual(sample(all, 10, 1), sample(all, 10, 1))
    assert.notDeepEqual(sample(all, 10, 1), sample(all, 10, 2))
    assert.deepStrictEqual(
      sample(all, 10, 1).toSorted((a, b) => a - b),
      sample(all, 10, 1)
    )
  })

  it("has no more than there are", () => {
    assert.strictEqual(new Set(sample(all, 10, 1)).size, 10)
    assert.deepStrictEqual(sample(all, 1000, 1), all)
  })
})

describe("the modules that are tried", () => {
  it("have tests", () => {
    for (const module of modules) assert.isNotEmpty(testsOf([module]), module)
  })
})

describe("survivors.json", () => {
  const places = placesIn(modules)
  for (const { change, line, module, reason } of survivors) {
    it(`names a mutant that exists: ${module}, ${change}`, () => {
      assert.isTrue(places.some((place) => place.module === module && place.text === line && place.change === change))
      assert.isNotEmpty(reason)
    })
  }

  it("contains no mutant twice", () => {
    const all = survivors.map(({ change, line, module }) => JSON.stringify([module, line, change]))
    assert.deepStrictEqual(all, [...new Set(all)])
  })
})
