import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

const isDurationInput = (input: unknown): input is Duration.Input =>
  Option.isSome(Duration.fromInput(input as Duration.Input))

const millis = SchemaTransformation.transform<Duration.Input, number>({
  decode: Duration.millis,
  encode: (input) => Duration.toMillis(Duration.fromInputUnsafe(input))
})

/** Schema for a duration of an option, such as `"3 days"`. It is encoded in milliseconds. */
export const DurationInput = Schema.Number.pipe(
  Schema.decodeTo(
    Schema.declare(isDurationInput, {
      expected: "Duration.Input",
      toCodecJson: () => Schema.link<Duration.Input>()(Schema.Number, millis)
    }),
    millis
  )
)

const zone = SchemaTransformation.transform<string | DateTime.TimeZone, string>({
  decode: (text) => text,
  encode: (zone) => (typeof zone === "string" ? zone : DateTime.zoneToString(zone))
})

const isZone = (u: unknown): u is string | DateTime.TimeZone => typeof u === "string" || DateTime.isTimeZone(u)

/** Schema for a time zone of an option, such as `"Europe/Berlin"`. It is encoded as its name. */
export const TimeZone = Schema.String.pipe(
  Schema.decodeTo(
    Schema.declare(isZone, {
      expected: "TimeZone",
      toCodecJson: () => Schema.link<string | DateTime.TimeZone>()(Schema.String, zone)
    }),
    zone
  )
)
