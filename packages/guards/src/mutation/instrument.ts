import type { Mutant } from "./operators.ts"

/** A mutant with its number. */
export interface Numbered extends Mutant {
  readonly id: number
}

/**
 * Returns the text of a module that contains all its mutants: at each place it calls `globalThis.__mutant` with the number
 * of each mutant, and does what the first one says for which that returns `true`.
 */
export const instrument = (text: string, mutants: ReadonlyArray<Numbered>): string =>
  render(text, { start: 0, end: text.length }, mutants.toSorted(outermostFirst))

type Place = Pick<Mutant, "start" | "end">

/** A statement may consist of one expression. */
const isStatement = ({ replacement }: Mutant): boolean => replacement === undefined

const outermostFirst = (a: Mutant, b: Mutant): number =>
  a.start - b.start || b.end - a.end || Number(isStatement(b)) - Number(isStatement(a))

const render = (text: string, place: Place, mutants: ReadonlyArray<Numbered>): string => {
  let rendered = ""
  let { start } = place
  for (let left = mutants; left[0] !== undefined; ) {
    const [first] = left
    const isHere = (mutant: Mutant) =>
      mutant.start === first.start && mutant.end === first.end && isStatement(mutant) === isStatement(first)
    const inside = left.filter((mutant) => !isHere(mutant) && mutant.start < first.end)
    rendered += text.slice(start, first.start) + choice(left.filter(isHere), render(text, first, inside))
    start = first.end
    left = left.filter((mutant) => mutant.start >= first.end)
  }
  return rendered + text.slice(start, place.end)
}

/** Each part ends with a new line, because it may end with a comment. */
const choice = (mutants: ReadonlyArray<Numbered>, original: string): string => {
  const [first] = mutants
  if (first !== undefined && isStatement(first)) return `{ if (!${isActive(first)}) { ${original}\n} }`
  const changed = mutants.map((mutant) => `${isActive(mutant)} ? (${mutant.replacement}\n) : `)
  return `(${changed.join("")}(${original}\n))`
}

const isActive = ({ id }: Numbered): string => `globalThis.__mutant(${id})`
