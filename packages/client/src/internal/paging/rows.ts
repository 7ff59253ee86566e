import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { decoder } from "../model/leniency.ts"
import * as Links from "./links.ts"
import { Meta } from "./meta.ts"
import { list } from "../model/model.ts"

/**
 * Creates a decoder of a page. Missing rows decode to an empty list; an invalid row is a failure that contains its
 * path.
 */
export const all = <A>(key: string, schema: Schema.Codec<A, unknown>) =>
  page<A>(key, Schema.optionalKey(Schema.NullOr(Schema.Array(schema))))

/**
 * Creates a decoder of a page that drops invalid rows. Only for a search by id, which fetches rows that it does not
 * find individually. In a listing, an invalid row is a failure.
 */
export const valid = <A>(key: string, schema: Schema.Codec<A, unknown>) => page<A>(key, list(schema))

const page = <A>(key: string, rows: Schema.Codec<unknown, unknown>) => {
  const body = decoder(Schema.Struct({ [key]: rows, meta: Meta }))
  return (json: unknown, baseUrl?: string) =>
    Effect.map(body(json), (decoded) => ({
      // a stream compares their number with the total
      items: (decoded[key] ?? []) as ReadonlyArray<A>,
      total: (decoded["meta"] as typeof Meta.Type).total,
      next: Links.next(Predicate.hasProperty(json, "links") ? json.links : undefined, baseUrl)
    }))
}
