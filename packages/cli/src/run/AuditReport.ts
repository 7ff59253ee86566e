/**
 * The findings of an audit as the result.
 *
 * @since 0.1.0
 */
import * as Audit from "@effect-digitalocean/jobs/Audit"
import * as Cost from "@effect-digitalocean/jobs/Cost"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as OutputFile from "../files/OutputFile.ts"
import * as Output from "../output/Output.ts"
import * as Pager from "../output/Pager.ts"
import * as Screen from "../output/Screen.ts"
import * as Stderr from "../output/Stderr.ts"

const encode = Schema.encodeSync(Audit.Findings)

/**
 * The output fields in a format.
 *
 * @since 0.1.0
 */
export const fields = (format: GlobalFlags.Form): ReadonlyArray<string> =>
  Object.keys((format === "json" ? Audit.Findings : Audit.Row).fields)

/**
 * Prints the findings of an audit. Fails only if the images could not be listed: any other listing that failed is part of
 * the findings.
 *
 * @since 0.1.0
 */
export const report = (ended: Audit.Report["results"]) => Effect.flatMap(findingsOf(ended), print)

/**
 * Returns the findings of an audit, as {@link report} prints them.
 *
 * @since 0.1.0
 */
export const findingsOf = Effect.fnUntraced(function* (results: Audit.Report["results"]) {
  const found = Audit.findingsOf({ results })
  if (Option.isSome(found)) return found.value
  const failed = results.find(({ outcome }) => outcome._tag === "Failed")?.outcome
  return yield* failed?._tag === "Failed" ? Effect.fail(failed.error) : Effect.die("an audit without findings")
})

/**
 * Prints findings, or writes them to a file as a page.
 *
 * @since 0.1.0
 */
export const print = Effect.fnUntraced(function* (report: Audit.Findings, html?: string) {
  const format = yield* GlobalFlags.form
  if (html !== undefined) yield* writePage(report, html)
  for (const { operation, problem } of report.failedListings) {
    yield* Stderr.note(`doimg: not whole: ${operation}: ${problem}`)
  }
  if (format === "table" && Option.isNone(yield* GlobalFlags.Columns)) {
    if (html !== undefined) return
    const columns = Option.getOrUndefined(Option.map(yield* Screen.get, ({ columns }) => columns))
    return yield* Pager.print(`${Audit.format(report, { columns })}\n`)
  }
  const wire = encode(report)
  if (format === "json") return yield* Output.report({ ...wire })
  yield* Stderr.note(
    `doimg: ${report.total.count} images, ${Cost.format({ usd: report.total.usd, unknown: report.total.unknown })}`
  )
  return yield* Output.rows(
    wire.images.map((row) => ({ ...row })),
    ["id", "kind", "name", "series", "days", "regions", "size_gigabytes", "usd", "source._tag"]
  )
})

/** What draws is loaded for this alone: it is larger than all the rest. */
const writePage = Effect.fnUntraced(function* (report: Audit.Findings, file: string) {
  const AuditPage = yield* Effect.promise(() => import("@effect-digitalocean/jobs/AuditPage"))
  yield* OutputFile.write("--html", file, AuditPage.html(report))
  yield* Stderr.note(`doimg: the report is in ${file}`)
})
