/**
 * Colours: headings are bold, and states are green, yellow or red.
 *
 * @since 0.1.0
 */
import type { Kind } from "./Columns.ts"

/**
 * Paints a cell of a table; `row` is undefined for the heading.
 *
 * @since 0.1.0
 */
export const paint = (cell: string, kind: Kind, row: number | undefined): string => {
  if (row === undefined) return `${bold}${cell}${reset}`
  const color = kind === "state" ? states.find(([words]) => words.test(cell))?.[1] : undefined
  return color === undefined ? cell : `${color}${cell}${reset}`
}

/**
 * Leaves a cell as it is.
 *
 * @since 0.1.0
 */
export const plain = (cell: string): string => cell

/**
 * Paints the mark at the beginning of a line that has ended.
 *
 * @since 0.1.0
 */
export const mark = (line: string): string => line.replace(/^✔/, `${green}✔${reset}`).replace(/^✘/, `${red}✘${reset}`)

const bold = "\u001b[1m"
const red = "\u001b[31m"
const green = "\u001b[32m"
const yellow = "\u001b[33m"
const reset = "\u001b[0m"

const states: ReadonlyArray<readonly [words: RegExp, color: string]> = [
  [/^(available|active|completed|done)$/i, green],
  [/^(in-progress|new|pending|timed[ _-]?out|timedout)$/i, yellow],
  [/^(errored|failed|deleted)$/i, red]
]
