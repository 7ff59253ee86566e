import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { errors } from "../src/DigitalOceanApi.ts"
import * as Fixtures from "../src/Fixtures.ts"

describe("a body", () => {
  it("is the same each time, and a copy", () => {
    assert.deepStrictEqual(Fixtures.image(), Fixtures.image())
    assert.notStrictEqual(Fixtures.image(), Fixtures.image())
  })

  it("takes any value in any field, and fields that nobody knows", () => {
    const image = Fixtures.image({ id: "7", regions: null, surprise: true })
    assert.deepStrictEqual<object>(image, { ...Fixtures.image(), id: "7", regions: null, surprise: true })
  })
})

it("an error is one that the contract declares", () => {
  assert.lengthOf(
    errors.filter((error) => Schema.is(error)(Fixtures.error())),
    1
  )
})

describe("a page", () => {
  it("has all its rows and no link by default", () => {
    assert.deepStrictEqual(Fixtures.page("images", [1, 2]), { images: [1, 2], links: {}, meta: { total: 2 } })
  })

  it("names the next page by number, or by any link", () => {
    const next = (to: number | string) => Fixtures.page("images", [], 9, to).links
    assert.deepStrictEqual(next(2), { pages: { next: "https://api.digitalocean.com/x?page=2" } })
    assert.deepStrictEqual(next("nonsense"), { pages: { next: "nonsense" } })
  })
})
