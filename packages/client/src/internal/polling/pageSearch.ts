import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"

/** How many rows a page has. */
export const pageSize = 200

/** How many more pages are read than the rows wanted would fill. */
export const extraPages = 3

/** How many pages are asked for at once. */
const concurrency = 4

/** For so few rows a listing that did not pay is passed over a while. */
const few = 8

/** Looks for rows by their ids in a paged listing. */
export interface Search<Row> {
  /**
   * Tells every page it read, and ends when all are found, when one is left (which costs as much alone), or when
   * `extraPages` more than the rows would fill have been read. Fails when a page failed and not all were found.
   */
  readonly find: (
    ids: Iterable<number>,
    onRows: (rows: ReadonlyArray<Row>) => void
  ) => Effect.Effect<void, DigitalOceanError>
}

/**
 * Makes a search. Nobody promises an order, so it goes on where it found something, looks at the other end where it found
 * nothing, and begins the next time at the end where there was something the last. Where looking cost more requests than
 * it found rows it is left for one search, then for three, seven ... 63.
 */
export const make = <Row>(
  fetch: (page: number) => Effect.Effect<Page<Row>, DigitalOceanError>,
  idOf: (row: Row) => number
): Search<Row> => {
  let atEnd = false
  let last: number | undefined
  let losses = 0
  let passed = 0

  const find: Search<Row>["find"] = Effect.fnUntraced(function* (ids, onRows) {
    const left = new Set(ids)
    const wanted = left.size
    if (wanted <= few && losses > 0 && passed < 2 ** Math.min(losses, 6) - 1) {
      passed += 1
      return
    }
    const full = Math.ceil(wanted / pageSize)
    const read = new Set<number>()
    let barren = 0
    let failure: DigitalOceanError | undefined

    const settle = () => {
      losses = read.size > wanted - left.size ? losses + 1 : 0
      passed = 0
    }
    const look = (page: number) =>
      Effect.match(fetch(page), {
        onSuccess: ({ items, total }) => {
          const before = left.size
          last = Math.max(1, Math.ceil(total / pageSize))
          for (const row of items) left.delete(idOf(row))
          if (left.size === before) barren += 1
          // whoever is told the last may end the search
          if (left.size === 0) settle()
          onRows(items)
          return left.size < before
        },
        onFailure: (error) => {
          failure ??= error
          return false
        }
      })
    const take = () => {
      for (let i = 0; i < (last ?? Number.POSITIVE_INFINITY); i++) {
        const page = atEnd && last !== undefined ? last - i : 1 + i
        if (read.has(page)) continue
        read.add(page)
        return page
      }
      return undefined
    }

    // so many pages are needed however well it goes
    const sure = Array.from({ length: full }, take).filter((page) => page !== undefined)
    let found = (yield* Effect.forEach(sure, look, { concurrency })).some(Boolean)
    while (failure === undefined && left.size > 1 && read.size < full + extraPages && barren < left.size) {
      if (!found) atEnd = !atEnd
      const page = take()
      if (page === undefined) break
      found = yield* look(page)
    }
    if (failure !== undefined && left.size > 0) return yield* failure
    if (left.size > 0) settle()
  })
  return { find }
}
