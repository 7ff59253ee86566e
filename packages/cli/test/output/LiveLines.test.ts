import { assert, describe, it } from "@effect/vitest"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"
import * as LiveLines from "../../src/output/LiveLines.ts"

/** What a terminal shows of what is written to it: rows that are cleared before they are written anew. */
const screen = () => {
  const rows = [""]
  let at = 0
  const write = (text: string) => {
    for (const [part, up] of text.matchAll(/\u001b\[(\d+)A|\u001b\[J|\u001b\[2K|[\r\n]|[^\u001b\r\n]+/g)) {
      if (part === "\n") rows[++at] ??= ""
      else if (up !== undefined) at -= Number(up)
      else if (part === "\u001b[J") rows.splice(at, rows.length, "")
      else if (part === "\u001b[2K") rows[at] = ""
      else if (part !== "\r") rows[at] += part
    }
  }
  return { rows, write }
}

const make = (canAnimate = true) =>
  Effect.gen(function* () {
    const { rows, write } = screen()
    const unused = Effect.die(new Error("not read"))
    const lines = yield* LiveLines.make([]).pipe(
      Effect.provideService(
        Terminal.Terminal,
        Terminal.make({
          columns: Effect.succeed(40),
          rows: Effect.succeed(10),
          display: (text) => Effect.sync(() => write(text)),
          ...{ size: unused, readInput: unused, readLine: unused }
        })
      ),
      Effect.provideService(TerminalCapabilities.TerminalCapabilities, {
        ...{ canAnimate, canColor: false, canPrompt: false }
      })
    )
    return { lines, rows }
  })

describe("lines that are drawn in place", () => {
  it.effect("stay below what is said meanwhile, however long it is", () =>
    Effect.gen(function* () {
      const { lines, rows } = yield* make()
      yield* lines.above("first")
      yield* lines.setAll([
        ["a", "one"],
        ["b", "two"]
      ])
      yield* lines.above("second")
      yield* lines.set("a", "one, done")
      yield* lines.above("third\nof two rows")
      assert.deepStrictEqual(rows, ["first", "second", "third", "of two rows", "one, done", "two", ""])
    })
  )

  it.effect("that are left are not drawn again, and what is set later is below them", () =>
    Effect.gen(function* () {
      const { lines, rows } = yield* make()
      yield* lines.set("a", "one")
      lines.leave()
      yield* lines.above("stopped")
      yield* lines.set("b", "two")
      yield* lines.set("b", "two, done")
      assert.deepStrictEqual(rows, ["one", "stopped", "two, done", ""])
    })
  )

  it.effect("are written one after the other where nothing can be drawn", () =>
    Effect.gen(function* () {
      const { lines, rows } = yield* make(false)
      yield* lines.set("a", "one")
      yield* lines.above("said")
      yield* lines.set("a", "one, done")
      assert.deepStrictEqual(rows, ["one", "said", "one, done", ""])
    })
  )
})
