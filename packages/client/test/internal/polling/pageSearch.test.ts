import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { DigitalOceanError, ServerError } from "../../../src/DigitalOceanError.ts"
import * as Search from "../../../src/internal/polling/pageSearch.ts"

const error = new DigitalOceanError({
  operation: "any",
  reason: new ServerError({ status: 503, id: "", detail: "" })
})

/** A listing of ids, and the pages of it that were asked for. */
const listing = (ids: ReadonlyArray<number>, failing: ReadonlyArray<number> = []) => {
  const pages: Array<number> = []
  const search = Search.make(
    (page) => {
      pages.push(page)
      if (failing.includes(page)) return Effect.fail(error)
      const items = ids.slice((page - 1) * 200, page * 200)
      return Effect.succeed({ items, total: ids.length, next: page * 200 < ids.length ? page + 1 : null })
    },
    (id: number) => id
  )
  const find = (wanted: Iterable<number>) =>
    Effect.gen(function* () {
      pages.length = 0
      const seen = new Set<number>()
      yield* search.find(wanted, (rows) => {
        for (const row of rows) seen.add(row)
      })
      return { pages: [...pages], found: [...wanted].filter((id) => seen.has(id)) }
    })
  return { find }
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe("a search in a paged listing", () => {
  it.effect("reads the pages that the rows fill, and no more when all are found", () =>
    Effect.gen(function* () {
      const { find } = listing(upTo(5000))
      assert.deepStrictEqual((yield* find(upTo(1000))).pages, [1, 2, 3, 4, 5])
      assert.deepStrictEqual((yield* find([3, 4])).pages, [1])
    })
  )

  it.effect("reads the other end when it found nothing, and starts there the next time", () =>
    Effect.gen(function* () {
      const { find } = listing(upTo(10_000))
      assert.deepStrictEqual(yield* find([9_998, 9_999]), { pages: [1, 50], found: [9_998, 9_999] })
      assert.deepStrictEqual((yield* find([9_998, 9_999])).pages, [50])
    })
  )

  it.effect("leaves one row to be fetched alone", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* listing(upTo(5000)).find([1, 2_000]), { pages: [1], found: [1] })
    })
  )

  it.effect("reads at most three pages more than the rows would fill", () =>
    Effect.gen(function* () {
      const { find } = listing(upTo(10_000))
      const { pages } = yield* find(upTo(20).map((i) => 5000 + i))
      assert.strictEqual(pages.length, 4)
      assert.strictEqual(new Set(pages).size, 4)
    })
  )

  it.effect("of a short list ends with it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* listing(upTo(50)).find([60, 61, 62])).pages, [1])
      assert.deepStrictEqual((yield* listing([]).find([60, 61, 62])).pages, [1])
    })
  )

  it.effect("reports the pages that it could read when one fails, and fails", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const search = Search.make(
        (page) => (page === 2 ? Effect.fail(error) : Effect.succeed({ items: [page], total: 5000, next: page + 1 })),
        (id: number) => id
      )
      const failure = yield* Effect.flip(search.find(upTo(600), (rows) => void seen.push(...rows)))
      assert.strictEqual(failure, error)
      assert.deepStrictEqual(seen, [1, 3])
    })
  )
})
