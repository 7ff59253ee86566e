import { cpus, loadavg, release, totalmem } from "node:os"

/** One measured figure. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly unit?: string
  /** the target, where there is one */
  readonly atMost?: number
  /** what was measured, or is known, of others */
  readonly beside?: string
}

/** Figures by their names. */
export interface Figures {
  readonly [name: string]: number | Figures
}

/** What a bench measured: its figures for `--json`, and the lines of the table. */
export interface Result {
  readonly json: Figures
  readonly rows: ReadonlyArray<Row>
}

/** Something that can be measured. */
export interface Bench {
  readonly name: string
  readonly what: string
  /** about how long it takes */
  readonly seconds: number
  /** true for what mostly waits, and so may run beside others of its kind */
  readonly inBackground?: boolean
  /** true for what takes so long that it runs only if it is named */
  readonly isOnlyNamed?: boolean
  readonly run: () => Promise<Result>
}

/** On what it was measured. */
export const machine = (): string => {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return [
    new Date().toISOString().slice(0, 10),
    `Node ${process.versions.node}`,
    `${cpus().length} x ${cpu?.model.trim() || process.arch}`,
    `${memory} GiB`,
    `${process.platform} ${release()}`,
    `load ${loadavg()[0]!.toFixed(1)}`
  ].join(", ")
}

const digits = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0)

const verdict = ({ atMost, value }: Row): string => (atMost === undefined ? "" : value <= atMost ? "met" : "MISSED")

/** The table of one bench. */
export const table = ({ name, what }: Bench, rows: ReadonlyArray<Row>): string => {
  const head = ["", "measured", "target", "", "beside"]
  const lines = rows.map((row) => [
    row.what,
    `${digits(row.value)}${row.unit === undefined ? "" : ` ${row.unit}`}`,
    row.atMost === undefined ? "" : `<= ${row.atMost}`,
    verdict(row),
    row.beside ?? ""
  ])
  const widths = head.map((text, column) => Math.max(text.length, ...lines.map((line) => line[column]!.length)))
  const write = (line: ReadonlyArray<string>) => `  ${line.map((text, i) => text.padEnd(widths[i]!)).join("  ")}`
  return [`${name}: ${what}`, ...[head, ...lines].map((line) => write(line).trimEnd())].join("\n")
}

/** How many rows miss their target. */
export const missed = (rows: ReadonlyArray<Row>): number => rows.filter((row) => verdict(row) === "MISSED").length
