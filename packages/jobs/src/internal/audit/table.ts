import * as DateTime from "effect/DateTime"
import type { Orphans, Report, Row, Total } from "./model.ts"
import * as Cost from "../../Cost.ts"
import * as Text from "../../Text.ts"

/** A report for a terminal; documented at `Audit`. */
export const format = (report: Report, { columns = 100 }: { readonly columns?: number | undefined } = {}): string => {
  const table = fitted(columns)
  const byId = new Map(report.images.map((row) => [row.id, row]))
  const rows = (ids: ReadonlyArray<string>) => ids.flatMap((id) => byId.get(id) ?? [])
  const sections: ReadonlyArray<readonly [title: string, lines: ReadonlyArray<string>]> = [
    [
      "Cost by series",
      table(
        ["series", ...sums],
        report.series.map(({ series, total }) => [series, ...summed(total)]),
        [0]
      )
    ],
    [
      "Age",
      table(
        ["age", ...sums],
        report.ages.map(({ label, total }) => [label, ...summed(total)])
      )
    ],
    ["Regions", regionLines(report, table)],
    ["Orphans of Droplets", orphanLines(report.orphans.droplet, rows, table)],
    ["Orphans of volumes", orphanLines(report.orphans.volume, rows, table)],
    ["Duplicates", duplicateLines(report, table)],
    [
      "Images",
      table(
        ["id", "kind", "name", "created", "GB", "$/month", "regions"],
        report.images.map((row) => [row.id, row.kind, row.name, date(row), ...size(row), row.regions.join(",")]),
        [2, 6]
      )
    ]
  ]
  const head = [
    `Audit of ${DateTime.formatIsoDateUtc(report.taken_at)}: ${counted(report.total.count, "image")}, ${costOf(report.total)}`,
    ...report.unlisted.map(({ operation, problem }) => Text.safe(`Not whole: ${operation} failed: ${problem}`))
  ]
  const blocks = sections.map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`)].join("\n"))
  return [head.join("\n"), ...blocks].join("\n\n")
}

const sums = ["images", "GB", "$/month"]

const summed = ({ count, gigabytes, unknown, usd }: Total): ReadonlyArray<string> => [
  String(count),
  gigabytes.toFixed(2),
  unknown === 0 ? usd.toFixed(2) : `${usd.toFixed(2)} + ${unknown} unknown`
]

/** What is missing is told where images are wanted somewhere. */
const regionLines = ({ regions }: Report, table: Table) => {
  const isWanted = regions.some(({ isWanted }) => isWanted)
  return table(
    ["region", ...sums, ...(isWanted ? ["missing"] : [])],
    regions.map(({ isWanted, missing, region, total }) => [region, ...summed(total), isWanted ? String(missing) : ""])
  )
}

const size = ({ size_gigabytes, usd }: Row) => [size_gigabytes?.toFixed(2) ?? "?", usd?.toFixed(2) ?? "?"]

const date = ({ created_at }: Row) => DateTime.formatIsoDateUtc(created_at)

const costOf = ({ unknown, usd }: Total) => Cost.format({ unknown, usd })

type Table = ReturnType<typeof fitted>

const orphanLines = (orphans: Orphans, rows: (ids: ReadonlyArray<string>) => ReadonlyArray<Row>, table: Table) => {
  if (orphans._tag === "Unjudged") {
    return [Text.safe(`not judged: ${orphans.operation} failed: ${orphans.problem}`)]
  }
  if (orphans.ids.length === 0) return ["none"]
  const cells = rows(orphans.ids).map((row) => [
    row.id,
    row.name,
    date(row),
    ...size(row),
    row.source._tag === "Gone" ? row.source.resource_id : ""
  ])
  const lines = table(["id", "name", "created", "GB", "$/month", "was of"], cells, [1])
  return [...lines, `${counted(orphans.total.count, "orphan")}, ${costOf(orphans.total)}`]
}

const duplicateLines = ({ duplicates }: Report, table: Table) =>
  duplicates.length === 0
    ? ["none"]
    : table(
        ["name", "kind", "spare $/month", "ids, newest first"],
        duplicates.map(({ ids, kind, name, spare }) => [name, kind, spare.usd.toFixed(2), ids.join(" ")]),
        [0]
      )

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`

/** A table no wider than so many columns, as far as the cells of its flexible columns can be cut to 8. */
const fitted =
  (columns: number) =>
  (
    head: ReadonlyArray<string>,
    rows: ReadonlyArray<ReadonlyArray<string>>,
    flexible: ReadonlyArray<number> = []
  ): ReadonlyArray<string> => {
    const cells = rows.map((row) => row.map(Text.safe))
    const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => Text.width(row[i] ?? ""))))
    for (let over = widths.reduce((sum, width) => sum + width + 2, 0) - columns; over > 0; over--) {
      const widest = flexible.reduce((a, b) => (widths[b]! > widths[a]! ? b : a), flexible[0] ?? 0)
      if (widths[widest]! <= 8) break
      widths[widest] = widths[widest]! - 1
    }
    return Text.table(
      head,
      cells.map((row) => row.map((cell, i) => (flexible.includes(i) ? Text.fit(cell, widths[i]!) : cell)))
    )
  }
