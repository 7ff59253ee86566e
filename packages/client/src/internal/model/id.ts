import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/** DigitalOcean's numeric ids: positive, and exact in a JavaScript number. */
export const id = Schema.Number.check(
  Schema.makeFilter((n: number) => (Number.isSafeInteger(n) && n > 0) || "Expected a positive integer up to 2^53-1")
)

/** An id where there may be none: 0 says so. */
export const idOrNone = Schema.Number.check(
  Schema.makeFilter((n: number) => (Number.isSafeInteger(n) && n >= 0) || "Expected an integer from 0 to 2^53-1")
)

/** The id of a model or the id itself; NaN, which is refused before sending, for what is neither. */
export const refId = (ref: number | { readonly id: number }): number => {
  const id: unknown = Predicate.hasProperty(ref, "id") ? ref.id : ref
  return Predicate.isNumber(id) ? id : Number.NaN
}
