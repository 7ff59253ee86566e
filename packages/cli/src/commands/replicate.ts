import * as Image from "@effect-digitalocean/client/Image"
import * as Replicate from "@effect-digitalocean/jobs/Replicate"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import { dryRun, isDryRun } from "../args/ChangeFlags.ts"
import { allMatches, convertBackups, images } from "../args/ImageFlags.ts"
import { list } from "../args/ListFlags.ts"

export const command = Command.make(
  "replicate",
  {
    images,
    to: list("to", "REGION,...", "Where the images should be"),
    convertBackups,
    allMatches,
    dryRun,
    ...DurableFlags.flags
  },
  JobCommand.make(Replicate.job, {
    plansOnly: isDryRun,
    options: Effect.fnUntraced(function* (input) {
      const images = yield* ImageArguments.resolve(input.images, input)
      return { images, regions: input.to, convertBackups: input.convertBackups }
    }),
    run: (plan) => Replicate.run(plan),
    stored: (options) => ({ ...options, images: options.images.map(Image.idOf) }),
    services: Layer.empty
  })
).pipe(
  Command.withDescription(
    "See to it that images are in regions: join what is under way, do what is missing, and wait for it. Run again after any end, it repeats nothing"
  ),
  Command.withShortDescription("See to it that images are in regions"),
  Command.withExamples([
    { command: "doimg replicate golden --to nyc3,sfo3,ams3", description: "And wait until it is everywhere" },
    { command: "doimg replicate golden --to nyc3,sfo3 --dry-run", description: "What is missing" }
  ])
)
