import * as Hash from "effect/Hash"

/** The order of the rows of a listing. */
export type ListOrder = "newest first" | "oldest first" | "shuffled"

/** Puts the rows of a listing, given newest first, in its order. */
export type Order = <A extends { readonly id: number | string }>(newestFirst: ReadonlyArray<A>) => ReadonlyArray<A>

/**
 * A row has its place in a shuffled listing by its id and the seed alone: pages that are requested one by one belong
 * together, and what is created or deleted meanwhile moves no other row past another.
 */
export const make = (order: ListOrder, seed: number): Order => {
  switch (order) {
    case "newest first":
      return (rows) => rows
    case "oldest first":
      return (rows) => rows.toReversed()
    case "shuffled":
      return (rows) =>
        rows
          .map((row) => ({ row, place: mix(Hash.string(`${seed} ${row.id}`)) }))
          .sort((a, b) => a.place - b.place)
          .map(({ row }) => row)
  }
}

/** Spreads a hash, in which ids that follow one another are close, over all 32 bits. */
const mix = (hash: number): number => {
  let bits = hash
  for (const [shift, factor] of [
    [16, 0x85ebca6b],
    [13, 0xc2b2ae35]
  ] as const) {
    bits = Math.imul(bits ^ (bits >>> shift), factor)
  }
  return (bits ^ (bits >>> 16)) >>> 0
}
