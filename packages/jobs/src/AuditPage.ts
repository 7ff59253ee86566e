/**
 * Renders the findings of `Audit` as one HTML page with charts: the cost of each series, the age of images, and which image
 * is in which region.
 *
 * The page is self-contained: it loads nothing and runs no script, and its policy forbids both. It follows the light or dark
 * colour scheme of the reader, fits a phone, and has a table for each chart. Names from the account are escaped.
 *
 * Draws with `@observablehq/plot` and `linkedom`, which are optional and which only this module needs:
 * `npm install @observablehq/plot linkedom`.
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
 * How to render the page.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** the heading, such as the name of the account; by default `Images` */
  readonly title?: string | undefined
}

/**
 * The digest of the style sheet of the page, for a `Content-Security-Policy` header.
 *
 * @category constants
 * @since 0.1.0
 */
export const styleDigest = "sha256-DsM8vrlRk3bwgQot5q+kdqU+g8mWdqmWmfJ4FLL4HcU="

/**
 * The `Content-Security-Policy` of the page: it allows only its style sheet.
 *
 * @category constants
 * @since 0.1.0
 */
export const policy = `default-src 'none'; style-src '${styleDigest}'; base-uri 'none'; form-action 'none'`

/**
 * Renders findings as an HTML page.
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
 * import * as Option from "effect/Option"
 * import * as Redacted from "effect/Redacted"
 *
 * const account = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(TestDigitalOcean.layer()))
 *
 * const report = await Effect.runPromise(Effect.provide(Audit.execute({}), account))
 * const page = Option.map(Audit.findingsOf(report), (findings) => AuditPage.html(findings, { title: "Our images" }))
 *
 * Option.getOrThrow(page).startsWith("<!doctype html>") // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const html = (findings: Audit.Findings, { title = "Images" }: Options = {}): string => {
  const day = DateTime.formatIsoDateUtc(findings.generatedAt)
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
<p class="quiet">Images of the account on <time datetime="${DateTime.formatIso(findings.generatedAt)}">${day}</time>, at $${findings.prices.gigabyteMonth} per GB and month.</p>
${findings.failedListings.map(({ operation, problem }) => `<p class="warn" role="note">Incomplete: ${text(operation)} failed: ${text(problem)}</p>`).join("\n")}
${sums(findings)}
</header>
<main>
${body(findings)}
</main>
</body>
</html>
`.toWellFormed()
}

const body = (findings: Audit.Findings): string => {
  if (findings.images.length === 0) return "<p>There are no images.</p>"
  const byId = new Map(findings.images.map((row) => [row.id, row]))
  const orphans = (["droplet", "volume"] as const).map((kind) => orphansOf(kind, findings.orphans[kind], byId))
  const series = findings.series.map(({ series, total }) => [series, total] as const)
  const regions = findings.regions.map(({ region, total }) => [region, total] as const)
  const ages = findings.ages.map(({ label, total }) => [label, total] as const)
  return [
    figure(Charts.cost(findings), sumTable("Series", series)),
    figure(Charts.age(findings), sumTable("Age", ages)),
    figure(Charts.matrix(findings), sumTable("Region", regions)),
    section("Orphans", "Snapshots whose Droplet or volume was deleted. Some are kept on purpose.", orphans.join("\n")),
    section("Duplicates", "Images of one kind that share a name.", duplicates(findings)),
    section(
      "All images",
      "The most expensive series first, the newest image of each first.",
      imageTable(findings.images)
    )
  ].join("\n")
}

const sums = ({ duplicates, orphans, total }: Audit.Findings): string => {
  const known = [orphans.droplet, orphans.volume].filter((found) => found._tag === "Known")
  const count = known.reduce((sum, { total }) => sum + total.count, 0)
  const reclaimable = duplicates.reduce((sum, { reclaimable }) => sum + reclaimable.usd, 0)
  const orphaned = known.reduce((sum, { total }) => sum + total.usd, 0)
  const incomplete = known.length === 2 ? "" : ", incomplete"
  return `<dl class="sums">
${sum("Images", String(total.count), `${total.gigabytes.toFixed(1)} GB`)}
${sum("Monthly cost", dollars(total.usd), total.unknown === 0 ? "" : `and ${total.unknown} of unknown size`)}
${sum("Orphans", known.length === 0 ? "?" : String(count), known.length === 0 ? "unavailable" : `${dollars(orphaned)} a month${incomplete}`)}
${sum("Duplicates", String(duplicates.length), `${dollars(reclaimable)} a month reclaimable`)}
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
  if (orphans._tag === "Unavailable") {
    return `<p class="warn">Those of ${of} are unavailable: ${text(orphans.operation)} failed: ${text(orphans.problem)}</p>`
  }
  if (orphans.ids.length === 0) return `<p>None of ${of}.</p>`
  const cost = Cost.format({ usd: orphans.total.usd, unknown: orphans.total.unknown })
  return `<p>${orphans.total.count} of ${of}, ${cost}.</p>${imageTable(orphans.ids.flatMap((id) => byId.get(id) ?? []))}`
}

const duplicates = ({ duplicates }: Audit.Findings): string =>
  duplicates.length === 0
    ? "<p>None.</p>"
    : table(
        ["Name", "Kind", "Ids, newest first", "$ a month reclaimable"],
        duplicates.map(({ ids, kind, name: shared, reclaimable }) => [
          named(shared),
          text(kind),
          list(ids),
          number(reclaimable.usd.toFixed(2))
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
    ["Name", "Id", "Kind", "Created", "GB", "$ a month", "Regions", "Missing in", "Source"],
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
    case "Exists":
      return name(source.name === "" ? source.resource_id : source.name)
    case "Deleted":
      return `${text(`${source.resource_type} ${source.resource_id}`)}, deleted`
    default:
      return ""
  }
}

/** A cell with a class of the style sheet, and its HTML. */
interface Cell {
  readonly kind: "name" | "list" | "number"
  readonly html: string
}

const number = (value: string): Cell => ({ kind: "number", html: text(value) })

const list = (values: ReadonlyArray<string>): Cell => ({ kind: "list", html: text(values.join(" ")) })

const named = (value: string): Cell => ({ kind: "name", html: name(value) })

/** A table that can be scrolled, also by keyboard, if it is wider than the screen. */
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

/** A name of the account, whose text direction does not affect the text around it. */
const name = (value: string): string => `<bdi>${text(value)}</bdi>`

const text = (value: string): string => escape(Text.safe(value))

const escape = (value: string): string => value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
