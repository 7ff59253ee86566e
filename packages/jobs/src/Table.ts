/**
 * Tables that fit a terminal: wide columns shrink first, then columns are left out, and those that identify a row are
 * always there.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Text from "./Text.ts"

/**
 * A column of a table.
 *
 * @category models
 * @since 0.1.0
 */
export interface Column {
  /** the heading */
  readonly title: string
  /** the width to which its cells can be cut, though not the title; a column without it is never cut */
  readonly least?: number | undefined
  /**
   * the column may be left out of a narrow window, that with the lowest number first; a column without it is always shown
   */
  readonly leaveOut?: number | undefined
}

/**
 * How a table is formatted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * The width of the window. Where even the columns that are always shown do not fit, lines are longer than that.
   *
   * @default unlimited
   */
  readonly columns?: number | undefined
  /**
   * Adds escape sequences to a cell that is cut already; `row` is undefined for the heading.
   *
   * @default adds none
   */
  readonly paint?: ((cell: string, column: number, row: number | undefined) => string) | undefined
}

/**
 * Formats a table as lines: a head in capitals, two blanks between columns, nothing at the end of a line. Cells are
 * sanitized.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { columns: window = Number.POSITIVE_INFINITY, paint = (cell) => cell }: Options = {}
): ReadonlyArray<string> => {
  const head = columns.map(({ title }) => title.toUpperCase())
  const cells = rows.map(Arr.map(Text.safe))
  const natural = columns.map((_, i) => Math.max(...[head, ...cells].map((row) => Text.width(row[i] ?? ""))))
  const shown = layout(columns, natural, window)
  const line = (row: ReadonlyArray<string>, index: number | undefined) =>
    shown
      .map(({ column, width }) => {
        const cell = Text.fit(row[column] ?? "", width)
        return paint(cell, column, index) + " ".repeat(width - Text.width(cell))
      })
      .join(gap)
      .trimEnd()
  return [line(head, undefined), ...cells.map(line)]
}

const gap = "  "

/** A column that is always shown is not cut below this width before the others are left out. */
const comfortable = 24

interface Shown {
  readonly column: number
  readonly width: number
}

const layout = (columns: ReadonlyArray<Column>, natural: ReadonlyArray<number>, window: number) => {
  const least = (i: number) => {
    const { least = natural[i]!, title } = columns[i]!
    return Math.min(natural[i]!, Math.max(least, Text.width(title)))
  }
  const isAlwaysShown = (i: number) => columns[i]!.leaveOut === undefined
  const all = columns.map((_, i) => i)
  const dispensable = all
    .filter((i) => !isAlwaysShown(i))
    .sort((a, b) => columns[a]!.leaveOut! - columns[b]!.leaveOut! || b - a)
  const preferred = (i: number) =>
    isAlwaysShown(i) ? Math.max(least(i), Math.min(natural[i]!, comfortable)) : least(i)
  for (let n = 0; n <= dispensable.length; n++) {
    const left = new Set(dispensable.slice(0, n))
    const shown = shrink(
      all.filter((i) => !left.has(i)),
      natural,
      preferred,
      window
    )
    if (shown.fits) return shown.columns
  }
  return shrink(all.filter(isAlwaysShown), natural, least, window).columns
}

/** Cuts the widest column, again and again, until the table fits or each column is as narrow as it may be. */
const shrink = (
  indexes: ReadonlyArray<number>,
  natural: ReadonlyArray<number>,
  least: (i: number) => number,
  window: number
): { readonly columns: ReadonlyArray<Shown>; readonly fits: boolean } => {
  const columns = indexes.map((column) => ({ column, width: natural[column]!, least: least(column) }))
  let over = columns.reduce((sum, { width }) => sum + width, gap.length * (columns.length - 1)) - window
  while (over > 0) {
    const [widest] = columns.filter(({ least, width }) => width > least).sort((a, b) => b.width - a.width)
    if (widest === undefined) break
    widest.width -= 1
    over -= 1
  }
  return { columns, fits: over <= 0 }
}
