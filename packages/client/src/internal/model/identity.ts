import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Endpoint from "../../Endpoint.ts"

/** Creates a decoder that fails if the response contains another resource than the requested one. */
export const checked = <A>(
  { decode, identity }: Pick<Endpoint.Endpoint<A>, "decode" | "identity">,
  params: unknown
): Endpoint.Decode<A> | undefined => {
  if (decode === undefined || identity === undefined) return decode
  const requested = Predicate.hasProperty(params, identity.param) ? params[identity.param] : undefined
  return (body, baseUrl) =>
    Effect.flatMap(decode(body, baseUrl), (value) => {
      const actual = Predicate.hasProperty(value, identity.field) ? value[identity.field] : undefined
      return isSame(requested, actual) ? Effect.succeed(value) : Effect.fail(mismatch(identity.field, requested))
    })
}

/** An image that was requested by its slug has a numeric id, which cannot be compared with the slug. */
const isSame = (requested: unknown, actual: unknown): boolean =>
  String(requested) === String(actual) || (typeof requested === "string" && typeof actual === "number")

const mismatch = (field: string, requested: unknown): Schema.SchemaError => {
  const message = `Expected ${JSON.stringify(requested)}, which was requested`
  return new Schema.SchemaError(new SchemaIssue.Pointer([field], new SchemaIssue.InvalidValue({ message })))
}
