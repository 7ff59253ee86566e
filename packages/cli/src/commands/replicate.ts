import * as Replicate from "@effect-digitalocean/jobs/Replicate"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Job from "../run/Job.ts"
import { dryRun, isDryRun } from "../args/ChangeFlags.ts"
import { allMatches, convertBackups, images } from "../args/ImageFlags.ts"
import { list } from "../args/ListFlags.ts"
import { withJobAccount } from "../run/Account.ts"

export const command = Command.make(
  "replicate",
  {
    images,
    to: list("to", "REGION,...", "Where the images should be"),
    convertBackups,
    allMatches,
    dryRun
  },
  withJobAccount(
    isDryRun,
    Effect.fnUntraced(function* (input) {
      const found = yield* ImageArguments.resolve(input.images, input)
      const plan = yield* Replicate.plan({
        images: found,
        regions: input.to,
        convertBackups: input.convertBackups
      })
      return yield* input.dryRun ? Job.printPlan(plan) : Job.run(Replicate.run(plan))
    })
  )
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
