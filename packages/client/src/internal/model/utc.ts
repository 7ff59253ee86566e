import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

/**
 * The time at a number of milliseconds since 1970. `DateTime.makeUnsafe` also takes parts and zones, which adds 0.5 KB to a
 * bundle.
 */
export const utc = (millis: number): DateTime.Utc => DateTime.fromDateUnsafe(new Date(millis))

const Utc = Schema.declare((u): u is DateTime.Utc => DateTime.isDateTime(u) && DateTime.isUtc(u), {
  expected: "DateTime.Utc",
  toCodecArbitrary: () =>
    Schema.link<DateTime.Utc>()(
      Schema.Int,
      SchemaTransformation.transform({ decode: (n) => utc(n % latest), encode: DateTime.toEpochMillis })
    )
})

const latest = Date.UTC(10_000, 0)

/**
 * Schema for a time that is encoded as ISO 8601. `Schema.DateTimeUtcFromString` accepts bounds for generated samples, which
 * adds 0.6 KB to a bundle.
 */
export const UtcFromString: Schema.Codec<DateTime.Utc, string> = Schema.String.pipe(
  Schema.decodeTo(
    Utc,
    SchemaTransformation.transformEffect<DateTime.Utc, string>({
      decode: (text) => {
        const millis = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)
        return Number.isNaN(millis)
          ? Effect.fail(new SchemaIssue.InvalidValue({ message: "Expected an ISO 8601 timestamp" }, text))
          : Effect.succeed(utc(millis))
      },
      encode: (time) => Effect.succeed(DateTime.formatIso(time))
    })
  )
)
