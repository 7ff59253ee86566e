import type * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Usage from "@effect-digitalocean/jobs/Usage"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Confirm from "../args/Confirm.ts"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import * as Stderr from "../output/Stderr.ts"
import * as UsageServices from "../run/UsageServices.ts"
import { applyChanges } from "../run/Changes.ts"
import { dryRun, evenIfInUse, yes } from "../args/ChangeFlags.ts"
import { allMatches, images } from "../args/ImageFlags.ts"
import * as Text from "../text/Text.ts"
import { withAccount } from "../run/Account.ts"

const stepOf = (image: Image.Image) => ({
  resource: image,
  does: "delete",
  request: RequestDescription.of(Images.endpoints.delete, { path: { image_id: image.id } })
})

const reasonsOf = (usage: Usage.Usage, image: Image.Image): string =>
  Usage.referencesTo(usage, image).map(Usage.format).join(", ")

export const command = Command.make(
  "delete",
  { images, allMatches, evenIfInUse, yes, dryRun },
  withAccount(
    (input) => (Confirm.isPlanOnly(input) ? Plan.fields : [...Rows.imageFields, "deleted"]),
    Effect.fnUntraced(function* (input) {
      const why = ", and cannot be deleted; nothing was deleted"
      const found = yield* ImageArguments.resolveOwn(input.images, input, why)
      const ids = found.map(({ id }) => id)
      const usage = yield* Usage.readFor(ids, input)
      const unused = found.filter((image) => Usage.referencesTo(usage, image).length === 0)
      if (Confirm.isPlanOnly(input)) {
        for (const image of found.filter((image) => !unused.includes(image))) {
          yield* Stderr.note(`doimg: kept: ${Text.nameOf(image)}: ${reasonsOf(usage, image)}`)
        }
        return yield* Effect.andThen(Plan.print(unused.map(stepOf)), Confirm.endPlan(input))
      }
      if (unused.length > 0) {
        const what = unused.length === 1 ? "this image" : `these ${unused.length} images`
        const table = yield* Output.onStderr(Rows.imageColumns, unused.map(Rows.image))
        yield* Confirm.confirm(table, `Delete ${what}, in all regions, for good?`, input)
      }
      // an answer takes time
      const now = input.yes ? usage : yield* Usage.readFor(ids, input)
      const changes = found.map((image) => ({
        ...stepOf(image),
        run: Effect.as(Usage.deletion(image, { usage: now }), image)
      }))
      return yield* applyChanges(changes, {
        dryRun: false,
        what: "images were not deleted",
        print: (deleted) =>
          Output.rows(
            deleted.map((image) => ({ ...Rows.image(image), deleted: true })),
            ["id", "name", "deleted"]
          )
      })
    }, Effect.provide(UsageServices.layer))
  )
).pipe(
  Command.withAlias("rm"),
  Command.withDescription(
    "Delete images, in all their regions, for good. Shows them and asks on a terminal; elsewhere --yes is needed, and without it the plan is printed and nothing is deleted. What a Droplet, an autoscale pool, a channel or an action refers to is kept, unless --even-if-in-use, and what is protected in any case"
  ),
  Command.withShortDescription("Delete images"),
  Command.withExamples([
    { command: "doimg delete 7938291 7938292", description: "Two images, after a question" },
    { command: "doimg delete old --all-matches --dry-run", description: "What would be deleted" },
    { command: "doimg delete 7938291 --yes", description: "In a script" }
  ])
)
