/**
 * The result on stdout: a table, one JSON document, JSON lines or CSV, with the fields as DigitalOcean names them.
 *
 * @since 0.1.0
 */
import { exitCodes } from "../errors/exitCodes.ts"
import * as Table from "@effect-digitalocean/jobs/Table"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Csv from "../text/Csv.ts"
import * as Cell from "./Cell.ts"
import * as Color from "./Color.ts"
import * as Columns from "./Columns.ts"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Pager from "./Pager.ts"
import * as Screen from "./Screen.ts"
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
export class UnknownColumn extends Schema.TaggedError<UnknownColumn>("@effect-digitalocean/cli/UnknownColumn")(
  "UnknownColumn",
  {
    column: Schema.String,
    known: Schema.Array(Schema.String)
  }
) {
  override get message(): string {
    if (this.known.length === 0) return "--columns: what this prints has no fields to choose from: leave it out"
    const wrong = this.column === "" ? "no field is named" : `there is no field ${this.column}`
    return `--columns: ${wrong}; there are ${this.known.join(", ")}`
  }

  get exitCode(): number {
    return exitCodes.usage
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
  columns: ReadonlyArray<Columns.Choice>,
  none = "nothing found"
) {
  const format = yield* GlobalFlags.form
  const wanted = Option.map(yield* GlobalFlags.Columns, namesIn)
  const stream: Stream.Stream<Row, E, R> = Stream.isStream(source) ? source : Stream.fromIterable(source)
  if (format === "ndjson") {
    return yield* Stream.runForEachArray(stream, (chunk) =>
      Pager.write(lines(chunk.map((row) => json(pick(row, wanted)))))
    )
  }
  const all = yield* Stream.runCollect(stream)
  if (format === "json") return yield* document(all.map((row) => pick(row, wanted)))
  if (format === "table") {
    if (all.length === 0 && none !== "") yield* Stderr.note(`doimg: ${none}`)
    return yield* table(columns, all)
  }
  const names = Option.getOrElse(wanted, () => columns.map(Columns.fieldOf))
  const cells = all.map((row) => names.map((name) => Cell.raw(field(row, name))))
  return yield* Pager.print(lines(Csv.lines(names, cells, { raw: format === "csv-raw" })))
})

/**
 * Prints one thing: as {@link rows} does in machine formats, so that one thing and several have one shape, else its fields
 * below each other.
 *
 * @since 0.1.0
 */
export const one = Effect.fnUntraced(function* (row: Row, columns: ReadonlyArray<string> = Object.keys(row)) {
  const format = yield* GlobalFlags.form
  if (format !== "table") return yield* rows([row], columns)
  const wanted = Option.map(yield* GlobalFlags.Columns, namesIn)
  const names = Option.getOrElse(wanted, () => columns)
  const { now } = yield* style
  const width = Math.max(...names.map((name) => Text.width(Columns.labelOf(name)))) + 2
  return yield* Pager.print(
    lines(
      names.map((name) => {
        const label = `${Columns.labelOf(name)}:`.padEnd(width)
        return label + Text.safe(Cell.whole(field(row, name), Columns.of(name).kind, now))
      })
    )
  )
})

/**
 * Prints a report as one JSON object, whole or with the fields of `--columns`.
 *
 * @since 0.1.0
 */
export const report = (row: Row) =>
  Effect.flatMap(GlobalFlags.Columns, (columns) => document(pick(row, Option.map(columns, namesIn))))

/**
 * Prints any JSON as one document.
 *
 * @since 0.1.0
 */
export const document = (value: unknown) => Pager.print(`${json(value, 2)}\n`)

/**
 * Prints rows as a table that fits the terminal.
 *
 * @since 0.1.0
 */
export const table = Effect.fnUntraced(function* (shown: ReadonlyArray<Columns.Choice>, all: ReadonlyArray<Row>) {
  const wanted = Option.map(yield* GlobalFlags.Columns, namesIn)
  // what somebody wants to see is not left out
  const choices = Option.match(wanted, {
    onNone: () => shown,
    onSome: (names) => names.map((field) => ({ field, leaveOut: undefined }))
  })
  return yield* Pager.print(lines(tableLines(choices, all, yield* style)))
})

/**
 * The lines of a table that fits the terminal of stderr, without colours, for a question.
 *
 * @since 0.1.0
 */
export const onStderr = (shown: ReadonlyArray<Columns.Choice>, all: ReadonlyArray<Row>) =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    tableLines(shown, all, { columns: process.stderr.columns, now, paint: Color.plain })
  )

const tableLines = (choices: ReadonlyArray<Columns.Choice>, all: ReadonlyArray<Row>, style: Style) => {
  const isEmpty = (name: string) => all.every((row) => Cell.isAbsent(field(row, name)))
  const columns = choices
    .map((choice) => ({ ...Columns.of(choice), field: Columns.fieldOf(choice) }))
    .filter((column) => !(column.hideEmpty && isEmpty(column.field)))
  const cells = all.map((row) => columns.map((column) => Cell.format(field(row, column.field), column.kind, style.now)))
  return Table.format(columns, cells, {
    columns: style.columns,
    paint: (cell, column, row) => style.paint(cell, columns[column]!.kind, row)
  })
}

interface Style {
  readonly columns: number | undefined
  readonly now: Cell.Now
  readonly paint: typeof Color.paint
}

/** How a result is shown: on a terminal times are relative, and what matters is coloured. */
const style: Effect.Effect<Style, never, GlobalFlags.Settings> = Effect.gen(function* () {
  const screen = yield* Screen.get
  if (Option.isNone(screen)) return { columns: undefined, now: undefined, paint: Color.plain }
  const { columns, hasColor } = screen.value
  return { columns, now: yield* Clock.currentTimeMillis, paint: hasColor ? Color.paint : Color.plain }
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
