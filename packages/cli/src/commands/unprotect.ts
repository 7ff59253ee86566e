import * as Tag from "@effect-digitalocean/client/Tag"
import * as Tags from "@effect-digitalocean/client/Tags"
import { TagsNotVisible } from "@effect-digitalocean/jobs/Retention"
import * as Usage from "@effect-digitalocean/jobs/Usage"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { allMatches, images } from "../args/ImageFlags.ts"
import { dryRun } from "../args/ChangeFlags.ts"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { changeTags } from "../run/TagChanges.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "unprotect",
  { images, allMatches, dryRun },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : Rows.imageFields),
    Effect.fnUntraced(function* (input) {
      const service = yield* Tags.Tags
      const found = yield* ImageArguments.resolveOwn(input.images, input, "; nothing was unprotected")
      const hidden = found.find(({ tags }) => tags === null)
      if (hidden !== undefined) return yield* new TagsNotVisible({ image: hidden.id, rule: "unprotect" })
      const changes = found.map((image) => {
        const tags = (image.tags ?? []).filter(Usage.isProtection)
        return {
          image,
          tags,
          run: Effect.forEach(tags, (tag) => service.untag(tag, [Tag.image(image)]), { discard: true })
        }
      })
      return yield* changeTags(changes, { dryRun: input.dryRun, verb: "DELETE", what: "images were not unprotected" })
    }, Effect.provide(Tags.layer))
  )
).pipe(
  Command.withDescription("Remove the tags protected and expires:DAY from images, so that they can be deleted again"),
  Command.withShortDescription("Let images be deleted again"),
  Command.withExamples([{ command: "doimg unprotect golden" }])
)
