/**
 * A report of `Audit` as one page with pictures: what each series costs, how old images are, which image is in which
 * region.
 *
 * The page is one text: it asks for nothing, runs no script, and its policy forbids both. It is light or dark as its
 * reader's screen is, fits a phone, and has a table beside every picture. Names from the account are text in it,
 * whatever they hold.
 *
 * Draws with `@observablehq/plot` over `linkedom`, which who imports this module has to install; no other module needs
 * them: `npm install @observablehq/plot linkedom`.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import type * as Audit from "./Audit.ts"
import * as Cost from "./Cost.ts"
import * as Charts from "./internal/audit/charts.ts"
import { style } from "./internal/audit/style.ts"
import * as Text from "./Text.ts"

/**
 * How to write the page.
 *
 * **Details**
 *
 * - `title`: its heading, such as the account's name; by default `Images`
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  readonly title?: string | undefined
}

/**
 * The digest of the page's style sheet, as its policy and a `Content-Security-Policy` header name it.
 *
 * @category constants
 * @since 0.1.0
 */
export const styleDigest = "sha256-DsM8vrlRk3bwgQot5q+kdqU+g8mWdqmWmfJ4FLL4HcU="

/**
 * The page's own `Content-Security-Policy`: nothing but its style sheet.
 *
 * @category constants
 * @since 0.1.0
 */
export const policy = `default-src 'none'; style-src '${styleDigest}'; base-uri 'none'; form-action 'none'`

