import * as Image from "@effect-digitalocean/client/Image"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as Preserve from "@effect-digitalocean/jobs/Preserve"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import { dryRun, isDryRun } from "../args/ChangeFlags.ts"
import { image } from "../args/ImageFlags.ts"
import { optionalList, optionalTags } from "../args/ListFlags.ts"

export const command = Command.make(
  "preserve",
  {
    image,
    name: Flag.String("name").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("What to call the snapshot"),
      Flag.optional
    ),
    tags: optionalTags("Tag it"),
    to: optionalList("to", "REGION,...", "Copy it to these regions too"),
    dryRun,
    ...DurableFlags.flags
  },
  JobCommand.make(Preserve.job, {
    plansOnly: isDryRun,
    options: Effect.fnUntraced(function* (input) {
      const backup = yield* ImageArguments.resolveOne(input.image)
      return { backup, name: Option.getOrUndefined(input.name), tags: input.tags, regions: input.to }
    }),
    run: (plan) => Preserve.run(plan),
    stored: (options) => ({ ...options, backup: Image.idOf(options.backup) }),
    services: Tags.layer
  })
).pipe(
  Command.withDescription(
    "Make a snapshot of a backup, so that it outlives its Droplet; name it, tag it and copy it to other regions. Run again after any end, it repeats nothing"
  ),
  Command.withShortDescription("Preserve a backup as a snapshot"),
  Command.withExamples([{ command: "doimg preserve 166480233 --name web-before-upgrade --tag kept --to ams3" }])
)
