import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

/** A model in both its forms; documented at `Arbitraries`. */
export interface Modelled<Wire, Model> {
  /** generates what DigitalOcean may return */
  readonly wire: Arbitrary.Arbitrary<Wire>
  /** generates what the client decodes it to */
  readonly model: Arbitrary.Arbitrary<Model>
  /** the client's schema, which decodes `wire` to `model` */
  readonly schema: Schema.Codec<Model, unknown>
}

export const modelled = <Wire, Model, Encoded>(
  wire: Schema.Codec<Wire, unknown>,
  schema: Schema.Codec<Model, Encoded>
): Modelled<Wire, Model> => {
  const arbitrary = Arbitrary.schema(wire)
  const decode = Schema.decodeUnknownSync(schema)
  return { wire: arbitrary, model: Arbitrary.map(arbitrary, (json) => decode(json)), schema }
}

export const absent = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
export const tomorrow = { added_tomorrow: Schema.optionalKey(Schema.String) }
export const texts = Schema.Array(Schema.String)
const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
export const ids = Schema.Union([between(1, 2 ** 31 - 1), between(2 ** 31, Number.MAX_SAFE_INTEGER)])
export const known = <K extends string>(values: ReadonlyArray<K>) =>
  Schema.Union([Schema.Literals(values), Schema.String])
export const time = Schema.String.check(
  Schema.isPattern(/^20[0-4]\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?Z$/)
)
