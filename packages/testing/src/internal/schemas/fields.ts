import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** Text of a documented format, which is not validated. */
export const text = (format: "date-time" | "uuid" | "uri" | "ipv4" | "ipv6") => Schema.String.annotate({ format })

export const nullable = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** A boolean query parameter in upper or lower case: Python writes `True`. */
export const Truth = Schema.String.check(
  Schema.isPattern(/^(true|false)$/i, { message: 'Expected "true" | "false"' })
).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({ decode: (text) => text.toLowerCase() === "true", encode: String })
  )
)

export const TagName = Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9_:-]+$/u), Schema.isMaxLength(255))

export const id = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
