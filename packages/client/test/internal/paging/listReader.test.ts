import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { DigitalOceanError, UnexpectedStatus } from "../../../src/DigitalOceanError.ts"
import * as ListReader from "../../../src/internal/paging/listReader.ts"
import { pageSize } from "../../../src/internal/paging/pagePositions.ts"

/** A listing of ids, newest first, and a reader that waits for some of them. */
const reading = (ids: ReadonlyArray<number>, waited: ReadonlyArray<number>) => {
  const pages: Array<number> = []
  const reader = ListReader.make(
    "test",
    (page) =>
      Effect.sync(() => {
        pages.push(page)
        const items = ids.slice((page - 1) * pageSize, page * pageSize).map((id) => ({ id }))
        return { items, total: ids.length, next: null }
      }),
    (id) => waited.includes(id)
  )
  const found: Array<number> = []
  const read = reader.read(waited, {
    isWanted: () => true,
    isWorthwhile: (ids) => ids.length > 1,
    onRows: (rows) => {
      found.push(...rows.map(({ id }) => id).filter((id) => waited.includes(id)))
    }
  })
  return { pages, found, read }
}

const newestFirst = (count: number) => Array.from({ length: count }, (_, i) => 10 * (count - i))

describe("a reader", () => {
  it.effect("reads exactly the pages of rows that it knows", () => {
    const ids = newestFirst(5000)
    const waited = [...ids.slice(10, 20), ...ids.slice(820, 830)]
    const { found, pages, read } = reading(ids, waited)
    return Effect.gen(function* () {
      for (let i = 0; i < 6; i++) yield* read
      assert.includeMembers(found, waited)
      pages.length = 0
      found.length = 0
      yield* read
      assert.sameMembers(pages, [1, 5])
      assert.sameMembers(found, waited)
    })
  })

  it.effect("searches no few old rows: a search takes more requests than they do", () => {
    const ids = newestFirst(5000)
    const { pages, read } = reading(ids, ids.slice(3000, 3003))
    return Effect.gen(function* () {
      for (let i = 0; i < 20; i++) yield* read
      // the first request is for the newest rows
      assert.deepStrictEqual(pages, [1])
    })
  })

  it.effect("fails if a page lacks many rows, and reads it again the next time", () => {
    const all = newestFirst(400)
    const ids = [...all]
    const waited = all.slice(0, 100)
    const { found, pages, read } = reading(ids, waited)
    return Effect.gen(function* () {
      yield* read
      assert.strictEqual(found.length, 100)
      // a response without every other row
      ids.splice(0, 200, ...all.slice(0, 200).filter((_, i) => i % 2 === 0))
      const error = yield* Effect.flip(read)
      assert.strictEqual(error.reason._tag, "PaginationError")
      ids.splice(0, ids.length, ...all)
      found.length = 0
      pages.length = 0
      yield* read
      assert.deepStrictEqual(pages, [1])
      assert.strictEqual(found.length, 100)
    })
  })

  it.effect("finds many old rows by a few pages", () => {
    const ids = newestFirst(20_000)
    const waited = ids.slice(7000, 7200)
    const { found, pages, read } = reading(ids, waited)
    return Effect.gen(function* () {
      yield* read
      assert.sameMembers(found, waited)
      assert.isAtMost(pages.length, 16)
    })
  })

  it.effect("fails if a page fails and a row is missing", () => {
    const reason = new UnexpectedStatus({ status: 500, id: "", detail: "" })
    const error = new DigitalOceanError({ operation: "test", reason })
    const reader = ListReader.make(
      "test",
      () => Effect.fail(error),
      () => true
    )
    return Effect.gen(function* () {
      const failure = yield* Effect.flip(
        reader.read([1, 2], { isWanted: () => true, isWorthwhile: () => true, onRows: () => undefined })
      )
      assert.strictEqual(failure, error)
    })
  })
})
