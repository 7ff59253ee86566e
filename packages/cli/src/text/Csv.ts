/**
 * Rows as CSV, which a spreadsheet opens without computing anything of it.
 *
 * @since 0.1.0
 */
import * as Text from "./Text.ts"

/**
 * The lines of a table: its head, then a line for each row, each with a text for every column.
 *
 * **Details**
 *
 * A spreadsheet takes a field that begins with `=`, `+`, `-` or `@` for a formula, and a formula can send the sheet
 * elsewhere or run a program; whoever may name an image can write one. Such a field gets an apostrophe before it, and so
 * does what follows a semicolon, which some locales take for the end of a field. Numbers stay numbers. With `raw` every
 * field is as it came. Control characters are shown, not written, in both.
 *
 * @since 0.1.0
 */
export const lines = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  options: { readonly raw: boolean }
): ReadonlyArray<string> => {
  const written = (text: string) => quoted(options.raw ? Text.safe(text) : guarded(Text.safe(text)))
  return [head, ...rows].map((fields) => fields.map(written).join(","))
}

/** The signs themselves, and the wide forms that some locales take for them; blanks before them may be left out. */
const formula = /(^|;)(?=[\s\u200b-\u200f\u2060]*[=+\-@＝＋－＠])/g

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

const guarded = (text: string): string => (number.test(text) ? text : text.replace(formula, "$1'"))

const quoted = (text: string): string => (/[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
