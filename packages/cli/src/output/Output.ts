/**
 * The result on stdout: a table, one JSON document, JSON lines or CSV, with the fields as DigitalOcean names them.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Csv from "../text/Csv.ts"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Stderr from "./Stderr.ts"
import * as Text from "../text/Text.ts"

/**
 * A row in DigitalOcean's own form: what `--format json` prints.
 *
 * @since 0.1.0
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * `--columns` names a field that no row has.
 *
 * @since 0.1.0
 */
export class UnknownColumn extends Schema.TaggedError<UnknownColumn>()("UnknownColumn", {
  column: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  override get message(): string {
    if (this.known.length === 0) return "--columns: what this prints has no fields to choose from: leave it out"
    const wrong = this.column === "" ? "no field is named" : `there is no field ${this.column}`
    return `--columns: ${wrong}; there are ${this.known.join(", ")}`
  }
}

/**
 * Refuses `--columns` when a name is none of the fields that will be printed. Asked before anything is sent: what was
 * changed already could not be told.
 *
 * @since 0.1.0
 */
export const checkColumns = Effect.fnUntraced(function* (known: ReadonlyArray<string>) {
  const wanted = yield* GlobalFlags.Columns
  if (Option.isNone(wanted)) return
  const names = namesIn(wanted.value)
  const unknown = names.length === 0 ? "" : names.find((name) => !known.includes(name.split(".")[0] ?? ""))
  if (unknown !== undefined) return yield* new UnknownColumn({ column: unknown, known })
})

/**
 * Prints rows. `columns` are those of a table or CSV unless `--columns` names others; JSON has every field. JSON lines
 * are written as the rows arrive, the other forms at the end. A table without rows is not passed over in silence: `none`
 * is said on stderr.
 *
 * @since 0.1.0
 */
export const rows = Effect.fnUntraced(function* <E, R>(
  source: Stream.Stream<Row, E, R> | ReadonlyArray<Row>,
  columns: ReadonlyArray<string>,
  none = "nothing found"
) {
  const format = yield* GlobalFlags.Format
  const wanted = Option.map(yield* GlobalFlags.Columns, namesIn)
  const stream: Stream.Stream<Row, E, R> = Stream.isStream(source) ? source : Stream.fromIterable(source)
  if (format === "ndjson") {
    return yield* Stream.runForEachArray(stream, (chunk) => write(lines(chunk.map((row) => json(pick(row, wanted))))))
  }
  const all = yield* Stream.runCollect(stream)
  if (format === "json") return yield* document(all.map((row) => pick(row, wanted)))
  if (format === "table" && all.length === 0 && none !== "") yield* Stderr.note(`doimg: ${none}`)
  const names = Option.getOrElse(wanted, () => columns)
  if (format === "table") return yield* write(lines(table(names, all)))
  const cells = all.map((row) => names.map((name) => csvCell(field(row, name))))
  return yield* write(lines(Csv.lines(names, cells, { raw: format === "csv-raw" })))
})

/**
 * Prints one thing: a JSON document of one object, or its fields below each other.
 *
 * @since 0.1.0
 */
export const one = Effect.fnUntraced(function* (row: Row, columns: ReadonlyArray<string> = Object.keys(row)) {
  const format = yield* GlobalFlags.Format
  if (format === "ndjson" || format === "csv" || format === "csv-raw") return yield* rows([row], columns)
  const wanted = Option.map(yield* GlobalFlags.Columns, namesIn)
  if (format === "json") return yield* document(pick(row, wanted))
  const names = Option.getOrElse(wanted, () => columns)
  const label = Math.max(...names.map(Text.width)) + 2
  return yield* write(lines(names.map((name) => `${`${name}:`.padEnd(label)}${Text.safe(whole(field(row, name)))}`)))
})

/**
 * Prints any JSON as one document.
 *
 * @since 0.1.0
 */
export const document = (value: unknown): Effect.Effect<void> => write(`${json(value, 2)}\n`)

/**
 * Writes to stdout, and waits until a slow reader has taken it.
 *
 * @since 0.1.0
 */
export const write = (text: string): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    process.stdout.write(text, () => resume(Effect.void))
  })

/** JSON in which nothing moves a cursor: what a terminal could obey is escaped. */
export const json = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

const namesIn = (columns: string): ReadonlyArray<string> =>
  columns
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")

const lines = (all: ReadonlyArray<string>): string => all.map((line) => `${line}\n`).join("")

const field = (row: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (Predicate.isObject(value) ? (value as Row)[key] : undefined), row)

const pick = (row: Row, wanted: Option.Option<ReadonlyArray<string>>): Row =>
  Option.match(wanted, {
    onNone: () => row,
    onSome: (names) => Object.fromEntries(names.map((name) => [name, field(row, name) ?? null]))
  })

/** A value in a cell: short, and a dash where there is none. */
const cell = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return "-"
  if (Array.isArray(value))
    return Text.bounded(value.length > 4 ? `${list(value.slice(0, 3))} +${value.length - 3}` : list(value), longestCell)
  if (typeof value === "string" && isTimestamp.test(value)) return minutes(value)
  return Text.bounded(plain(value), longestCell)
}

/** No name at DigitalOcean is longer; one that is would push every other column off the screen. */
const longestCell = 255

/** A value where there is room for all of it that a person reads. */
const whole = (value: unknown): string =>
  value === null || value === undefined || value === ""
    ? "-"
    : Text.bounded(Array.isArray(value) ? list(value, ", ") : plain(value), longestValue)

const longestValue = 10_000

const list = (value: ReadonlyArray<unknown>, separator = ","): string =>
  value.length === 0 ? "-" : value.map(plain).join(separator)

const plain = (value: unknown): string =>
  value === null || value === undefined ? "" : Predicate.isObjectOrArray(value) ? JSON.stringify(value) : String(value)

const isTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

const minutes = (timestamp: string): string =>
  Option.match(DateTime.make(timestamp), {
    onNone: () => timestamp,
    onSome: (time) => DateTime.formatIso(time).slice(0, 16).replace("T", " ")
  })

const table = (names: ReadonlyArray<string>, all: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const cells = all.map((row) => names.map((name) => cell(field(row, name))))
  const drawn = Text.table(names, cells)
  const columns = process.stdout.isTTY === true ? process.stdout.columns : undefined
  return columns === undefined ? drawn : drawn.map((line) => Text.fit(line, columns))
}

const csvCell = (value: unknown): string => (Array.isArray(value) ? value.map(plain).join(",") : plain(value))
