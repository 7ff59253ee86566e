import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { applyChanges } from "../run/Changes.ts"
import { dryRun } from "../args/ChangeFlags.ts"
import { image } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "describe",
  {
    image,
    text: Argument.String("text").pipe(
      Argument.withMetavar("TEXT"),
      Argument.withDescription('The new description; "" for none')
    ),
    dryRun
  },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : Rows.imageFields),
    Effect.fnUntraced(function* (input) {
      const images = yield* Images.Images
      const found = yield* ImageArguments.resolveOne(input.image)
      const change = {
        resource: found,
        does: input.text === "" ? "remove the description" : `describe as ${input.text}`,
        request: RequestDescription.of(Images.endpoints.update, {
          path: { image_id: found.id },
          body: { description: input.text }
        }),
        run: images.update(found, { description: input.text })
      }
      return yield* applyChanges([change], {
        dryRun: input.dryRun,
        what: "images were not described",
        print: ([described]) => Output.one(Rows.image(described!))
      })
    })
  )
).pipe(
  Command.withDescription("Set the description of an image. DigitalOcean keeps one for custom images only"),
  Command.withShortDescription("Set the description of an image"),
  Command.withExamples([{ command: "doimg describe flatcar-4230 'Flatcar 4230, imported'" }])
)
