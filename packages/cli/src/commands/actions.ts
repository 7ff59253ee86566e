import * as Action from "@effect-digitalocean/client/Action"
import * as Images from "@effect-digitalocean/client/Images"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { image } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "actions",
  {
    image,
    last: Flag.Boolean("last").pipe(
      Flag.withDescription("Only the newest"),
      Flag.withoutNegation,
      Flag.withDefault(false)
    ),
    inProgress: Flag.Boolean("in-progress").pipe(
      Flag.withDescription("Only those that have not ended"),
      Flag.withoutNegation,
      Flag.withDefault(false)
    )
  },
  withAccount(
    Rows.actionFields,
    Effect.fnUntraced(function* (input) {
      const images = yield* Images.Images
      const found = yield* ImageArguments.resolveOne(input.image)
      const all = images
        .actions(found)
        .pipe(Stream.filter((action) => !input.inProgress || Action.isInProgress(action)))
      const shown = input.last ? Stream.take(all, 1) : all
      return yield* Output.rows(Stream.map(shown, Rows.action), Rows.actionColumns)
    })
  )
).pipe(
  Command.withDescription("List what was and is done to an image, the newest first"),
  Command.withExamples([
    { command: "doimg actions golden --last", description: "How the newest stands" },
    {
      command: "doimg actions golden --in-progress --format csv --columns id | tail -n +2 | xargs -r doimg wait",
      description: "Wait for those in progress, if there are any"
    }
  ])
)
