/**
 * Listings: one page as a value, a whole listing as a stream, lazy or some pages ahead.
 *
 * Pages are asked for by number, on the client's own base URL: the links in an answer are read for the number in them
 * and never followed. A listing that cannot be whole fails with `PaginationError`; it never ends early in silence.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DigitalOceanError, InvalidInput, PaginationError, type Reason } from "./DigitalOceanError.ts"
import type { Decode } from "./Endpoint.ts"
import { echo } from "./internal/response/echo.ts"
import * as Prefetch from "./internal/paging/prefetch.ts"
import * as Rows from "./internal/paging/rows.ts"

/**
 * One page of a listing.
 *
 * **Details**
 *
 * `total` counts the rows of the whole listing. `next` is the number of the page after this one, null on the last, and
 * undefined when the answer's link leads nowhere, or to another host than the client's and DigitalOcean's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly total: number
  readonly next: number | null | undefined
}

/**
 * Which page, and how many rows in one: `page` from 1 (default 1), `per_page` from 1 to 200 (DigitalOcean's default is
 * 20, a stream asks for 200).
 *
 * @category models
 * @since 0.1.0
 */
export interface Query {
  readonly page?: number | undefined
  readonly per_page?: number | undefined
}

/**
 * The query fields of every listing, checked before anything is sent.
 *
 * @category schemas
 * @since 0.1.0
 */
export const query = {
  page: Schema.optional(
    Schema.Number.check(
      Schema.makeFilter(
        (n: number) => (Number.isSafeInteger(n) && n >= 1) || `Expected a whole number from 1, got ${n}`
      )
    )
  ),
  per_page: Schema.optional(
    Schema.Number.check(
      Schema.makeFilter(
        (n: number) => (Number.isInteger(n) && n >= 1 && n <= 200) || `Expected a whole number from 1 to 200, got ${n}`
      )
    )
  )
}

/**
 * Decodes a page whose rows are under `key`. A row that cannot be decoded fails the page, with its place in `path`
 * (`images[3].id`): a listing without it would be incomplete.
 *
 * @category decoders
 * @since 0.1.0
 */
export const decode = <A>(key: string, schema: Schema.Codec<A, unknown>): Decode<Page<A>> => Rows.all(key, schema)

/**
 * How a whole listing is read.
 *
 * **Details**
 *
 * - `concurrency`: how many pages are asked for at a time, by default 1: each when it is pulled, and only then. With more,
 *   the first page tells how many there are, the next two bear it out, and from then on so many are asked for ahead. They
 *   are delivered in order; a page that fails ends the stream where it stands, and no page beyond it is begun.
 * - `onConcurrentInsert`: run when rows had moved to the next page, because others were added meanwhile
 *
 * @category options
 * @since 0.1.0
 */
export interface ListOptions {
  readonly concurrency?: number | undefined
  readonly onConcurrentInsert?: ((shift: ConcurrentInsert) => Effect.Effect<void>) | undefined
}

/**
 * Rows that were added while a listing was read, as `page` showed it.
 *
 * **Details**
 *
 * `inserted` counts them: they are on pages that were read before, so this listing does not have them. `duplicates` counts the
 * rows of `page` that were on the page before it too; they are delivered once.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConcurrentInsert {
  readonly page: number
  readonly inserted: number
  readonly duplicates: number
}

/**
 * A service's whole listing, as a stream.
 *
 * @category models
 * @since 0.1.0
 */
export type List<A, Filter = object> = (
  filter?: Filter & Pick<Query, "per_page">,
  options?: ListOptions
) => Stream.Stream<A, DigitalOceanError>

