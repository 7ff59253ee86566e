import * as DateTime from "effect/DateTime"
import * as Cost from "../../Cost.ts"
import * as Table from "../../Table.ts"
import * as Text from "../../Text.ts"
import * as Usage from "../../Usage.ts"
import type { Findings, Orphans, Row, Total } from "./model.ts"

/** Formats findings for a terminal; documented at `Audit`. */
export const format = (
  findings: Findings,
  { columns = 100 }: { readonly columns?: number | undefined } = {}
): string => {
  const table = fitted(columns)
  const byId = new Map(findings.images.map((row) => [row.id, row]))
  const rows = (ids: ReadonlyArray<string>) => ids.flatMap((id) => byId.get(id) ?? [])
  const sections: ReadonlyArray<readonly [title: string, lines: ReadonlyArray<string>]> = [
    [
      "Cost by series",
      table(
        [name("series"), ...sums],
        findings.series.map(({ series, total }) => [series, ...summed(total)])
      )
    ],
    [
      "Age",
      table(
        [column("age"), ...sums],
        findings.ages.map(({ label, total }) => [label, ...summed(total)])
      )
    ],
    ["Regions", regionLines(findings, table)],
    ["Orphans of Droplets", orphanLines(findings.orphans.droplet, rows, table)],
    ["Orphans of volumes", orphanLines(findings.orphans.volume, rows, table)],
    ["Duplicates", duplicateLines(findings, table)],
    ...usedLines(findings, table),
    [
      "Images",
      table(
        [column("id"), column("kind", 3), name("name"), column("created"), gigabytes, monthly, regions],
        findings.images.map((row) => [row.id, row.kind, row.name, date(row), ...size(row), row.regions.join(",")])
      )
    ]
  ]
  const head = [
    `Audit of ${DateTime.formatIsoDateUtc(findings.generatedAt)}: ${counted(findings.total.count, "image")}, ${costOf(findings.total)}`,
    ...findings.failedListings.map(({ operation, problem }) => Text.safe(`Incomplete: ${operation} failed: ${problem}`))
  ]
  const blocks = sections.map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`)].join("\n"))
  return [head.join("\n"), ...blocks].join("\n\n")
}

const column = (title: string, leaveOut?: number): Table.Column => ({ title, leaveOut })

const name = (title: string): Table.Column => ({ title, least: 8 })

const regions: Table.Column = { title: "regions", least: 9, leaveOut: 2 }

const gigabytes = column("GB", 1)

const monthly = column("$/month", 4)

const sums = [column("images", 2), column("GB", 1), column("$/month")]

const summed = ({ count, gigabytes, unknown, usd }: Total): ReadonlyArray<string> => [
  String(count),
  gigabytes.toFixed(2),
  unknown === 0 ? usd.toFixed(2) : `${usd.toFixed(2)} + ${unknown} unknown`
]

/** What is missing is shown only if images are wanted in a region. */
const regionLines = ({ regions }: Findings, table: FormatTable) => {
  const isWanted = regions.some(({ isWanted }) => isWanted)
  return table(
    [column("region"), ...sums, ...(isWanted ? [column("missing")] : [])],
    regions.map(({ isWanted, missing, region, total }) => [region, ...summed(total), isWanted ? String(missing) : ""])
  )
}

const size = ({ size_gigabytes, usd }: Row) => [size_gigabytes?.toFixed(2) ?? "?", usd?.toFixed(2) ?? "?"]

const date = ({ created_at }: Row) => DateTime.formatIsoDateUtc(created_at)

const costOf = ({ unknown, usd }: Total) => Cost.format({ unknown, usd })

type FormatTable = ReturnType<typeof fitted>

const orphanLines = (
  orphans: Orphans,
  rows: (ids: ReadonlyArray<string>) => ReadonlyArray<Row>,
  table: FormatTable
) => {
  if (orphans._tag === "Unavailable") {
    return [Text.safe(`unavailable: ${orphans.operation} failed: ${orphans.problem}`)]
  }
  if (orphans.ids.length === 0) return ["none"]
  const cells = rows(orphans.ids).map((row) => [
    row.id,
    row.name,
    date(row),
    ...size(row),
    row.source._tag === "Deleted" ? row.source.resource_id : ""
  ])
  const lines = table([column("id"), name("name"), column("created"), gigabytes, monthly, column("source", 3)], cells)
  return [...lines, `${counted(orphans.total.count, "orphan")}, ${costOf(orphans.total)}`]
}

const duplicateLines = ({ duplicates }: Findings, table: FormatTable) =>
  duplicates.length === 0
    ? ["none"]
    : table(
        [name("name"), column("kind", 1), column("reclaimable $/month", 2), column("ids, newest first")],
        duplicates.map(({ ids, kind, name, reclaimable }) => [name, kind, reclaimable.usd.toFixed(2), ids.join(" ")])
      )

/** The images that something refers to or protects; no section if there are none. */
const usedLines = (
  { images }: Findings,
  table: FormatTable
): ReadonlyArray<readonly [string, ReadonlyArray<string>]> => {
  const used = images.filter(({ usedBy }) => usedBy !== null && usedBy.length > 0)
  if (used.length === 0) return []
  const cells = used.map(({ id, name, usedBy }) => [id, name, (usedBy ?? []).map(Usage.format).join(", ")])
  return [["In use or protected", table([column("id"), name("name"), { title: "by", least: 9 }], cells)]]
}

const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`

/** Formats tables for a window, in which each line is indented. */
const fitted =
  (columns: number) =>
  (head: ReadonlyArray<Table.Column>, rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
    Table.format(head, rows, { columns: columns - 2 })
