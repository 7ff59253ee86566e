import * as Schema from "effect/Schema"

/** The `meta` of every listing: the number of rows on all pages. */
export const Meta = Schema.Struct({
  total: Schema.Number.check(
    Schema.makeFilter((n: number) => (Number.isSafeInteger(n) && n >= 0) || "Expected a whole number from 0")
  )
})
