import * as AutoscalePools from "@effect-digitalocean/client/AutoscalePools"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Snapshots from "@effect-digitalocean/client/Snapshots"
import * as Volumes from "@effect-digitalocean/client/Volumes"
import * as Audit from "@effect-digitalocean/jobs/Audit"
import * as Cost from "@effect-digitalocean/jobs/Cost"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Output from "../output/Output.ts"
import * as OutputFile from "../files/OutputFile.ts"
import * as Stderr from "../output/Stderr.ts"
import { optionalList } from "../args/ListFlags.ts"
import { withAccount } from "../run/Account.ts"

const services = Layer.mergeAll(
  AutoscalePools.layer,
  Layer.effect(Droplets.Droplets, Droplets.make),
  Snapshots.layer,
  Volumes.layer
)

const encode = Schema.encodeSync(Audit.Findings)

export const command = Command.make(
  "audit",
  {
    regions: optionalList("regions", "REGION,...", "Where every image should be; tells which are missing there"),
    html: Flag.String("html").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Write the report to this file as a page with pictures"),
      Flag.optional
    )
  },
  withAccount(
    (_, format) => Object.keys((format === "json" ? Audit.Findings : Audit.Row).fields),
    (input) =>
      Effect.gen(function* () {
        if (Option.isSome(input.html)) yield* OutputFile.check("--html", input.html.value)
        const report = yield* findings(input.regions)
        const format = yield* GlobalFlags.Format
        if (Option.isSome(input.html)) yield* writePage(report, input.html.value)
        for (const { operation, problem } of report.failedListings) {
          yield* Stderr.note(`doimg: not whole: ${operation}: ${problem}`)
        }
        if (format === "table" && Option.isNone(yield* GlobalFlags.Columns)) {
          if (Option.isSome(input.html)) return
          const columns = process.stdout.isTTY === true ? process.stdout.columns : undefined
          return yield* Output.write(`${Audit.format(report, { columns })}\n`)
        }
        const wire = encode(report)
        if (format === "json") return yield* Output.one({ ...wire })
        yield* Stderr.note(
          `doimg: ${report.total.count} images, ${Cost.format({ usd: report.total.usd, unknown: report.total.unknown })}`
        )
        return yield* Output.rows(
          wire.images.map((row) => ({ ...row })),
          ["id", "kind", "name", "series", "days", "regions", "size_gigabytes", "usd", "source._tag"]
        )
      }).pipe(Effect.provide(services))
  )
).pipe(
  Command.withDescription(
    "Show what the account keeps of images, what it costs a month, and what looks forgotten: orphans and images that share a name. Nothing is deleted"
  ),
  Command.withShortDescription("Show what images cost, and which look forgotten"),
  Command.withExamples([
    { command: "doimg audit", description: "A report" },
    { command: "doimg audit --regions nyc3,ams3", description: "And which images are missing there" },
    { command: "doimg audit --html audit.html", description: "As a page with pictures" },
    { command: "doimg audit --format json > audit-2026-11.json", description: "To compare with next month's" }
  ])
)

/** Fails only if the images cannot be listed: any other listing that fails is part of the findings. */
const findings = Effect.fnUntraced(function* (regions: ReadonlyArray<string>) {
  const report = yield* Audit.execute({ regions })
  const found = Audit.findingsOf(report)
  if (Option.isSome(found)) return found.value
  const failed = report.results.find(({ outcome }) => outcome._tag === "Failed")?.outcome
  return yield* failed?._tag === "Failed" ? Effect.fail(failed.error) : Effect.die("an audit without findings")
})

/** What draws is loaded for this alone: it is larger than all the rest. */
const writePage = Effect.fnUntraced(function* (report: Audit.Findings, file: string) {
  const AuditPage = yield* Effect.promise(() => import("@effect-digitalocean/jobs/AuditPage"))
  yield* OutputFile.write("--html", file, AuditPage.html(report))
  yield* Stderr.note(`doimg: the report is in ${file}`)
})
