import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Endpoint from "../../Endpoint.ts"

/** Decodes a response, and fails when it is about another resource than the one that was requested. */
export const checked = <A>(
  { decode, identity }: Pick<Endpoint.Endpoint<A>, "decode" | "identity">,
  params: unknown
): Endpoint.Decode<A> | undefined => {
  if (decode === undefined || identity === undefined) return decode
  const wanted = Predicate.hasProperty(params, identity.param) ? params[identity.param] : undefined
  return (body, baseUrl) =>
    Effect.flatMap(decode(body, baseUrl), (value) => {
      const found = Predicate.hasProperty(value, identity.field) ? value[identity.field] : undefined
      return isSame(wanted, found) ? Effect.succeed(value) : Effect.fail(other(identity.field, wanted))
    })
}

/** A slug is another name of an image, which its id does not show. */
const isSame = (wanted: unknown, found: unknown): boolean =>
  String(wanted) === String(found) || (typeof wanted === "string" && typeof found === "number")

const other = (field: string, wanted: unknown): Schema.SchemaError => {
  const message = `Expected ${JSON.stringify(wanted)}, which was requested`
  return new Schema.SchemaError(new SchemaIssue.Pointer([field], new SchemaIssue.InvalidValue({ message })))
}
