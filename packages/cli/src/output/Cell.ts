/**
 * Values as a person reads them: in a cell of a table, and beside a label.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { Kind } from "./Columns.ts"
import * as Text from "../text/Text.ts"

/**
 * The time that a terminal shows times relative to; undefined where they are absolute, as nothing says when a file is
 * read.
 *
 * @since 0.1.0
 */
export type Now = number | undefined

/**
 * Whether there is no value.
 *
 * @since 0.1.0
 */
export const isAbsent = (value: unknown): boolean => value === null || value === undefined || value === ""

/**
 * A value in a cell: short, and a dash where there is none.
 *
 * @since 0.1.0
 */
export const format = (value: unknown, kind: Kind, now: Now): string => {
  if (isAbsent(value)) return "-"
  if (!Array.isArray(value)) return Text.bounded(byKind(value, kind, now), longestCell)
  return Text.bounded(value.length > 4 ? `${list(value.slice(0, 3))} +${value.length - 3}` : list(value), longestCell)
}

/**
 * A value where there is room for all of it that a person reads. A relative time has the time itself beside it.
 *
 * @since 0.1.0
 */
export const whole = (value: unknown, kind: Kind, now: Now): string => {
  if (isAbsent(value)) return "-"
  if (Array.isArray(value)) return Text.bounded(list(value, ", "), longestValue)
  const text = byKind(value, kind, undefined)
  const relative = kind === "time" && now !== undefined ? ` (${byKind(value, kind, now)})` : ""
  return Text.bounded(text + relative, longestValue)
}

/**
 * A value as one text, as CSV has it.
 *
 * @since 0.1.0
 */
export const raw = (value: unknown): string => (Array.isArray(value) ? value.map(plain).join(",") : plain(value))

/** No name at DigitalOcean is longer; one that is would push every other column off the screen. */
const longestCell = 255

const longestValue = 10_000

const byKind = (value: unknown, kind: Kind, now: Now): string => {
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (kind === "time" && typeof value === "string") return time(value, now)
  if (typeof value !== "number") return plain(value)
  switch (kind) {
    case "gigabytes":
      return `${value} GB`
    case "megabytes":
      return `${value} MB`
    case "dollars":
      return value < 0 ? `-$${(-value).toFixed(2)}` : `$${value.toFixed(2)}`
    default:
      return plain(value)
  }
}

const list = (value: ReadonlyArray<unknown>, separator = ","): string =>
  value.length === 0 ? "-" : value.map(plain).join(separator)

const plain = (value: unknown): string =>
  value === null || value === undefined ? "" : Predicate.isObjectOrArray(value) ? JSON.stringify(value) : String(value)

const time = (text: string, now: Now): string =>
  Option.match(DateTime.make(text), {
    onNone: () => text,
    onSome: (time) =>
      now === undefined
        ? DateTime.formatIso(time).slice(0, 16).replace("T", " ")
        : relative(DateTime.toEpochMillis(time), now)
  })

const units: ReadonlyArray<readonly [name: string, length: Duration.Duration]> = [
  ["year", Duration.days(365)],
  ["month", Duration.days(30)],
  ["day", Duration.days(1)],
  ["hour", Duration.hours(1)],
  ["minute", Duration.minutes(1)],
  ["second", Duration.seconds(1)]
]

const relative = (time: number, now: number): string => {
  const distance = Math.abs(now - time)
  const [name, length] = units.find(([, length]) => distance >= Duration.toMillis(length)) ?? ["second", Duration.zero]
  const count = Duration.toMillis(length) === 0 ? 0 : Math.floor(distance / Duration.toMillis(length))
  if (count === 0) return "now"
  const span = `${count} ${name}${count === 1 ? "" : "s"}`
  return time > now ? `in ${span}` : `${span} ago`
}
