import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Iso from "./isoTimestamp.ts"
import { readsAsNull, skipsInvalid } from "./leniency.ts"

/**
 * An optional field: absent and null are both accepted, and what a response holds of another type reads as null (see
 * `leniency.ts`). A list of which one element is invalid reads as null as a whole.
 */
export const lenient = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(Schema.NullOr(schema).annotate(readsAsNull))

/** An optional list: as `lenient`, but an invalid element is left out, and the others are kept. */
export const list = <S extends Schema.Constraint>(element: S) => lenient(Schema.Array(element).annotate(skipsInvalid))

/** A timestamp on the wire: text, checked here and read by {@link timestamp}. */
export const Timestamp = Schema.String.check(
  Schema.makeFilter((text: string) => !Number.isNaN(Iso.parse(text)) || "Expected an ISO 8601 timestamp")
)

/** A timestamp that could not be read: the field and what it held. */
class NotATimestamp {
  readonly field: string
  readonly text: string
  constructor(field: string, text: string) {
    this.field = field
    this.text = text
  }
}

/** Reads an ISO 8601 timestamp inside a model's `decode`. */
export const timestamp = (field: string, text: string): DateTime.Utc => {
  const millis = Iso.parse(text)
  if (Number.isNaN(millis)) throw new NotATimestamp(field, text)
  return DateTime.makeUnsafe(millis)
}

/** As `timestamp`; null and absent read as null. */
export const timestampOrNull = (field: string, text: string | null | undefined): DateTime.Utc | null =>
  text === null || text === undefined ? null : timestamp(field, text)

/**
 * A model as one transformation of a lenient wire struct: absence is decided once for all fields, which decodes about
 * twice as fast as a codec per field. `is` looks only at what identifies the model; `encode` is checked by the wire
 * struct.
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
