import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/** Whether a number is a positive safe integer. */
export const isPositive = (n: number): boolean => Number.isSafeInteger(n) && n > 0

/** Schema for DigitalOcean's numeric ids: positive safe integers. */
export const id = Schema.Number.check(
  Schema.makeFilter((n: number) => isPositive(n) || "Expected a positive integer up to 2^53-1")
)

/** A Droplet's id; documented at `Droplet.Id`. */
export const DropletId = id.pipe(Schema.brand("DropletId"))

/** Schema for an id or 0, which means that there is no id. */
export const idOrNone = Schema.Number.check(
  Schema.makeFilter((n: number) => (Number.isSafeInteger(n) && n >= 0) || "Expected an integer from 0 to 2^53-1")
)

/**
 * Returns the id of a model, or the id itself, branded but not validated: the encoder of a request rejects an id that
 * is not a positive integer. A value that is not a number, which only untyped code can pass, becomes 0, and never
 * `NaN`.
 */
export const refId = <Id extends number>(ref: number | { readonly id: Id }): Id => {
  const id: unknown = Predicate.hasProperty(ref, "id") ? ref.id : ref
  return (Predicate.isNumber(id) && !Number.isNaN(id) ? id : 0) as Id
}

/**
 * Returns the UUID, slug or name of a model, or the string itself. Like `refId`, but empty for a value that is not a
 * string.
 */
export const refText = <Key extends string, Text extends string>(
  key: Key,
  ref: string | { readonly [K in Key]: Text }
): Text => {
  const text: unknown = Predicate.hasProperty(ref, key) ? ref[key] : ref
  return (Predicate.isString(text) ? text : "") as Text
}

/** Returns a slug, branded, or null when it is absent or empty. A schema in its place slows down the bench `decode`. */
export const slugOrNull = <Slug extends string>(slug: string | null | undefined): Slug | null =>
  slug ? (slug as Slug) : null

/** Returns a numeric id as a string. An invalid id becomes the empty string, which the encoder of a request rejects. */
export const idText = (id: number): string => (isPositive(id) ? String(id) : "")
