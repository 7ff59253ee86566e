/**
 * Listings: one page as a value, a whole listing as a lazy stream.
 *
 * Pages are asked for by number, on the client's own base URL: the links in an answer are read for the number in them
 * and never followed. A listing that cannot be whole fails with `PaginationError`; it never ends early in silence.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DigitalOceanError, PaginationError } from "./DigitalOceanError.ts"
import type { Decode } from "./Endpoint.ts"
import * as Links from "./internal/links.ts"

/**
 * One page of a listing.
 *
 * **Details**
 *
 * `total` counts the rows of the whole listing. `next` is the number of the page after this one, null on the last, and
 * undefined when the answer's link leads nowhere.
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
 * Decodes a page whose rows are under `key`.
 *
 * @category decoders
 * @since 0.1.0
 */
export const decode = <A>(key: string, schema: Schema.Codec<A, unknown>): Decode<Page<A>> => {
  const rows = Schema.optionalKey(Schema.NullOr(Schema.Array(schema)))
  const body = Schema.decodeUnknownEffect(Schema.Struct({ [key]: rows, meta: Meta }))
  return (json) =>
    Effect.map(body(json), (decoded) => ({
      // absent rows are none; a stream holds them against the total
      items: (decoded[key] ?? []) as ReadonlyArray<A>,
      total: (decoded["meta"] as typeof Meta.Type).total,
      next: Links.next(Predicate.hasProperty(json, "links") ? json.links : undefined)
    }))
}

/**
 * A whole listing as a stream: a page is requested when it is pulled, and only then.
 *
 * **Details**
 *
 * `fetch` asks for one page by its number, `key` names a row. A row that moved to the next page because another was
 * added meanwhile is delivered once. Fails with `PaginationError` when a page repeats the one before, when the total
 * shrinks (rows were removed meanwhile, and others may have slipped by), when the link to the next page is missing,
 * broken or leads elsewhere, and when the rows do not add up to the total.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = <A, R>(
  operation: string,
  fetch: (page: number) => Effect.Effect<Page<A>, DigitalOceanError, R>,
  key: (row: A) => unknown
): Stream.Stream<A, DigitalOceanError, R> =>
  Stream.paginate(start as State, (state) =>
    Effect.flatMap(fetch(state.page), (page) => {
      const problem = contradiction(state, page, key)
      if (problem !== undefined) {
        const reason = new PaginationError({ page: state.page, problem })
        return Effect.fail(new DigitalOceanError({ operation, reason }))
      }
      const fresh = state.keys.size === 0 ? page.items : page.items.filter((row) => !state.keys.has(key(row)))
      const next: Option.Option<State> =
        page.next === null || page.next === undefined
          ? Option.none()
          : Option.some({
              page: page.next,
              rows: state.rows + page.items.length,
              total: page.total,
              keys: new Set(page.items.map(key)),
              firsts: page.items.length === 0 ? state.firsts : [...state.firsts, key(page.items[0]!)]
            })
      return Effect.succeed([fresh, next] as const)
    })
  )

/**
 * The whole listing that a service's `listPage` asks for page by page, 200 rows at a time unless told otherwise.
 *
 * @see {@link stream} for what keeps it whole
 * @category constructors
 * @since 0.1.0
 */
export const listing =
  <A, Q extends Query>(
    operation: string,
    listPage: (query: Q) => Effect.Effect<Page<A>, DigitalOceanError>,
    key: (row: A) => unknown
  ) =>
  (query?: Omit<Q, "page">): Stream.Stream<A, DigitalOceanError> =>
    // a Q of which only the page was left out
    stream(operation, (page) => listPage({ ...query, ...numbered(page, query) } as unknown as Q), key)

/**
 * The query of one page of a whole listing: 200 rows unless told otherwise.
 *
 * @category constructors
 * @since 0.1.0
 */
export const numbered = (page: number, query?: Pick<Query, "per_page">): Query => ({
  page,
  per_page: query?.per_page ?? 200
})

const Meta = Schema.Struct({
  total: Schema.Number.check(
    Schema.makeFilter((n: number) => (Number.isSafeInteger(n) && n >= 0) || "Expected a whole number from 0")
  )
})

/** What is remembered of the pages before this one: the keys of the last, and the first key of each. */
interface State {
  readonly page: number
  readonly rows: number
  readonly total: number
  readonly keys: ReadonlySet<unknown>
  readonly firsts: ReadonlyArray<unknown>
}

const start: State = { page: 1, rows: 0, total: 0, keys: new Set(), firsts: [] }

const contradiction = <A>(state: State, page: Page<A>, key: (row: A) => unknown): string | undefined => {
  const { items, next, total } = page
  const rows = state.rows + items.length
  if (total < state.total) {
    return `the total fell from ${state.total} to ${total} while listing: rows were removed, and others may have slipped by`
  }
  const again = items.filter((row) => state.keys.has(key(row))).length
  if (items.length > 0 && total === state.total && again === items.length) return "it repeats the page before it"
  if (state.page > 1 && again > total - state.total) {
    return `${again} of its rows were on the page before it, and the total grew by ${total - state.total}`
  }
  if (again === 0 && items.length > 0 && state.firsts.includes(key(items[0]!))) return "it repeats an earlier page"
  if (next === undefined) return "its link to the next page has no page number"
  if (next === null) return rows < total ? `the listing ended after ${rows} of ${total} rows` : undefined
  if (next !== state.page + 1) return `its link to the next page leads to page ${next}`
  if (items.length === 0) return "it is empty, but links to a next page"
  return rows >= total ? `it links to a next page, but all ${total} rows were there` : undefined
}
