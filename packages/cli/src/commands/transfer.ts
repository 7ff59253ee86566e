import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import * as Stderr from "../output/Stderr.ts"
import { startActions } from "../run/StartedActions.ts"
import { dryRun, wait } from "../args/ChangeFlags.ts"
import { allMatches, images } from "../args/ImageFlags.ts"
import { list } from "../args/ListFlags.ts"
import * as Text from "../text/Text.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "transfer",
  {
    images,
    to: list("to", "REGION,...", "The regions to copy to"),
    wait: wait(false),
    allMatches,
    dryRun
  },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : Rows.actionFields),
    Effect.fnUntraced(function* (input) {
      const found = yield* ImageArguments.resolve(input.images, input)
      const pairs = found.flatMap((image) => input.to.map((region) => ({ image, region })))
      for (const { image, region } of pairs.filter(({ image, region }) => Image.isAvailableIn(region)(image))) {
        yield* Stderr.note(`doimg: ${Text.nameOf(image)} is in ${region} already`)
      }
      const missing = pairs.filter(({ image, region }) => !Image.isAvailableIn(region)(image))
      // an image is read once for all its regions
      const states = new Map<Image.Id, ReturnType<typeof Ensure.inspectImage>>()
      for (const { image } of missing) {
        if (!states.has(image.id)) states.set(image.id, yield* Effect.cached(Ensure.inspectImage(image)))
      }
      return yield* startActions(
        missing.map(({ image, region }) => ({
          resource: image,
          does: `transfer to ${region}`,
          request: RequestDescription.of(Images.endpoints.transfer, {
            path: { image_id: image.id },
            body: { type: "transfer", region }
          }),
          already: `is in ${region} already`,
          run: Effect.flatMap(states.get(image.id)!, (state) => Ensure.transfer(state, region))
        })),
        input
      )
    })
  )
).pipe(
  Command.withDescription(
    "Copy images to other regions. A region an image is in already is passed over, and a transfer that is in progress is not started again. Without --wait the actions are printed as they begin"
  ),
  Command.withShortDescription("Copy images to other regions"),
  Command.withExamples([
    { command: "doimg transfer 7938291 --to sfo3,ams3 --wait", description: "Two copies at once, and wait for both" },
    {
      command: "doimg transfer golden --to sgp1 --format json | jq -r '.[].id'",
      description: "The action, for doimg wait"
    },
    { command: "doimg transfer golden --to sgp1 --dry-run", description: "What would be sent" }
  ])
)
