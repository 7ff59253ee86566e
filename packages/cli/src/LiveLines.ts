/**
 * One line per item that is under way. On a terminal the lines are drawn again in place; elsewhere every change is a
 * line of its own.
 *
 * @since 0.1.0
 */
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Terminal from "effect/Terminal"
import * as Text from "./Text.ts"

/**
 * Lines on a terminal, or below each other.
 *
 * @since 0.1.0
 */
export interface LiveLines {
  /** True on a terminal: a line may then be set as often as its text changes. */
  readonly animated: boolean
  /** Shows what a key's line says now. The same text again is not drawn again. */
  readonly set: (key: string, text: string) => Effect.Effect<void>
}

/**
 * Makes lines for these keys, in this order. `prefix` is put before every line.
 *
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (
  keys: ReadonlyArray<string>,
  prefix = ""
): Effect.fn.Return<LiveLines, never, Terminal.Terminal> {
  const terminal = yield* Terminal.Terminal
  const { canAnimate } = yield* TerminalCapabilities.TerminalCapabilities
  const oneAtATime = Semaphore.makeUnsafe(1)
  const lines = new Map(keys.map((key) => [key, ""]))
  let drawn = 0

  const draw = Effect.suspend(() => {
    const up = drawn === 0 ? "" : `\u001b[${drawn}A`
    drawn = lines.size
    return Effect.flatMap(terminal.columns, (columns) => {
      const body = Array.from(lines.values(), (line) => `\r\u001b[2K${Text.fit(prefix + line, columns - 1)}\n`)
      return terminal.display(up + body.join(""))
    })
  })

  return {
    animated: canAnimate,
    set: (key, text) =>
      Effect.suspend(() => {
        if (lines.get(key) === text) return Effect.void
        lines.set(key, text)
        return canAnimate ? draw : terminal.display(`${prefix}${text}\n`)
      }).pipe(Effect.ignore, oneAtATime.withPermits(1))
  }
})
