import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { InvalidInput } from "../../DigitalOceanError.ts"

/** Parses and validates an option that is a duration. */
export const check = (field: string, input: Duration.Input): Effect.Effect<Duration.Duration, InvalidInput> => {
  const invalid = (problem: string) => Effect.fail(new InvalidInput({ field, problem }))
  const duration = Number.isNaN(input) ? Option.none() : Duration.fromInput(input)
  if (Option.isNone(duration)) return invalid('expected a duration such as "30 seconds"')
  return Duration.toMillis(duration.value) < 0
    ? invalid("expected a duration that is not negative")
    : Effect.succeed(duration.value)
}

/** Parses and validates several options that are durations. */
export const checkAll = <Field extends string>(
  inputs: Readonly<Record<Field, Duration.Input>>
): Effect.Effect<Record<Field, Duration.Duration>, InvalidInput> => {
  const entries = Object.entries<Duration.Input>(inputs)
  const parsed = Effect.forEach(entries, ([field, input]) =>
    Effect.map(check(field, input), (duration) => [field, duration] as const)
  )
  return Effect.map(parsed, (entries) => Object.fromEntries(entries) as Record<Field, Duration.Duration>)
}
