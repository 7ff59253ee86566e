import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { PagePositions, pageSize } from "../../../src/internal/paging/pagePositions.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** A listing: how many rows it has, every how manyth is waited for, and how many rows are added before each page is read. */
const Listing = Schema.Struct({
  rows: between(1, 3000),
  every: between(1, 400),
  added: Schema.Array(between(0, 300)).check(Schema.isMinLength(1), Schema.isMaxLength(6)),
  isNewestFirst: Schema.Boolean
})

/** Ids have gaps, as most actions are those of other accounts. */
const idOf = (row: number) => 1000 + 7 * row + (row % 3)

/** A listing on a server. */
class Rows {
  count: number
  readonly isNewestFirst: boolean

  constructor(count: number, isNewestFirst: boolean) {
    this.count = count
    this.isNewestFirst = isNewestFirst
  }

  page(page: number): ReadonlyArray<number> {
    const ids = Array.from({ length: this.count }, (_, row) => idOf(row))
    return (this.isNewestFirst ? ids.toReversed() : ids).slice((page - 1) * pageSize, page * pageSize)
  }

  pageOf(row: number): number {
    return 1 + Math.floor((this.isNewestFirst ? this.count - 1 - row : row) / pageSize)
  }
}

const isKept = () => true

describe("the positions of rows", () => {
  it.effect.prop(
    "are exact for rows that a response contained, as soon as the total is known again",
    { listing: Listing },
    ({ listing: { added, every, isNewestFirst, rows } }) =>
      Effect.sync(() => {
        const list = new Rows(rows, isNewestFirst)
        const positions = new PagePositions()
        const waited = Array.from({ length: Math.ceil(rows / every) }, (_, i) => i * every)
        for (let page = 1; page <= Math.ceil(rows / pageSize); page++) {
          positions.observe(page, list.page(page), list.count, isKept)
        }
        for (const more of added) {
          list.count += more
          positions.observe(1, list.page(1), list.count, isKept)
          const located = positions.locate(waited.map(idOf))
          for (const row of waited) assert.strictEqual(located.get(idOf(row)), list.pageOf(row))
        }
      })
  )

  it.effect.prop(
    "lead to many rows of one page by no more pages than the listing has",
    { listing: Listing },
    ({ listing: { isNewestFirst, rows } }) =>
      Effect.sync(() => {
        const list = new Rows(rows + 9, isNewestFirst)
        const positions = new PagePositions()
        const ids = Array.from({ length: 9 }, (_, i) => idOf(Math.floor(rows / 3) + i))
        const pages = Math.ceil(list.count / pageSize)
        let reads = 0
        for (const missing = new Set(ids); missing.size > 0; reads++) {
          const page = positions.locate(missing).get([...missing][0]!)
          // fewer than eight rows on the next page are not searched
          if (page === undefined) break
          const shown = list.page(page)
          positions.observe(page, shown, list.count, isKept)
          for (const id of shown) missing.delete(id)
          assert.isAtMost(reads, pages)
        }
        assert.isAtLeast(reads, 1)
      })
  )
})

describe("a row that is not listed", () => {
  const list = new Rows(1000, true)

  it("is expected nowhere after three pages without it, for the next 50 pages", () => {
    const positions = new PagePositions()
    const observe = () => positions.observe(1, list.page(1), 1000, isKept)
    observe()
    for (let i = 0; i < 3; i++) {
      assert.strictEqual(positions.locate([9999]).get(9999), 1)
      positions.observeMissing(9999)
    }
    assert.isFalse(positions.locate([9999]).has(9999))
    for (let i = 0; i < 49; i++) observe()
    assert.isFalse(positions.locate([9999]).has(9999))
    observe()
    assert.isTrue(positions.locate([9999]).has(9999))
    positions.observeMissing(9999)
    assert.isFalse(positions.locate([9999]).has(9999))
  })

  it("is expected nowhere if it is older than the oldest", () => {
    const positions = new PagePositions()
    positions.observe(5, list.page(5), 1000, isKept)
    assert.strictEqual(positions.locate([1, 2, 3, 4, 5, 6, 7, 8, 9]).size, 0)
  })

  it("is expected again when a page contains it", () => {
    const positions = new PagePositions()
    for (let i = 0; i < 3; i++) positions.observeMissing(9999)
    assert.isFalse(positions.locate([9999]).has(9999))
    positions.observe(1, [9999, ...list.page(1).slice(0, 199)], 1001, isKept)
    assert.strictEqual(positions.locate([9999]).get(9999), 1)
  })
})

describe("a page that contradicts what is remembered", () => {
  const list = new Rows(1000, true)

  it("moves the newer rows after old ones were deleted", () => {
    const positions = new PagePositions()
    for (const page of [1, 2, 3]) positions.observe(page, list.page(page), 1000, isKept)
    // the 50 oldest are deleted: the rank of no other row changes
    positions.observe(1, list.page(1), 950, isKept)
    const third = list.page(3)[7]!
    assert.strictEqual(positions.locate([third]).get(third), 3)
  })

  it("is not learned from if its ids have no order, or one of them twice", () => {
    const positions = new PagePositions()
    positions.observe(1, list.page(1), 1000, isKept)
    const before = positions.locate(list.page(1).slice(0, 3))
    positions.observe(1, [...list.page(1).slice(0, 100), ...list.page(1).slice(0, 100)], 1000, isKept)
    positions.observe(2, [5, 9000, 7], 1000, isKept)
    assert.deepStrictEqual(positions.locate(list.page(1).slice(0, 3)), before)
  })
})
