import * as Schema from "effect/Schema"

/** What every listing says of itself: how many rows it has on all pages. */
export const Meta = Schema.Struct({
  total: Schema.Number.check(
    Schema.makeFilter((n: number) => (Number.isSafeInteger(n) && n >= 0) || "Expected a whole number from 0")
  )
})
