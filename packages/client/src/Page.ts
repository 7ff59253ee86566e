/**
 * Pagination: single pages, and streams over all pages, lazy or with prefetching.
 *
 * Pages are requested by number from the client's base URL: only the page number of a link is read, and links are never
 * followed. An inconsistent listing fails with `PaginationError` instead of emitting partial results.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DigitalOceanError, InvalidInput, PaginationError, type Reason } from "./DigitalOceanError.ts"
import type { Decode } from "./Endpoint.ts"
import { isPositive } from "./internal/model/id.ts"
import { echo } from "./internal/response/echo.ts"
import * as Prefetch from "./internal/paging/prefetch.ts"
import * as Rows from "./internal/paging/rows.ts"

/**
 * One page of a listing.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<A> {
  /** the rows of the page */
  readonly items: ReadonlyArray<A>
  /** the number of rows on all pages */
  readonly total: number
  /**
   * the number of the next page; null for the last one, and undefined if the link has no page number, or points to
   * another host than the client's and DigitalOcean's
   */
  readonly next: number | null | undefined
}

/**
 * The page number and the rows per page: `page` from 1 (default 1), `per_page` from 1 to 200 (DigitalOcean's default is
 * 20, the default of a stream is 200).
 *
 * @category models
 * @since 0.1.0
 */
export interface Query {
  /** the number of the page, from 1, by default 1 */
  readonly page?: number | undefined
  /** the number of rows, from 1 to 200, by default 200 */
  readonly per_page?: number | undefined
}

/**
 * The query fields of every listing. They are validated before a request is sent.
 *
 * @category schemas
 * @since 0.1.0
 */
export const query = {
  page: Schema.optional(
    Schema.Number.check(Schema.makeFilter((n: number) => isPositive(n) || `Expected a whole number from 1, got ${n}`))
  ),
  per_page: Schema.optional(
    Schema.Number.check(
      Schema.makeFilter((n: number) => (isPositive(n) && n <= 200) || `Expected a whole number from 1 to 200, got ${n}`)
    )
  )
}

/**
 * Creates a decoder of a page with its rows in the field `key`. An invalid row fails the page with its `path`
 * (`images[3].id`), as a listing without the row would be incomplete.
 *
 * @category decoders
 * @since 0.1.0
 */
export const decode = <A>(key: string, schema: Schema.Codec<A, unknown>): Decode<Page<A>> => Rows.all(key, schema)

/**
 * Options to stream a listing.
 *
 * @category options
 * @since 0.1.0
 */
export interface ListOptions {
  /**
   * the maximum number of concurrent requests for pages. With 1 (the default), a page is requested when it is pulled.
   * Above 1, the first page contains the total, the next two confirm it, and the pages after that are prefetched with
   * this concurrency. Rows are emitted in order. A page that fails ends the stream, and no page after it is requested.
   */
  readonly concurrency?: number | undefined
  /** runs when rows moved to the next page because rows were inserted during the listing */
  readonly onConcurrentInsert?: ((shift: ConcurrentInsert) => Effect.Effect<void>) | undefined
}

/**
 * Rows that were inserted during a listing, as detected on `page`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConcurrentInsert {
  /** the number of the page, from 1 */
  readonly page: number
  /** the number of the inserted rows; they are on pages that were already read, so the stream does not emit them */
  readonly inserted: number
  /** the number of rows of the page that were also on the page before; they are emitted once */
  readonly duplicates: number
}

/**
 * The type of a service's `list`: streams all rows.
 *
 * @category models
 * @since 0.1.0
 */
export type List<A, Filter = object> = (
  filter?: Filter & Pick<Query, "per_page">,
  options?: ListOptions
) => Stream.Stream<A, DigitalOceanError>

/**
 * The type of a listing of one resource, such as the actions of an image: streams all rows.
 *
 * @category models
 * @since 0.1.0
 */
export type ListOf<Ref, A> = (
  ref: Ref,
  filter?: Pick<Query, "per_page">,
  options?: ListOptions
) => Stream.Stream<A, DigitalOceanError>

