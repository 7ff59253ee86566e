/**
 * Text for a terminal: untrusted text is sanitized, and columns are aligned.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"

/**
 * Shows control characters instead of sending them: a name must not move the cursor, colour the screen or hide a line.
 * Also takes the marks that reverse the direction of text.
 *
 * @since 0.1.0
 */
export const safe = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (char) => {
    const code = char.codePointAt(0)!
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : "\u{fffd}"
  })

/**
 * How many columns a text takes: wide characters take two, combining ones none.
 *
 * @since 0.1.0
 */
export const width = (text: string): number => {
  if (isPlain.test(text)) return text.length
  let columns = 0
  for (const { segment } of segmentsOf(text)) {
    columns += /^\p{M}+$/u.test(segment) ? 0 : isWide.test(segment) ? 2 : 1
  }
  return columns
}

/**
 * Cuts a text to a number of columns; what is cut off shows as an ellipsis.
 *
 * @since 0.1.0
 */
export const fit = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  let kept = ""
  for (const { segment } of segmentsOf(text)) {
    if (width(kept) + width(segment) > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

/**
 * A table as lines: a head in capitals, two blanks between columns, nothing at the end of a line. Cells are made
 * {@link safe}.
 *
 * @since 0.1.0
 */
export const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<string> => {
  const all = [head.map((title) => title.toUpperCase()), ...rows.map(Arr.map(safe))]
  const widths = head.map((_, i) => Math.max(...all.map((row) => width(row[i] ?? ""))))
  return all.map((row) =>
    row
      .map((cell, i) => cell + " ".repeat(widths[i]! - width(cell)))
      .join("  ")
      .trimEnd()
  )
}

/** Printable ASCII, which is most of all text. */
const isPlain = /^[\x20-\x7e]*$/

/** Made when it is needed: it costs more time than printing a whole table. */
let segmenter: Intl.Segmenter | undefined

const segmentsOf = (text: string): Intl.Segments => {
  segmenter ??= new Intl.Segmenter()
  return segmenter.segment(text)
}

const isWide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6])/u
