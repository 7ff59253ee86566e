/**
 * Patterns of names: `*` stands for any text, `?` for any character, anything else for itself in any case.
 *
 * @since 0.1.0
 */

/**
 * Tells whether a whole name matches.
 *
 * **Details**
 *
 * When a name does not go on as the pattern does, only the latest `*` takes one more character: earlier ones never need
 * to, since whatever they would give up, the latest can take. So the time is at most the length of the pattern times that
 * of the name, where a regular expression can take exponential time.
 *
 * @since 0.1.0
 */
export const make = (pattern: string): ((name: string) => boolean) => {
  const wanted = lettersOf(pattern)
  return (name) => {
    const letters = lettersOf(name)
    let [p, n] = [0, 0]
    let latest: { readonly after: number; at: number } | undefined
    while (n < letters.length) {
      if (wanted[p] === "*") {
        p += 1
        latest = { after: p, at: n }
      } else if (p < wanted.length && (wanted[p] === "?" || wanted[p] === letters[n])) {
        p += 1
        n += 1
      } else if (latest !== undefined) {
        latest.at += 1
        p = latest.after
        n = latest.at
      } else return false
    }
    while (wanted[p] === "*") p += 1
    return p === wanted.length
  }
}

/** The characters of a text, those that differ in case alone made alike. */
const lettersOf = (text: string): ReadonlyArray<string> =>
  Array.from(text, (char) => char.toLowerCase().toUpperCase().toLowerCase())
