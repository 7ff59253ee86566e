import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { page } from "../../../src/internal/server/pages.ts"

const url = new URL("http://127.0.0.1:8080/v2/images?private=true&page=9&per_page=2")
const rows = [1, 2, 3, 4, 5]
const at = (page: number) => `http://127.0.0.1:8080/v2/images?private=true&page=${page}&per_page=2`

describe("page", () => {
  for (const [number, expected, pages] of [
    [1, [1, 2], { next: at(2), last: at(3) }],
    [2, [3, 4], { first: at(1), prev: at(1), next: at(3), last: at(3) }],
    [3, [5], { first: at(1), prev: at(2) }],
    [4, [], { first: at(1), prev: at(3) }]
  ] as const) {
    it(`${number} of three has rows [${expected}] and links to ${Object.keys(pages)}`, () => {
      assert.deepStrictEqual(page(rows, { page: number, per_page: 2 }, url), {
        rows: [...expected],
        links: { pages },
        meta: { total: 5 }
      })
    })
  }

  it("has no links when everything fits", () => {
    assert.deepStrictEqual(page(rows, {}, url), { rows, links: {}, meta: { total: 5 } })
    assert.deepStrictEqual(page([], {}, url), { rows: [], links: {}, meta: { total: 0 } })
  })

  it("has 20 rows by default", () => {
    const many = Array.from({ length: 21 }, (_, i) => i)
    assert.strictEqual(page(many, {}, url).rows.length, 20)
  })

  it.prop(
    "after page are all rows, once each and in order",
    { rows: Schema.Array(Schema.Int), size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 })) },
    ({ rows, size }) => {
      const all: Array<number> = []
      for (let number = 1; ; number++) {
        const one = page(rows, { page: number, per_page: size }, url)
        all.push(...one.rows)
        if (!("pages" in one.links) || one.links.pages.next === undefined) break
      }
      assert.deepStrictEqual(all, [...rows])
    }
  )
})