/**
 * Creates a stream over all pages of a listing.
 *
 * **Details**
 *
 * `fetch` requests a page by its number, `key` returns the identity of a row. A row that moved to a later page because
 * rows were inserted during the listing is emitted once. For this, the keys of the last 10,000 rows are kept.
 *
 * Fails with `PaginationError` in these cases:
 *
 * - a page repeats the previous page or an earlier one
 * - the total decreases: rows were removed, and others may have been skipped
 * - one of several pages contains a row twice, and may lack another row
 * - the link to the next page is missing, is invalid, or points to another page or host
 * - there are fewer rows than the total
 *
 * A prefetched page that is inconsistent with the previous page is requested again first, as it may be older than that
 * page. Up to the third page only one page is prefetched, and none after a page with fewer rows than the first. So an
 * inconsistency on these pages costs at most two additional requests.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = <A, R>(
  operation: string,
  fetch: (page: number) => Effect.Effect<Page<A>, DigitalOceanError, R>,
  key: (row: A) => unknown,
  { concurrency = 1, onConcurrentInsert }: ListOptions = {}
): Stream.Stream<A, DigitalOceanError, R> => {
  const failure = (reason: Reason) => new DigitalOceanError({ operation, reason })
  const read = ({ refetch, next }: Prefetch.Pages<Page<A>, DigitalOceanError, R>) =>
    Stream.paginate(
      start(),
      Effect.fnUntraced(function* (state) {
        let page = yield* next(state.page, state.last)
        let problem = inconsistency(state, page, key)
        if (problem !== undefined && refetch !== undefined) {
          page = yield* refetch(state.page)
          problem = inconsistency(state, page, key)
        }
        if (problem !== undefined) return yield* failure(new PaginationError({ page: state.page, problem }))
        const fresh = state.seen.size === 0 ? page.items : page.items.filter((row) => !state.seen.has(key(row)))
        const duplicates = page.items.length - fresh.length
        if (duplicates > 0 && onConcurrentInsert !== undefined) {
          yield* onConcurrentInsert({ page: state.page, inserted: page.total - state.total, duplicates })
        }
        return [fresh, after(state, page, key)] as const
      })
    )
  if (!isPositive(concurrency)) {
    const problem = `expected a whole number from 1, got ${echo(String(concurrency))}`
    return Stream.fail(failure(new InvalidInput({ field: "concurrency", problem })))
  }
  return concurrency === 1
    ? Stream.suspend(() => read(Prefetch.lazy(fetch)))
    : Stream.unwrap(Effect.map(Prefetch.make(fetch, concurrency), read))
}

/**
 * Creates the `list` of a service from its `listPage`: streams all pages, by default with 200 rows per request.
 *
 * @see {@link stream} for how inconsistent pages are detected
 * @category constructors
 * @since 0.1.0
 */
export const makeList =
  <A, Q extends Query>(
    operation: string,
    listPage: (query: Q) => Effect.Effect<Page<A>, DigitalOceanError>,
    key: (row: A) => unknown
  ): List<A, Omit<Q, keyof Query>> =>
  (query, options) =>
    // `query` is a Q without its page fields
    stream(operation, (page) => listPage({ ...query, ...pageQuery(page, query) } as unknown as Q), key, options)

/**
 * Returns the query of one page: 200 rows per page by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pageQuery = (page: number, query?: Pick<Query, "per_page">): Query => ({
  page,
  per_page: query?.per_page ?? 200
})

/** What is known from the previous pages. */
interface State {
  readonly page: number
  /** the number of the last page, if the latest total is correct */
  readonly last: number
  /** the number of rows on the first page */
  readonly size: number
  readonly rows: number
  readonly total: number
  /** the key of the first row of the previous page */
  readonly first: unknown
  /**
   * the distance from the end of the listing, for each of the latest rows, and for the first rows of the latest pages:
   * an insertion never decreases it
   */
  readonly seen: Map<unknown, number>
  readonly firsts: Map<unknown, number>
}

/** The maximum number of keys in `seen` and in `firsts`. */
const maxKeys = 10_000

const evictOldest = (rows: Map<unknown, number>): void => {
  for (const oldest of rows.keys()) {
    if (rows.size <= maxKeys) return
    rows.delete(oldest)
  }
}

const start = (): State => ({
  page: 1,
  last: 1,
  size: 0,
  rows: 0,
  total: 0,
  first: undefined,
  seen: new Map(),
  firsts: new Map()
})

const after = <A>(state: State, page: Page<A>, key: (row: A) => unknown): Option.Option<State> => {
  const { items, next, total } = page
  if (next === null || next === undefined) return Option.none()
  const { firsts, seen } = state
  const size = state.size === 0 ? items.length : state.size
  items.forEach((row, i) => void seen.set(key(row), total - state.rows - i))
  const first = items.length === 0 ? state.first : key(items[0]!)
  firsts.set(first, total - state.rows)
  evictOldest(seen)
  evictOldest(firsts)
  const rows = state.rows + items.length
  // a page with fewer rows need not be the last one, but prefetched pages after it may be inconsistent
  const last = items.length < size ? next : Math.ceil(total / size)
  return Option.some({ page: next, last, size, rows, total, first, seen, firsts })
}

const inconsistency = <A>(state: State, page: Page<A>, key: (row: A) => unknown): string | undefined => {
  const { items, next, total } = page
  const rows = state.rows + items.length
  if (total < state.total) {
    return `the total fell from ${state.total} to ${total} during the listing: rows were removed, and others may have been skipped`
  }
  const repeated = items.filter((row, i) => (state.seen.get(key(row)) ?? -Infinity) > total - state.rows - i).length
  const first = items.length === 0 ? undefined : key(items[0]!)
  const isLoop = (state.firsts.get(first) ?? 0) > total - state.rows
  if (repeated > 0 ? repeated === items.length : isLoop) {
    return first === state.first ? "it repeats the previous page" : "it repeats an earlier page"
  }
  if (repeated > 0) {
    return `${repeated} of its rows were on earlier pages, but the total increased by ${total - state.total}`
  }
  if ((state.page > 1 || next !== null) && new Set(items.map(key)).size < items.length) {
    return "it contains a row twice, and another row may be missing"
  }
  if (next === undefined) return "its link to the next page has no page number, or points to another host"
  if (next === null) return rows < total ? `the listing ended after ${rows} of ${total} rows` : undefined
  if (next !== state.page + 1) return `its link to the next page points to page ${next}`
  if (items.length === 0) return "it is empty, but links to a next page"
  return rows >= total ? `it links to a next page, but all ${total} rows were already returned` : undefined
}
