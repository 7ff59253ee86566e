import * as Tags from "@effect-digitalocean/client/Tags"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { dryRun } from "../args/ChangeFlags.ts"
import { allMatches } from "../args/ImageFlags.ts"
import * as TagArguments from "../args/TagArguments.ts"
import * as Plan from "../output/Plan.ts"
import { withAccount } from "../run/Account.ts"
import * as TagChange from "../run/TagChange.ts"

export const command = Command.make(
  "untag",
  { words: TagArguments.imagesAndTag, allMatches, dryRun },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : TagChange.fields),
    Effect.fnUntraced(function* (input) {
      return yield* TagChange.apply(change, yield* TagArguments.resolve(input.words, input), input)
    }, Effect.provide(Tags.layer))
  )
).pipe(
  Command.withDescription("Remove a tag from images. The tag itself stays"),
  Command.withShortDescription("Remove a tag from images"),
  Command.withExamples([{ command: "doimg untag golden golden", description: "The tag golden from the image golden" }])
)

const change: TagChange.Change = {
  does: "untag",
  endpoint: Tags.endpoints.untag,
  send: (tags, tag, resources) => tags.untag(tag, resources),
  isDone: (hasTag) => !hasTag,
  done: "untagged",
  already: "not tagged"
}
