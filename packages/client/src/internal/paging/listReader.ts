import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import { PagePositions, pageSize } from "./pagePositions.ts"
import { withTime } from "../rateLimit/monotonic.ts"

/** How many pages are requested at once. */
const concurrency = 4

/** Reads rows of a listing by exactly the pages that contain them. */
export interface ListReader<Row> {
  /** the ids that are expected on each page; an id that is not listed is left out */
  readonly pagesOf: (ids: Iterable<number>) => Map<number, Array<number>>
  /** how many requests it takes to read these ids: one for a page, or for an id that is not listed; at least 1 */
  readonly countRequests: (ids: ReadonlyArray<number>) => number
  /**
   * Reads the pages that contain the ids, if `isWorthwhile` says so for the ids that one page is expected to contain, and
   * calls `onRows` with every page and the monotonic time at which it
   * was requested. Pages that contain none of the ids that are expected there are few: ids that are not
   * found soon are left, to be requested individually. Fails if a page fails and not all ids are found.
   */
  readonly read: (
    ids: Iterable<number>,
    isWorthwhile: (ids: ReadonlyArray<number>, page: number) => boolean,
    onRows: (rows: ReadonlyArray<Row>, at: number) => void
  ) => Effect.Effect<void, DigitalOceanError>
}

/** Creates a reader of a listing. It remembers where those ids are of which `isKept` returns true. */
export const make = <Row extends { readonly id: number }>(
  fetch: (page: number) => Effect.Effect<Page<Row>, DigitalOceanError>,
  isKept: (id: number) => boolean
): ListReader<Row> => {
  const positions = new PagePositions()
  const pagesOf = (ids: Iterable<number>, skip?: number) => {
    const located = positions.locate(ids, skip)
    return Map.groupBy(located.keys(), (id) => located.get(id)!)
  }

  const read: ListReader<Row>["read"] = Effect.fnUntraced(function* (ids, isWorthwhile, onRows) {
    const missing = new Set(ids)
    const maxWasted = Math.floor(missing.size / 8)
    const pagesRead = new Set<number>()
    let wasted = 0
    let failure: DigitalOceanError | undefined

    const readPage = ([page, expected]: readonly [number, ReadonlyArray<number>]) => {
      pagesRead.add(page)
      return Effect.match(withTime(fetch(page)), {
        onSuccess: ([{ items, total }, at]) => {
          const found = items.map(({ id }) => id)
          positions.observe(page, found, total, isKept)
          for (const id of found) missing.delete(id)
          const notFound = expected.filter((id) => missing.has(id))
          for (const id of notFound) positions.observeMissing(id, found)
          if (notFound.length === expected.length) wasted += 1
          onRows(items, at)
        },
        onFailure: (error) => {
          failure ??= error
        }
      })
    }

    while (missing.size > 0 && failure === undefined && wasted <= maxWasted) {
      const skip = pageSize * (2 ** Math.max(0, wasted - 1) - 1)
      const pages = [...pagesOf(missing, skip)].filter(([page, ids]) => !pagesRead.has(page) && isWorthwhile(ids, page))
      if (pages.length === 0) break
      yield* Effect.forEach(pages, readPage, { concurrency, discard: true })
    }
    if (failure !== undefined && missing.size > 0) return yield* failure
  })

  const countRequests: ListReader<Row>["countRequests"] = (ids) => {
    const pages = pagesOf(ids)
    return Math.max(1, pages.size + ids.length - [...pages.values()].flat().length)
  }
  return { pagesOf: (ids) => pagesOf(ids), countRequests, read }
}
