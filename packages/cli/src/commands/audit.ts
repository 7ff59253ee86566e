import * as AutoscalePools from "@effect-digitalocean/client/AutoscalePools"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Snapshots from "@effect-digitalocean/client/Snapshots"
import * as Volumes from "@effect-digitalocean/client/Volumes"
import * as Audit from "@effect-digitalocean/jobs/Audit"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as OutputFile from "../files/OutputFile.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import * as AuditReport from "../run/AuditReport.ts"
import { optionalList } from "../args/ListFlags.ts"
import { withAccount } from "../run/Account.ts"

const services = Layer.mergeAll(
  AutoscalePools.layer,
  Layer.effect(Droplets.Droplets, Droplets.make),
  Snapshots.layer,
  Volumes.layer
)

export const command = Command.make(
  "audit",
  {
    regions: optionalList("regions", "REGION,...", "Where every image should be; tells which are missing there"),
    html: Flag.String("html").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Write the report to this file as a page with pictures"),
      Flag.optional
    ),
    ...DurableFlags.flags
  },
  JobCommand.storable(
    Audit.job,
    {
      plansOnly: () => false,
      options: ({ regions }) => Effect.succeed({ regions }),
      refused: ({ detach, html }, target) =>
        Option.isSome(html) && (detach || target._tag === "Scheduled")
          ? "--html needs the findings, which are not waited for: leave it out"
          : undefined,
      fields: (_, format) => AuditReport.fields(format),
      print: (ended, _, input) => print(input, ended)
    },
    withAccount(
      (_, format) => AuditReport.fields(format),
      (input) =>
        Effect.gen(function* () {
          if (Option.isSome(input.html)) yield* OutputFile.check("--html", input.html.value)
          const { results } = yield* Audit.execute({ regions: input.regions })
          return yield* print(input, results)
        }).pipe(Effect.provide(services))
    )
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

const print = (input: { readonly html: Option.Option<string> }, results: Audit.Report["results"]) =>
  Effect.flatMap(AuditReport.findingsOf(results), (findings) =>
    AuditReport.print(findings, Option.getOrUndefined(input.html))
  )
