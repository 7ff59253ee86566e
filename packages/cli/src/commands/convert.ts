import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { startActions } from "../run/StartedActions.ts"
import { dryRun, wait } from "../args/ChangeFlags.ts"
import { allMatches, images } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "convert",
  { images, wait: wait(false), allMatches, dryRun },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : Rows.actionFields),
    Effect.fnUntraced(function* (input) {
      const found = yield* ImageArguments.resolve(input.images, input)
      return yield* startActions(
        found.map((image) => ({
          resource: image,
          does: "convert to a snapshot",
          request: RequestDescription.of(Images.endpoints.convert, {
            path: { image_id: image.id },
            body: { type: "convert" }
          }),
          already: "is a snapshot already",
          run: Effect.flatMap(Ensure.inspectImage(image), (state) => Ensure.conversion(state))
        })),
        input
      )
    })
  )
).pipe(
  Command.withDescription("Make snapshots of backups, so that they outlive their Droplet and can be transferred"),
  Command.withExamples([{ command: "doimg convert 166480233 --wait", description: "And wait until it is a snapshot" }])
)
