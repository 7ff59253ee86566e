/**
 * Command lines as bash and fish split them, and words as bash wants them quoted.
 *
 * @since 0.1.0
 */

/**
 * The quote that is open at the end of a line.
 *
 * @since 0.1.0
 */
export type Quote = "" | "'" | '"'

/**
 * Splits a line into words as bash does, quotes and backslashes taken off. The last word is empty when the line ends with a
 * blank.
 *
 * @since 0.1.0
 */
export const split = (line: string): { readonly words: ReadonlyArray<string>; readonly open: Quote } => {
  const words: Array<string> = []
  let word: string | undefined
  let open: Quote = ""
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!
    if (open !== "") {
      if (char === open) open = ""
      else if (char === "\\" && open === '"' && /["\\$`]/.test(line[i + 1] ?? "")) word += line[++i] ?? ""
      else word += char
    } else if (char === "'" || char === '"') {
      open = char
      word ??= ""
    } else if (char === "\\") {
      word = (word ?? "") + (line[++i] ?? "")
    } else if (/[ \t\n]/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? "") + char
    }
  }
  return { words: [...words, word ?? ""], open }
}

/**
 * Quotes a word for the end of a line in which a quote is open or none. Bash closes the quote behind a completed word,
 * unless the word ends with that very sign: then it is closed here.
 *
 * @since 0.1.0
 */
export const quote = (word: string, open: Quote = ""): string => {
  const quoted = quotedIn[open](word)
  return open !== "" && quoted.endsWith(open) ? quoted + open : quoted
}

const quotedIn: Readonly<Record<Quote, (word: string) => string>> = {
  "": (word) => word.replace(/[\s!"#$&'()*;<>?[\\\]`{|}~]/g, "\\$&"),
  "'": (word) => word.replaceAll("'", "'\\''"),
  // in double quotes a backslash stays before "!"
  '"': (word) => word.replace(/["\\$`]/g, "\\$&").replaceAll("!", '"\\!"')
}

/**
 * A word of fish that may not be at its end, quotes and backslashes taken off.
 *
 * @since 0.1.0
 */
export const unquoteFish = (word: string): string => {
  let [text, open]: [string, Quote] = ["", ""]
  for (let i = 0; i < word.length; i++) {
    const char = word[i]!
    const next = word[i + 1] ?? ""
    if (char === "\\" && (open === "" || next === "\\" || next === open || (open === '"' && next === "$"))) {
      text += next
      i += 1
    } else if (open === "" ? char === "'" || char === '"' : char === open) {
      open = open === "" ? (char as Quote) : ""
    } else text += char
  }
  return text
}
