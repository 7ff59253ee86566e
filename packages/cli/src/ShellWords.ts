/**
 * A command line as bash splits it, and words as bash wants them quoted.
 *
 * @since 0.1.0
 */

/**
 * Splits a line into words, quotes and backslashes taken off. The last word is empty when the line ends with a blank.
 *
 * @since 0.1.0
 */
export const split = (line: string): ReadonlyArray<string> => {
  const words: Array<string> = []
  let word: string | undefined
  let quote = ""
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!
    if (quote !== "") {
      if (char === quote) quote = ""
      else if (char === "\\" && quote === '"' && /["\\$`]/.test(line[i + 1] ?? "")) word += line[++i] ?? ""
      else word += char
    } else if (char === "'" || char === '"') {
      quote = char
      word ??= ""
    } else if (char === "\\") {
      word = (word ?? "") + (line[++i] ?? "")
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? "") + char
    }
  }
  return [...words, word ?? ""]
}

/**
 * Quotes what bash would not take as it stands.
 *
 * @since 0.1.0
 */
export const quote = (word: string): string => word.replace(/[^\w@%+=:,./~^-]/g, "\\$&")

/**
 * Where the part of a word begins that bash replaces: behind its last `=` or `:`, which bash takes for the end of a word.
 *
 * @since 0.1.0
 */
export const lastBreak = (word: string): number => Math.max(word.lastIndexOf("="), word.lastIndexOf(":")) + 1
