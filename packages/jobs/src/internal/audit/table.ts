import * as DateTime from "effect/DateTime"
import * as Cost from "../../Cost.ts"
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
        ["series", ...sums],
        findings.series.map(({ series, total }) => [series, ...summed(total)]),
        [0]
      )
    ],
    [
      "Age",
      table(
        ["age", ...sums],
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
        ["id", "kind", "name", "created", "GB", "$/month", "regions"],
        findings.images.map((row) => [row.id, row.kind, row.name, date(row), ...size(row), row.regions.join(",")]),
        [2, 6]
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

const sums = ["images", "GB", "$/month"]

const summed = ({ count, gigabytes, unknown, usd }: Total): ReadonlyArray<string> => [
  String(count),
  gigabytes.toFixed(2),
  unknown === 0 ? usd.toFixed(2) : `${usd.toFixed(2)} + ${unknown} unknown`
]

/** What is missing is shown only if images are wanted in a region. */
const regionLines = ({ regions }: Findings, table: Table) => {
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
  const lines = table(["id", "name", "created", "GB", "$/month", "source"], cells, [1])
  return [...lines, `${counted(orphans.total.count, "orphan")}, ${costOf(orphans.total)}`]
}

const duplicateLines = ({ duplicates }: Findings, table: Table) =>
  duplicates.length === 0
    ? ["none"]
    : table(
        ["name", "kind", "reclaimable $/month", "ids, newest first"],
        duplicates.map(({ ids, kind, name, reclaimable }) => [name, kind, reclaimable.usd.toFixed(2), ids.join(" ")]),
        [0]
      )

/** The images that something refers to or protects; no section if there are none. */
const usedLines = ({ images }: Findings, table: Table): ReadonlyArray<readonly [string, ReadonlyArray<string>]> => {
  const used = images.filter(({ usedBy }) => usedBy !== null && usedBy.length > 0)
  if (used.length === 0) return []
  const cells = used.map(({ id, name, usedBy }) => [id, name, (usedBy ?? []).map(Usage.format).join(", ")])
  return [["In use or protected", table(["id", "name", "by"], cells, [1, 2])]]
}

const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`

/** Formats tables that are at most this wide, as far as the cells of their flexible columns can be cut to 8. */
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
