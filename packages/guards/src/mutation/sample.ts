/** Returns some of a list, chosen by a seed, in the order of the list. */
export const sample = <A>(all: ReadonlyArray<A>, count: number, seed: number): ReadonlyArray<A> => {
  const next = random(seed)
  const chosen = new Set(
    all
      .map((one) => [next(), one] as const)
      .sort(([a], [b]) => a - b)
      .slice(0, count)
      .map(([, one]) => one)
  )
  return all.filter((one) => chosen.has(one))
}

/** A linear congruential generator of numbers from 0 to 1. */
const random = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
