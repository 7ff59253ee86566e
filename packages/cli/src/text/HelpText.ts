/**
 * Help in a window: long lines are broken between words, and go on below where their text began.
 *
 * @since 0.1.0
 */
import * as Text from "./Text.ts"

/**
 * Breaks the lines of a help text that are wider than `columns`. Command lines are left as they are, for people copy
 * them.
 *
 * @since 0.1.0
 */
export const wrap = (text: string, columns: number): string =>
  text
    .split("\n")
    .flatMap((line) => (width(line) <= columns || isCommand.test(plain(line)) ? [line] : fold(line, columns)))
    .join("\n")

/**
 * Moves the section of the global flags to the end: what a command does and its examples are read first.
 *
 * @since 0.1.0
 */
export const globalFlagsLast = (text: string): string => {
  const sections = text.split("\n\n")
  const isGlobal = (section: string) => plain(section).startsWith("GLOBAL FLAGS\n")
  return [...sections.filter((section) => !isGlobal(section)), ...sections.filter(isGlobal)].join("\n\n")
}

const isCommand = /^ *doimg /

const ansi = /\u001b\[[0-9;]*m/g

const plain = (text: string): string => text.replace(ansi, "")

const width = (text: string): number => Text.width(plain(text))

const fold = (line: string, columns: number): ReadonlyArray<string> => {
  const indent = indentOf(plain(line), columns)
  const lines: Array<string> = []
  let current = ""
  // a word with the blanks before it, which go where a line is broken
  for (const [part, word = ""] of line.matchAll(/ *([^ ]+)/g)) {
    if (current.trim() !== "" && width(current) > indent && width(current + part) > columns) {
      lines.push(current)
      current = " ".repeat(indent) + word
    } else current += part
  }
  return [...lines, current]
}

/** So many columns a text needs at the least beside a flag. */
const room = 10

/** Where the text of `  --name    what it does` begins, unless that leaves too little room; else where the line does. */
const indentOf = (line: string, columns: number): number => {
  const begins = /^ *\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? 0
  return begins > 0 && columns - begins >= room ? begins : /^ */.exec(line)![0].length
}
