import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** Decisions by chance, which a seed repeats. */
export interface Chance {
  /** a whole number from `min` to `max`, both included */
  readonly int: (min: number, max: number) => number
  readonly is: (probability: number) => boolean
  /** one of them; there has to be one */
  readonly of: <A>(all: ReadonlyArray<A>) => A
  /** up to `max` different ones, in any order */
  readonly some: <A>(all: ReadonlyArray<A>, max: number, min?: number) => ReadonlyArray<A>
}

/** Returns what a function decides by the chance of a seed. */
export const withSeed = <A>(seed: number, decide: (chance: Chance) => A): A =>
  Effect.runSync(
    Random.withSeed(
      Effect.map(Random.Random, (random) => decide(make(random))),
      seed
    )
  )

const make = (random: Random.Random): Chance => {
  const next = () => random.nextDoubleUnsafe()
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const some = <A>(all: ReadonlyArray<A>, max: number, min = 1): ReadonlyArray<A> => {
    const left = [...all]
    const count = Math.min(all.length, int(min, max))
    return Array.from({ length: count }, () => left.splice(int(0, left.length - 1), 1)[0]!)
  }
  return { int, some, is: (probability) => next() < probability, of: (all) => all[int(0, all.length - 1)]! }
}
