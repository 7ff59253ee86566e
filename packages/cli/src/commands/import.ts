import * as Import from "@effect-digitalocean/jobs/Import"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import { dryRun, isDryRun } from "../args/ChangeFlags.ts"
import { optionalList, optionalTags } from "../args/ListFlags.ts"

const optional = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

export const command = Command.make(
  "import",
  {
    url: Argument.String("url").pipe(
      Argument.withMetavar("URL"),
      Argument.withDescription("Where DigitalOcean fetches it: raw, qcow2, vhdx, vdi or vmdk, also gzip or bzip2")
    ),
    name: Flag.String("name").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("What to call it; an image of this name that is there or under way is joined")
    ),
    region: Flag.String("region").pipe(Flag.withMetavar("REGION"), Flag.withDescription("Where it is imported to")),
    to: optionalList("to", "REGION,...", "Copy it to these regions too"),
    distribution: optional("distribution", "NAME", "Its distribution, such as Debian"),
    description: optional("description", "TEXT", "Its description"),
    tags: optionalTags("Tag it"),
    dryRun,
    ...DurableFlags.flags
  },
  JobCommand.make(Import.job, {
    plansOnly: isDryRun,
    options: (input) =>
      Effect.succeed({
        url: input.url,
        name: input.name,
        region: input.region,
        regions: input.to,
        distribution: Option.getOrUndefined(input.distribution),
        description: Option.getOrUndefined(input.description),
        tags: input.tags.length === 0 ? undefined : input.tags
      }),
    run: (plan) => Import.run(plan),
    stored: identity,
    services: Layer.empty
  })
).pipe(
  Command.withDescription(
    "Import an image from a URL, wait until it is available, and copy it to other regions. Run again after any end, it joins what is under way and repeats nothing"
  ),
  Command.withShortDescription("Import an image from a URL"),
  Command.withExamples([
    { command: "doimg import https://example.com/flatcar.img.bz2 --name flatcar-4231 --region sfo3 --to ams3" }
  ])
)