/**
 * A listing of what belongs to one resource, as a stream.
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
 * A whole listing as a stream.
 *
 * **Details**
 *
 * `fetch` asks for one page by its number, `key` names a row. A row that moved to a later page because others were added
 * meanwhile is delivered once: the last 10,000 rows are remembered, for a listing of any length.
 *
 * Fails with `PaginationError` when a page repeats the one before, when the total shrinks (rows were removed meanwhile,
 * and others may have slipped by), when a page of several holds a row twice (where another should be), when the link to
 * the next page is missing, broken or leads elsewhere, and when there are fewer rows than the total. A page that was asked
 * for ahead and contradicts the one before it is read once more first: it may only be older. Until the third page one
 * page is asked for ahead, and behind one that is short of rows none: a lie that shows there costs two requests more.
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
  const fail = (reason: Reason) => Effect.fail(new DigitalOceanError({ operation, reason }))
  const read = ({ again, next }: Prefetch.Pages<Page<A>, DigitalOceanError, R>) =>
    Stream.paginate(
      start(),
      Effect.fnUntraced(function* (state) {
        let page = yield* next(state.page, state.last)
        let problem = contradiction(state, page, key)
        if (problem !== undefined && again !== undefined) {
          page = yield* again(state.page)
          problem = contradiction(state, page, key)
        }
        if (problem !== undefined) return yield* fail(new PaginationError({ page: state.page, problem }))
        const fresh = state.seen.size === 0 ? page.items : page.items.filter((row) => !state.seen.has(key(row)))
        const repeated = page.items.length - fresh.length
        if (repeated > 0 && onConcurrentInsert !== undefined) {
          yield* onConcurrentInsert({ page: state.page, inserted: page.total - state.total, duplicates: repeated })
        }
        return [fresh, after(state, page, key)] as const
      })
    )
  if (!(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    const problem = `expected a whole number from 1, got ${echo(String(concurrency))}`
    return Stream.fromEffect(fail(new InvalidInput({ field: "concurrency", problem })))
  }
  return concurrency === 1
    ? Stream.suspend(() => read(Prefetch.lazy(fetch)))
    : Stream.unwrap(Effect.map(Prefetch.make(fetch, concurrency), read))
}

/**
 * Makes the `list` of a service from its `listPage`: the whole listing, 200 rows a request by default.
 *
 * @see {@link stream} for what keeps it whole
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
    // a Q of which only the page was left out
    stream(operation, (page) => listPage({ ...query, ...pageQuery(page, query) } as unknown as Q), key, options)

/**
 * The query of one page of a whole listing: 200 rows unless told otherwise.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pageQuery = (page: number, query?: Pick<Query, "per_page">): Query => ({
  page,
  per_page: query?.per_page ?? 200
})

/** What is remembered of the pages before this one. */
interface State {
  readonly page: number
  /** the number of the last page, as far as is known */
  readonly last: number
  /** how many rows the first page had */
  readonly size: number
  readonly rows: number
  readonly total: number
  /** the key of the first row of the page before this one */
  readonly first: unknown
  /**
   * how far from the end the last rows were, and the first ones of the last pages: however many are added before or
   * behind a row, it comes no nearer to the end
   */
  readonly seen: Map<unknown, number>
  readonly firsts: Map<unknown, number>
}

/** So many rows are remembered, and first rows of pages, for a listing of any length. */
const remembered = 10_000

const forget = (rows: Map<unknown, number>): void => {
  for (const oldest of rows.keys()) {
    if (rows.size <= remembered) return
    rows.delete(oldest)
  }
}

const start = (): State => ({
  ...{ page: 1, last: 1, size: 0, rows: 0, total: 0, first: undefined },
  ...{ seen: new Map(), firsts: new Map() }
})

const after = <A>(state: State, page: Page<A>, key: (row: A) => unknown): Option.Option<State> => {
  const { items, next, total } = page
  if (next === null || next === undefined) return Option.none()
  const { firsts, seen } = state
  const size = state.size === 0 ? items.length : state.size
  items.forEach((row, i) => void seen.set(key(row), total - state.rows - i))
  const first = items.length === 0 ? state.first : key(items[0]!)
  firsts.set(first, total - state.rows)
  forget(seen)
  forget(firsts)
  const rows = state.rows + items.length
  // a page that is short need not be the last, but the rows of those beyond it are in doubt
  const last = items.length < size ? next : Math.ceil(total / size)
  return Option.some({ page: next, last, size, rows, total, first, seen, firsts })
}

const contradiction = <A>(state: State, page: Page<A>, key: (row: A) => unknown): string | undefined => {
  const { items, next, total } = page
  const rows = state.rows + items.length
  if (total < state.total) {
    return `the total fell from ${state.total} to ${total} while listing: rows were removed, and others may have slipped by`
  }
  const again = items.filter((row, i) => (state.seen.get(key(row)) ?? -Infinity) > total - state.rows - i).length
  const first = items.length === 0 ? undefined : key(items[0]!)
  const isLoop = (state.firsts.get(first) ?? 0) > total - state.rows
  if (again > 0 ? again === items.length : isLoop) {
    return first === state.first ? "it repeats the page before it" : "it repeats an earlier page"
  }
  if (again > 0) {
    return `${again} of its rows were on a page before it, and the total grew by ${total - state.total}`
  }
  if ((state.page > 1 || next !== null) && new Set(items.map(key)).size < items.length) {
    return "it has a row twice, and another may be missing"
  }
  if (next === undefined) return "its link to the next page has no page number, or leads to another host"
  if (next === null) return rows < total ? `the listing ended after ${rows} of ${total} rows` : undefined
  if (next !== state.page + 1) return `its link to the next page leads to page ${next}`
  if (items.length === 0) return "it is empty, but links to a next page"
  return rows >= total ? `it links to a next page, but all ${total} rows were there` : undefined
}
