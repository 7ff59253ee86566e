import * as Schema from "effect/Schema"

/** DigitalOcean's numeric ids: positive, and exact in a JavaScript number. */
export const id = Schema.Number.check(
  Schema.makeFilter((n: number) => (Number.isSafeInteger(n) && n > 0) || "Expected a positive integer up to 2^53-1")
)
