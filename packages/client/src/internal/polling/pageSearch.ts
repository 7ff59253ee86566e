import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"

/** How many rows a page has. */
export const pageSize = 200

/** How many more pages are read than the rows would fill. */
export const extraPages = 3

/** How many pages are requested at once. */
const concurrency = 4

/** Finds rows by their ids in a paged list. */
export interface Search<Row> {
  /**
   * Calls `onRows` with every page that it reads. Ends when all rows are found, when only one is missing (an individual
   * request costs as much as another page), or after `extraPages` more pages than the rows would fill. Fails if a page
   * fails and not all rows are found.
   */
  readonly find: (
    ids: Iterable<number>,
    onRows: (rows: ReadonlyArray<Row>) => void
  ) => Effect.Effect<void, DigitalOceanError>
}

/**
 * Creates a search. The API does not document an order. So after a page without a requested row, the search continues
 * at the other end of the list, and the next search starts at the end where this one stopped.
 */
export const make = <Row>(
  fetch: (page: number) => Effect.Effect<Page<Row>, DigitalOceanError>,
  idOf: (row: Row) => number
): Search<Row> => {
  let atEnd = false
  let last: number | undefined

  const find: Search<Row>["find"] = Effect.fnUntraced(function* (ids, onRows) {
    const missing = new Set(ids)
    const count = missing.size
    const full = Math.ceil(count / pageSize)
    const read = new Set<number>()
    let emptyPages = 0
    let failure: DigitalOceanError | undefined

    const readPage = (page: number) =>
      Effect.match(fetch(page), {
        onSuccess: ({ items, total }) => {
          const before = missing.size
          last = Math.max(1, Math.ceil(total / pageSize))
          for (const row of items) missing.delete(idOf(row))
          if (missing.size === before) emptyPages += 1
          onRows(items)
          return missing.size < before
        },
        onFailure: (error) => {
          failure ??= error
          return false
        }
      })
    const nextPage = () => {
      for (let i = 0; i < (last ?? Number.POSITIVE_INFINITY); i++) {
        const page = atEnd && last !== undefined ? last - i : 1 + i
        if (read.has(page)) continue
        read.add(page)
        return page
      }
      return undefined
    }

    // the pages that are needed in any case
    const requiredPages = Array.from({ length: full }, nextPage).filter((page) => page !== undefined)
    let found = (yield* Effect.forEach(requiredPages, readPage, { concurrency })).some(Boolean)
    while (failure === undefined && missing.size > 1 && read.size < full + extraPages && emptyPages < missing.size) {
      if (!found) atEnd = !atEnd
      const page = nextPage()
      if (page === undefined) break
      found = yield* readPage(page)
    }
    if (failure !== undefined && missing.size > 0) return yield* failure
  })
  return { find }
}
