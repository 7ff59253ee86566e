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
import * as Text from "../text/Text.ts"

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
  /** As `set` for several lines, drawn once. */
  readonly setAll: (texts: Iterable<readonly [key: string, text: string]>) => Effect.Effect<void>
  /** Writes a text that stays above the lines. */
  readonly above: (text: string) => Effect.Effect<void>
  /** Leaves the lines as they are drawn and forgets them: what is set later is drawn below what is there. */
  readonly leave: () => void
}

/**
 * Makes lines for these keys, in this order. `prefix` is put before every line; `paint` may colour a line that is cut
 * to the window already. What does not fit on the screen is counted in a last line.
 *
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (
  keys: ReadonlyArray<string>,
  prefix = "",
  paint: (line: string) => string = (line) => line
): Effect.fn.Return<LiveLines, never, Terminal.Terminal> {
  const terminal = yield* Terminal.Terminal
  const { canAnimate } = yield* TerminalCapabilities.TerminalCapabilities
  const oneAtATime = Semaphore.makeUnsafe(1)
  const lines = new Map(keys.map((key) => [key, ""]))
  let drawn: ReadonlyArray<string> = []

  const draw = (above = "") =>
    Effect.gen(function* () {
      const columns = Math.max(yield* terminal.columns, 2)
      const rows = Math.max(yield* terminal.rows, 2)
      // a window that became narrower has wrapped the lines that were drawn before
      const up = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(Text.width(line) / columns)), 0)
      drawn = visible([...lines.values()], rows - 1).map((line) => Text.fit(prefix + line, columns - 1))
      const body = drawn.map((line) => `\r\u001b[2K${paint(line)}\n`).join("")
      yield* terminal.display(`${up === 0 ? "" : `\u001b[${up}A`}${above}${body}\u001b[J`)
    })

  const setAll: LiveLines["setAll"] = (texts) =>
    Effect.suspend(() => {
      const changed = [...texts].filter(([key, text]) => lines.get(key) !== text)
      for (const [key, text] of changed) lines.set(key, text)
      if (changed.length === 0) return Effect.void
      return canAnimate ? draw() : terminal.display(changed.map(([, text]) => `${prefix}${text}\n`).join(""))
    }).pipe(Effect.ignore, oneAtATime.withPermits(1))

  const above: LiveLines["above"] = (text) =>
    Effect.ignore(canAnimate && drawn.length > 0 ? draw(`\r\u001b[J${text}\n`) : terminal.display(`${text}\n`))

  const leave = () => {
    lines.clear()
    drawn = []
  }

  return { animated: canAnimate, set: (key, text) => setAll([[key, text]]), setAll, above, leave }
})

const visible = (lines: ReadonlyArray<string>, rows: number): ReadonlyArray<string> =>
  lines.length <= rows ? lines : [...lines.slice(0, rows - 1), `… and ${lines.length - rows + 1} more`]
