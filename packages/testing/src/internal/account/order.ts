import * as Hash from "effect/Hash"

/** The order of the rows of a listing. */
export type ListOrder = "newest first" | "oldest first" | "shuffled"

/** Orders the rows of a listing, which are given newest first. */
export type Order = <A extends { readonly id: number | string }>(newestFirst: ReadonlyArray<A>) => ReadonlyArray<A>

/**
 * The place of a row in a shuffled listing depends only on its id and the seed: pages that are requested one by one are
 * consistent, and rows that are created or deleted meanwhile do not change the order of the others.
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

/** Distributes a hash, which is similar for consecutive ids, over all 32 bits. */
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
