import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Confirm from "../args/Confirm.ts"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { UsageError } from "../errors/Usage.ts"
import { applyChanges, nameOf } from "../run/Changes.ts"
import { dryRun, yes } from "../args/ChangeFlags.ts"
import { allMatches, images } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "delete",
  { images, allMatches, yes, dryRun },
  withAccount(
    (input) => (Confirm.isPlanOnly(input) ? Plan.fields : [...Rows.imageFields, "deleted"]),
    Effect.fnUntraced(function* (input) {
      const found = yield* ImageArguments.resolve(input.images, input)
      const foreign = found.find((image) => image.public)
      if (foreign !== undefined) {
        const problem = `${nameOf(foreign)} is DigitalOcean's, and cannot be deleted; nothing was deleted`
        return yield* new UsageError({ problem })
      }
      const changes = found.map((image) => ({
        resource: image,
        does: "delete",
        request: RequestDescription.of(Images.endpoints.delete, { path: { image_id: image.id } }),
        run: Effect.as(Ensure.deletion(image), image)
      }))
      if (Confirm.isPlanOnly(input)) return yield* Effect.andThen(Plan.print(changes), Confirm.endPlan(input))
      const what = found.length === 1 ? "this image" : `these ${found.length} images`
      const table = yield* Output.onStderr(Rows.imageColumns, found.map(Rows.image))
      yield* Confirm.confirm(table, `Delete ${what}, in all regions, for good?`, input)
      return yield* applyChanges(changes, {
        dryRun: false,
        what: "images were not deleted",
        print: (deleted) =>
          Output.rows(
            deleted.map((image) => ({ ...Rows.image(image), deleted: true })),
            ["id", "name", "deleted"]
          )
      })
    })
  )
).pipe(
  Command.withAlias("rm"),
  Command.withDescription(
    "Delete images, in all their regions, for good. Shows them and asks on a terminal; elsewhere --yes is needed, and without it the plan is printed and nothing is deleted"
  ),
  Command.withShortDescription("Delete images"),
  Command.withExamples([
    { command: "doimg delete 7938291 7938292", description: "Two images, after a question" },
    { command: "doimg delete old --all-matches --dry-run", description: "What would be deleted" },
    { command: "doimg delete 7938291 --yes", description: "In a script" }
  ])
)
