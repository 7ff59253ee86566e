import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Faults from "../src/Faults.ts"
import * as TestDigitalOcean from "../src/TestDigitalOcean.ts"

describe("a script", () => {
  const problems = (value: unknown) =>
    Effect.map(Effect.flip(Faults.decode(value)), ({ problems }) =>
      problems.map(({ place, problem }) => `${place}: ${problem}`)
    )

  it.effect("from JSON is itself", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Faults.parse(JSON.stringify(Faults.transient)), Faults.transient)
    })
  )

  const cases: ReadonlyArray<readonly [value: unknown, says: ReadonlyArray<RegExp>]> = [
    [{}, [/^: Expected array/]],
    [[{ fault: "reset", when: "never" }], [/^\[0\]\.when: Expected "before" \| "after" \| "body"/]],
    [[{ fault: "stuck" }, { fault: "reset" }], [/^\[1\]\.when: missing/]],
    [[{ fault: "stuck", onn: "images.act" }], [/^\[0\]\.onn: unknown/]],
    [[{ fault: "explode" }], [/^\[0\]: Expected a fault, one of refuse, reset, silence, .*, stuck, vanish$/]],
    [
      [{ on: "images.list" }, null],
      [/^\[0\]: Expected a fault, one of/, /^\[1\]: Expected a fault, one of/]
    ],
    [
      [{ fault: "stuck", on: "images.transfer" }],
      [/^\[0\]\.on: Expected one of images\.list, .*got "images\.transfer"/]
    ],
    [[{ fault: "stuck", on: "/v2/images" }], [/^\[0\]\.on: Expected an operation such as images\.list/]],
    [[{ fault: "stuck", nth: 0 }], [/^\[0\]\.nth: Expected a value greater than or equal to 1/]],
    [[{ fault: "status", status: 200 }], [/^\[0\]\.status: Expected a value between 300 and 599/]],
    [[{ fault: "content-type", value: "text/html\r\nx: y" }], [/^\[0\]\.value: Expected the value of a header/]],
    [
      [{ fault: "answer", status: 200, headers: { x: "\u2603" } }],
      [/^\[0\]\.headers\.x: Expected the value of a header/]
    ],
    [[{ fault: "answer", status: 200, headers: { "a b": "c" } }], [/^\[0\]\.headers\.a b: /]],
    [[{ fault: "set", field: "", value: 1 }], [/^\[0\]\.field: Expected a path such as image\.id/]],
    [
      [
        { fault: "late", seconds: -1 },
        { fault: "total", total: "many" }
      ],
      [/^\[0\]\.seconds: Expected/, /^\[1\]\.total: Expected/]
    ]
  ]
  for (const [value, says] of cases) {
    it.effect(`${JSON.stringify(value)} is refused with what is wrong and where`, () =>
      Effect.map(problems(value), (found) => {
        for (const [i, pattern] of says.entries()) assert.match(found[i] ?? "", pattern)
        assert.strictEqual(found.length, says.length)
      })
    )
  }

  it.effect("of a program is refused too, where it begins and where it is added to", () =>
    Effect.gen(function* () {
      const wrong: Faults.Script = [{ on: "images.lst", fault: "silence" }]
      const started = yield* Effect.exit(
        Effect.asVoid(
          Effect.provide(TestDigitalOcean.TestDigitalOcean, TestDigitalOcean.layer({ faults: wrong }), { local: true })
        )
      )
      const { addFaults } = yield* TestDigitalOcean.TestDigitalOcean
      for (const exit of [started, yield* Effect.exit(addFaults(wrong))]) {
        if (Exit.isSuccess(exit)) return assert.fail("it was taken")
        assert.match(String(Cause.squash(exit.cause)), /\[0\]\.on: Expected one of images\.list/)
      }
    }).pipe(Effect.provide(TestDigitalOcean.layer()))
  )

  it.effect("that is no JSON is refused", () =>
    Effect.map(Effect.flip(Faults.parse("[{")), ({ message }) => assert.match(message, /^Expected JSON: /))
  )

  it.effect("by chance repeats with its seed, and differs with another", () =>
    Effect.gen(function* () {
      const script = (seed: string) => Random.withSeed(Faults.random({ requests: 100, probability: 0.2 }), seed)
      assert.deepStrictEqual(yield* script("a"), yield* script("a"))
      assert.notDeepEqual(yield* script("a"), yield* script("b"))
      const { length } = yield* script("a")
      assert.isTrue(length > 5 && length < 40)
      assert.deepStrictEqual(yield* Faults.decode(yield* script("a")), yield* script("a"))
    })
  )
})
