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

/**
 * The id of a model, or the id itself. It is branded and not checked: the encoder of a request refuses an id that is not
 * a positive integer. What is not a number, which only code without types can pass, becomes 0, and never `NaN`.
 */
export const refId = <Id extends number>(ref: number | { readonly id: Id }): Id => {
  const id: unknown = Predicate.hasProperty(ref, "id") ? ref.id : ref
  return (Predicate.isNumber(id) && !Number.isNaN(id) ? id : 0) as Id
}

/** What names a model (its UUID, slug or name), or that text itself: as `refId`, and empty for what is not text. */
export const refText = <Key extends string, Text extends string>(
  key: Key,
  ref: string | { readonly [K in Key]: Text }
): Text => {
  const text: unknown = Predicate.hasProperty(ref, key) ? ref[key] : ref
  return (Predicate.isString(text) ? text : "") as Text
}

/** A numeric id as text; empty, which is refused before sending, for an invalid one. */
export const idText = (id: number): string => (Number.isSafeInteger(id) && id > 0 ? String(id) : "")
