import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Iso from "./isoTimestamp.ts"
import { utc } from "./utc.ts"
import { readsAsNull, skipsInvalid } from "./leniency.ts"

/**
 * An optional field: it can be missing or null, and a value of another type decodes to null (see `leniency.ts`). A list
 * with an invalid element decodes to null.
 */
export const lenient = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(Schema.NullOr(schema).annotate(readsAsNull))

/** An optional list: like `lenient`, but only the invalid elements are dropped. */
export const list = <S extends Schema.Constraint>(element: S) => lenient(Schema.Array(element).annotate(skipsInvalid))

/** The fields of a model, null where they are missing in the response. */
export type OrNull<Fields extends Schema.Struct.Fields> = {
  readonly [K in keyof Fields]: Exclude<Fields[K]["Type"], undefined> | null
}

/** Returns the fields of an encoded model, null where they are missing. Less code than a line for each field. */
export const orNull = <Fields extends Schema.Struct.Fields>(
  fields: Fields,
  wire: { readonly [K in keyof Fields]?: Fields[K]["Type"] }
): OrNull<Fields> =>
  // an object of all fields is what its type says
  Object.fromEntries(Object.keys(fields).map((key) => [key, wire[key] ?? null])) as OrNull<Fields>

/** An encoded timestamp: a string that this schema validates and {@link timestamp} decodes. */
export const Timestamp = Schema.String.check(
  Schema.makeFilter((text: string) => !Number.isNaN(Iso.parse(text)) || "Expected an ISO 8601 timestamp")
)

/** An invalid timestamp: the field and its text. */
class NotATimestamp {
  readonly field: string
  readonly text: string
  constructor(field: string, text: string) {
    this.field = field
    this.text = text
  }
}

/** Decodes an ISO 8601 timestamp in the `decode` function of a model. */
export const timestamp = (field: string, text: string): DateTime.Utc => {
  const millis = Iso.parse(text)
  if (Number.isNaN(millis)) throw new NotATimestamp(field, text)
  return utc(millis)
}

/** Like `timestamp`, but returns null for null and undefined. */
export const timestampOrNull = (field: string, text: string | null | undefined): DateTime.Utc | null =>
  text === null || text === undefined ? null : timestamp(field, text)

/**
 * Creates the schema of a model, as one transformation of a struct of lenient fields. This decodes about twice as fast
 * as a transformation per field. `is` checks only the fields that identify the model. The struct validates the result
 * of `encode`.
 */
export const model = <A, const Fields extends Schema.Struct.Fields>(
  identifier: string,
  fields: Fields,
  options: {
    readonly is: (u: unknown) => u is A
    readonly decode: (wire: Schema.Struct<Fields>["Type"]) => A
    readonly encode: (model: A) => Schema.Struct<Fields>["Type"]
  }
) =>
  Schema.Struct(fields).pipe(
    Schema.decodeTo(
      Schema.declare(options.is, { identifier }),
      SchemaTransformation.transformEffect<A, Schema.Struct<Fields>["Type"]>({
        decode: (wire) => {
          try {
            return Effect.succeed(options.decode(wire))
          } catch (error) {
            if (!(error instanceof NotATimestamp)) return Effect.die(error)
            const issue = new SchemaIssue.InvalidValue({ message: "Expected an ISO 8601 timestamp" }, error.text)
            return Effect.fail(new SchemaIssue.Pointer([error.field], issue))
          }
        },
        encode: (model) => Effect.succeed(options.encode(model))
      })
    )
  )
