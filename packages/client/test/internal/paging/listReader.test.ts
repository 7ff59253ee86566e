import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { DigitalOceanError, UnexpectedStatus } from "../../../src/DigitalOceanError.ts"
import * as ListReader from "../../../src/internal/paging/listReader.ts"
import { pageSize } from "../../../src/internal/paging/pagePositions.ts"

/** A listing of ids, newest first, and a reader that waits for some of them. */
const reading = (ids: ReadonlyArray<number>, waited: ReadonlyArray<number>) => {
  const pages: Array<number> = []
  const reader = ListReader.make(
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
    const waited = [ids[10]!, ids[11]!, ids[820]!, ids[821]!]
    const { found, pages, read } = reading(ids, waited)
    return Effect.gen(function* () {
      yield* read
      assert.sameMembers(found, waited.slice(0, 2))
      pages.length = 0
      found.length = 0
      for (let i = 0; i < 6; i++) yield* read
      assert.includeMembers(found, waited)
      pages.length = 0
      found.length = 0
      yield* read
      assert.sameMembers(pages, [1, 5])
      assert.sameMembers(found, waited)
    })
  })

  it.effect("reads one page in vain for few rows that are not listed, and then none", () => {
    const { found, pages, read } = reading(newestFirst(5000), [15, 25, 35])
    return Effect.gen(function* () {
      for (let i = 0; i < 20; i++) {
        pages.length = 0
        yield* read
        assert.isAtMost(pages.length, 1)
      }
      assert.deepStrictEqual(found, [])
      assert.deepStrictEqual(pages, [])
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
      () => Effect.fail(error),
      () => true
    )
    return Effect.gen(function* () {
      const failure = yield* Effect.flip(reader.read([1, 2], { isWorthwhile: () => true, onRows: () => undefined }))
      assert.strictEqual(failure, error)
    })
  })
})