/**
 * Writes a report as an HTML page.
 *
 * **Example** (A page of an account)
 *
 * ```ts
 * import { DigitalOcean } from "@effect-digitalocean/client"
 * import { Audit } from "@effect-digitalocean/jobs"
 * import * as AuditPage from "@effect-digitalocean/jobs/AuditPage"
 * import { TestDigitalOcean } from "@effect-digitalocean/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const account = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(TestDigitalOcean.layer()))
 *
 * const page = Audit.run().pipe(Effect.map((report) => AuditPage.html(report, { title: "Our images" })))
 *
 * const html = await Effect.runPromise(Effect.provide(page, account))
 *
 * html.startsWith("<!doctype html>") // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const html = (report: Audit.Report, { title = "Images" }: Options = {}): string => {
  const day = DateTime.formatIsoDateUtc(report.taken_at)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${text(`${title}, ${day}`)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${name(title)}</h1>
<p class="quiet">What the account kept on <time datetime="${DateTime.formatIso(report.taken_at)}">${day}</time>, at $${report.prices.gigabyteMonth} a GB and month.</p>
${report.unlisted.map(({ operation, problem }) => `<p class="warn" role="note">Not whole: ${text(operation)} failed: ${text(problem)}</p>`).join("\n")}
${sums(report)}
</header>
<main>
${body(report)}
</main>
</body>
</html>
`.toWellFormed()
}

const body = (report: Audit.Report): string => {
  if (report.images.length === 0) return "<p>There are no images.</p>"
  const byId = new Map(report.images.map((row) => [row.id, row]))
  const orphans = (["droplet", "volume"] as const).map((kind) => orphansOf(kind, report.orphans[kind], byId))
  const series = report.series.map(({ series, total }) => [series, total] as const)
  const regions = report.regions.map(({ region, total }) => [region, total] as const)
  const ages = report.ages.map(({ label, total }) => [label, total] as const)
  return [
    figure(Charts.cost(report), sumTable("Series", series)),
    figure(Charts.age(report), sumTable("Age", ages)),
    figure(Charts.matrix(report), sumTable("Region", regions)),
    section("Orphans", "Snapshots whose Droplet or volume is gone. Some are kept on purpose.", orphans.join("\n")),
    section("Duplicates", "Images of one kind that share a name.", duplicates(report)),
    section("All images", "The dearest series first, the newest first in each.", imageTable(report.images))
  ].join("\n")
}

const sums = ({ duplicates, orphans, total }: Audit.Report): string => {
  const judged = [orphans.droplet, orphans.volume].filter((found) => found._tag === "Judged")
  const count = judged.reduce((sum, { total }) => sum + total.count, 0)
  const spare = duplicates.reduce((sum, { spare }) => sum + spare.usd, 0)
  const orphaned = judged.reduce((sum, { total }) => sum + total.usd, 0)
  const unjudged = judged.length === 2 ? "" : ", not all judged"
  return `<dl class="sums">
${sum("Images", String(total.count), `${total.gigabytes.toFixed(1)} GB`)}
${sum("Monthly cost", dollars(total.usd), total.unknown === 0 ? "" : `and ${total.unknown} of unknown size`)}
${sum("Orphans", judged.length === 0 ? "?" : String(count), judged.length === 0 ? "not judged" : `${dollars(orphaned)} a month${unjudged}`)}
${sum("Duplicates", String(duplicates.length), `${dollars(spare)} a month to spare`)}
</dl>`
}

const sum = (term: string, value: string, note: string) =>
  `<div><dt>${term}</dt><dd>${value} <small>${note}</small></dd></div>`

const figure = (chart: Charts.Chart, table: string): string =>
  section(
    chart.title,
    chart.note,
    `<figure>
${chart.svg}
<details><summary>${text(chart.title)} as a table</summary>${table}</details>
</figure>`
  )

const section = (title: string, note: string, content: string): string =>
  `<section><h2>${text(title)}</h2>${note === "" ? "" : `<p class="quiet">${text(note)}</p>`}
${content}
</section>`

const orphansOf = (
  kind: "droplet" | "volume",
  orphans: Audit.Orphans,
  byId: ReadonlyMap<string, Audit.Row>
): string => {
  const of = kind === "droplet" ? "Droplets" : "volumes"
  if (orphans._tag === "Unjudged") {
    return `<p class="warn">Those of ${of} are not judged: ${text(orphans.operation)} failed: ${text(orphans.problem)}</p>`
  }
  if (orphans.ids.length === 0) return `<p>None of ${of}.</p>`
  const cost = Cost.format({ usd: orphans.total.usd, unknown: orphans.total.unknown })
  return `<p>${orphans.total.count} of ${of}, ${cost}.</p>${imageTable(orphans.ids.flatMap((id) => byId.get(id) ?? []))}`
}

const duplicates = ({ duplicates }: Audit.Report): string =>
  duplicates.length === 0
    ? "<p>None.</p>"
    : table(
        ["Name", "Kind", "Ids, newest first", "$ a month to spare"],
        duplicates.map(({ ids, kind, name: shared, spare }) => [
          named(shared),
          text(kind),
          list(ids),
          number(spare.usd.toFixed(2))
        ])
      )

const sumTable = (what: string, rows: ReadonlyArray<readonly [string, Audit.Total]>): string =>
  table(
    [what, "Images", "GB", "$ a month", "Of unknown size"],
    rows.map(([label, { count, gigabytes, unknown, usd }]) => [
      named(label),
      ...[String(count), gigabytes.toFixed(2), usd.toFixed(2), String(unknown)].map(number)
    ])
  )

const imageTable = (rows: ReadonlyArray<Audit.Row>): string =>
  table(
    ["Name", "Id", "Kind", "Made", "GB", "$ a month", "Regions", "Missing in", "Made of"],
    rows.map((row) => [
      named(row.name),
      text(row.id),
      text(row.kind),
      DateTime.formatIsoDateUtc(row.created_at),
      number(row.size_gigabytes?.toFixed(2) ?? "?"),
      number(row.usd?.toFixed(2) ?? "?"),
      list(row.regions),
      list(row.missing),
      sourceOf(row.source)
    ])
  )

const sourceOf = (source: Audit.Source): string => {
  switch (source._tag) {
    case "There":
      return name(source.name === "" ? source.resource_id : source.name)
    case "Gone":
      return `${text(`${source.resource_type} ${source.resource_id}`)}, gone`
    default:
      return ""
  }
}

/** A cell that is more than a line of text: its class in the style sheet, and its HTML. */
interface Cell {
  readonly kind: "name" | "list" | "number"
  readonly html: string
}

const number = (value: string): Cell => ({ kind: "number", html: text(value) })

const list = (values: ReadonlyArray<string>): Cell => ({ kind: "list", html: text(values.join(" ")) })

const named = (value: string): Cell => ({ kind: "name", html: name(value) })

/** A table that scrolls by itself, by keyboard too, where it is wider than the screen. */
const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string | Cell>>): string => {
  const titles = head.map((title, i) => {
    const [cell] = rows[0]?.slice(i) ?? []
    return `<th scope="col"${classOf(cell)}>${text(title)}</th>`
  })
  const lines = rows.map((row) =>
    row.map((cell) => `<td${classOf(cell)}>${typeof cell === "string" ? cell : cell.html}</td>`)
  )
  return `<div class="scroll" role="region" tabindex="0" aria-label="${text(head.join(", "))}"><table>
<thead><tr>${titles.join("")}</tr></thead>
<tbody>
${lines.map((cells) => `<tr>${cells.join("")}</tr>`).join("\n")}
</tbody>
</table></div>`
}

const classOf = (cell: string | Cell | undefined) => (typeof cell === "object" ? ` class="${cell.kind}"` : "")

const dollars = (usd: number) => `$${usd.toFixed(2)}`

/** A text of the account, which keeps its direction to itself. */
const name = (value: string): string => `<bdi>${text(value)}</bdi>`

const text = (value: string): string => escape(Text.safe(value))

const escape = (value: string): string => value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
