import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

const millis = SchemaTransformation.transform({ decode: Duration.millis, encode: Duration.toMillis })

/**
 * Schema for a duration that is encoded in milliseconds. `Schema.DurationFromMillis` also loads an encoding of nanoseconds,
 * which adds 0.3 KB to a bundle.
 */
export const DurationFromMillis: Schema.Codec<Duration.Duration, number> = Schema.Number.pipe(
  Schema.decodeTo(
    Schema.declare(Duration.isDuration, {
      expected: "Duration",
      toCodecJson: () => Schema.link<Duration.Duration>()(Schema.Number, millis)
    }),
    millis
  )
)
