import * as Effect from "effect/Effect"
import { DigitalOceanError, PaginationError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import { PagePositions } from "./pagePositions.ts"
import { withTime } from "../rateLimit/monotonic.ts"

/** How many pages are requested at once. */
const concurrency = 4

/** The concurrency of individual requests, and the largest batch that is fetched individually when its list fails. */
export const maxIndividual = 8

/** Reads rows of a listing by exactly the pages that contain them. */
export interface ListReader<Row> {
  /** the ids that are expected on each page; an id that is not listed is left out */
  readonly pagesOf: (ids: Iterable<number>) => Map<number, Array<number>>
  /** how many requests it takes to read these ids: one for a page, or for an id that is not listed */
  readonly countRequests: (ids: ReadonlyArray<number>) => number
  /**
   * Reads the pages that contain those ids of which `isWanted` returns true, if `isWorthwhile` says so for the ids that one
   * page is expected to contain, and calls `onRows` with every page and the monotonic time at which it was requested. An id
   * that is not found soon is left, to be requested individually. Fails if a page fails and not all ids are found, and with
   * a `PaginationError` if pages lack many rows that were expected there, as when a response is incomplete.
   */
  readonly read: (
    ids: Iterable<number>,
    options: {
      readonly isWanted: (id: number) => boolean
      readonly isWorthwhile: (ids: ReadonlyArray<number>, page: number) => boolean
      readonly onRows: (rows: ReadonlyArray<Row>, at: number) => void
    }
  ) => Effect.Effect<void, DigitalOceanError>
}

/** Creates a reader of a listing. It remembers where those ids are of which `isKept` returns true. */
export const make = <Row extends { readonly id: number }>(
  operation: string,
  fetch: (page: number) => Effect.Effect<Page<Row>, DigitalOceanError>,
  isKept: (id: number) => boolean
): ListReader<Row> => {
  const positions = new PagePositions()
  const pagesOf = (ids: Iterable<number>) => {
    const located = positions.locate(ids)
    return Map.groupBy(located.keys(), (id) => located.get(id)!)
  }

  const read: ListReader<Row>["read"] = Effect.fnUntraced(function* (ids, { isWanted, isWorthwhile, onRows }) {
    const missing = new Set(ids)
    const maxWasted = Math.max(1, Math.floor(missing.size / 8))
    const pagesRead = new Set<number>()
    let wasted = 0
    let failure: DigitalOceanError | undefined

    const readPage = ([page, expected]: readonly [number, ReadonlyArray<number>]) =>
      Effect.suspend(() => {
        if (!expected.some(isWanted)) return Effect.void
        pagesRead.add(page)
        const observed = Effect.map(withTime(fetch(page)), ([{ items, total }, at]) => {
          positions.observe(
            page,
            items.map(({ id }) => id),
            total,
            isKept
          )
          for (const { id } of items) missing.delete(id)
          if (expected.every((id) => missing.has(id))) wasted += 1
          onRows(items, at)
        })
        return Effect.catch(observed, (error) => {
          failure ??= error
          return Effect.void
        })
      })

    while (failure === undefined && wasted <= maxWasted) {
      const wanted = [...missing].filter(isWanted)
      const pages = [...pagesOf(wanted)].filter(([page, ids]) => !pagesRead.has(page) && isWorthwhile(ids, page))
      if (pages.length === 0) break
      yield* Effect.forEach(pages, readPage, { concurrency, discard: true })
    }
    const stillExpected = [...pagesOf(missing)].flatMap(([page, ids]) => (pagesRead.has(page) ? ids : []))
    if (failure === undefined) for (const id of stillExpected) positions.observeMissing(id)
    if (stillExpected.length > maxIndividual) {
      const problem = `${stillExpected.length} rows that were expected there are missing`
      const reason = new PaginationError({ page: Math.min(...pagesRead), problem })
      failure ??= new DigitalOceanError({ operation, reason })
    }
    if (failure !== undefined && missing.size > 0) return yield* failure
  })

  const countRequests: ListReader<Row>["countRequests"] = (ids) => {
    const pages = pagesOf(ids)
    return pages.size + ids.length - [...pages.values()].flat().length
  }
  return { pagesOf, countRequests, read }
}
