import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../DigitalOceanError.ts"
import type { Page } from "../Page.ts"

/** How many rows a page has. */
export const pageSize = 200

/** How many more pages are read than the rows wanted would fill. */
export const extraPages = 3

/** How many pages are asked for at once. */
const concurrency = 4

/** Looks for rows by their ids in a paged listing. */
export interface Search<Row> {
  /**
   * Tells every page it read, and ends when all are found, when one is left (which costs as much alone), or when
   * `extraPages` more than the rows would fill have been read.
   */
  readonly find: (
    ids: Iterable<number>,
    onRows: (rows: ReadonlyArray<Row>) => void
  ) => Effect.Effect<void, DigitalOceanError>
}

/**
 * Makes a search. Nobody promises an order, so it goes on where it found something, looks at the other end where it found
 * nothing, and begins the next time at the end where there was something the last.
 */
export const make = <Row>(
  fetch: (page: number) => Effect.Effect<Page<Row>, DigitalOceanError>,
  idOf: (row: Row) => number
): Search<Row> => {
  let atEnd = false
  let last: number | undefined

  const find: Search<Row>["find"] = Effect.fnUntraced(function* (ids, onRows) {
    const left = new Set(ids)
    const full = Math.ceil(left.size / pageSize)
    const read = new Set<number>()
    let barren = 0

    const look = (page: number) =>
      Effect.map(fetch(page), ({ items, total }) => {
        const before = left.size
        last = Math.max(1, Math.ceil(total / pageSize))
        for (const row of items) left.delete(idOf(row))
        onRows(items)
        if (left.size === before) barren += 1
        return left.size < before
      })
    const next = () => {
      for (let i = 0; i < (last ?? Number.POSITIVE_INFINITY); i++) {
        const page = atEnd && last !== undefined ? last - i : 1 + i
        if (!read.has(page)) return page
      }
      return undefined
    }
    const take = () => {
      const page = next()
      if (page !== undefined) read.add(page)
      return page
    }

    // so many pages are needed however well it goes
    const sure = Array.from({ length: full }, take).filter((page) => page !== undefined)
    let found = (yield* Effect.forEach(sure, look, { concurrency })).some(Boolean)
    while (left.size > 1 && read.size < full + extraPages && barren < left.size) {
      if (!found) atEnd = !atEnd
      const page = take()
      if (page === undefined) return
      found = yield* look(page)
    }
  })
  return { find }
}
