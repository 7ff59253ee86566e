/**
 * How the lines of what is under way fit a window: below each other in columns, and in a narrow one without what matters
 * least.
 *
 * @since 0.1.0
 */
import * as Text from "../text/Text.ts"

/**
 * What a line is about, in parts: `transfer`, `165903377 (web)`, ` to sfo3`, `, under way already`. The last two begin
 * with what joins them to what is before. `name` is the subject in a narrow window.
 *
 * @since 0.1.0
 */
export interface Label {
  readonly verb: string
  readonly subject: string
  readonly name: string
  readonly where: string
  readonly note: string
}

/**
 * A line: its label, how it stands, and since when.
 *
 * @since 0.1.0
 */
export interface Entry {
  readonly label: Label
  readonly state: string
  readonly elapsed: string
}

/**
 * A label in one text, with nothing in it that moves a cursor.
 *
 * @since 0.1.0
 */
export const text = ({ note, subject, verb, where }: Label): string =>
  Text.message(`${verb}${verb === "" || subject === "" ? "" : " "}${subject}${where}${note}`)

/**
 * The lines, all laid out alike so that their columns stand below each other, and none wider than `columns` while there
 * is room for how each stands. In a narrow window first the notes go, then the verbs, then the ids beside names, then the
 * time; then the names are cut, and at last they go too. Where each goes is what tells them apart, and stays.
 *
 * @since 0.1.0
 */
export const lay = (entries: ReadonlyArray<Entry>, columns: number): ReadonlyArray<string> => {
  const longest = widest(entries.map(({ state }) => Text.message(state)))
  const short = Math.min(longest, longState)
  const noteless = entries.map(({ label }) => ({ ...label, note: "" }))
  const bare = noteless.map(withoutVerb)
  const named = bare.map((label) => ({ ...label, subject: label.name || label.subject }))
  const times = widest(entries.map(({ elapsed }) => elapsed)) + 2
  for (const [labels, least, time] of [
    [entries.map(({ label }) => label), longest, times],
    [noteless, short, times],
    [bare, short, times],
    [named, short, times],
    [named, short, 0]
  ] as const) {
    const room = columns - widest(labels.map(text)) - 2 - time
    if (room >= least) return drawn(entries, labels.map(text), room, time > 0)
  }
  const where = widest(named.map((label) => text(withSubject(label, 0))))
  // a subject and a place are joined by at most a comma and a blank
  const room = columns - where - 2 - 2 - short
  const cut = named.map((label) => text(withSubject(label, room >= leastName ? room : 0)))
  return drawn(entries, cut, short, false)
}

/** How much of what a failure says a narrow window shows; the rest is told at the end. */
const longState = 24

/** A name that is cut shorter is not recognised. */
const leastName = 4

const widest = (texts: ReadonlyArray<string>): number => Math.max(...texts.map(Text.width))

/** A verb alone is what its line is about. */
const withoutVerb = (label: Label): Label => ({ ...label, verb: "", subject: label.subject || label.verb })

const withSubject = (label: Label, columns: number): Label =>
  columns > 0 || label.where === ""
    ? { ...label, subject: Text.fit(Text.message(label.subject), Math.max(columns, 2)) }
    : { ...label, subject: "", where: label.where.replace(/^[\s,]+/, "") }

const drawn = (
  entries: ReadonlyArray<Entry>,
  labels: ReadonlyArray<string>,
  states: number,
  times: boolean
): ReadonlyArray<string> => {
  const width = widest(labels)
  return entries.map(({ elapsed, state }, i) => {
    const label = labels[i]!
    const line = `${label}${" ".repeat(width - Text.width(label))}  ${Text.fit(Text.message(state), states)}`
    return times ? `${line}  ${elapsed}` : line
  })
}
