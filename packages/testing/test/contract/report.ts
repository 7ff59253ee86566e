import type { Difference } from "./compare.ts"
import type { Intended } from "./differences.ts"

/** A difference on one line. */
export const lineOf = ({ at, fact, operation, ours = "absent", theirs = "absent" }: Difference): string =>
  `${operation}: ${at}: ${fact} is ${ours}, in the specification ${theirs}`

/** Each single difference that a report intends, given every fact we state. */
export const expand = (
  report: ReadonlyArray<Intended>,
  facts: ReadonlyArray<Difference>
): ReadonlyArray<Difference> => {
  const places = placesOf(facts)
  return report.flatMap(({ at, except = [], fact, operations, ours, theirs }) =>
    at.flatMap((at) => {
      // what only the specification has is where we have what holds it
      const having = places.get(ours === undefined && fact === "there" ? holderOf(at) : at) ?? []
      return (operations ?? [...having].filter((operation) => !except.includes(operation))).map((operation) => ({
        operation,
        at,
        fact,
        ours,
        theirs
      }))
    })
  )
}

/** What of a report can be seen to be stale without the specification: each is a difference from what we state. */
export const stale = (report: ReadonlyArray<Intended>, facts: ReadonlyArray<Difference>): ReadonlyArray<string> => {
  const places = placesOf(facts)
  const stated = new Map(facts.map(({ at, fact, operation, ours }) => [`${operation}: ${at}: ${fact}`, ours]))
  const unused = report.flatMap((intended) =>
    intended.at
      .filter((at) => expand([{ ...intended, at: [at] }], facts).length === 0)
      .map((at) => `no operation has ${at}`)
  )
  const isTrue = ({ at, fact, operation, ours }: Difference) => {
    const place = ours === undefined && fact === "there" ? holderOf(at) : at
    return places.get(place)?.has(operation) === true && stated.get(`${operation}: ${at}: ${fact}`) === ours
  }
  return [
    ...unused,
    ...expand(report, facts)
      .filter((difference) => !isTrue(difference))
      .map(lineOf)
  ]
}

/** Every place, and in which operations it is. The place that holds everything is the empty one. */
const placesOf = (facts: ReadonlyArray<Difference>) => {
  const places = new Map<string, Set<string>>([["", new Set(facts.map(({ operation }) => operation))]])
  for (const { at, operation } of facts) places.set(at, (places.get(at) ?? new Set()).add(operation))
  return places
}

const holderOf = (at: string) => at.replace(/(\.[^.]+| \([^)]*\)|^[^.]+)$/, "")
