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
  "tag",
  { words: TagArguments.imagesAndTag, allMatches, dryRun },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : TagChange.fields),
    Effect.fnUntraced(function* (input) {
      return yield* TagChange.apply(change, yield* TagArguments.resolve(input.words, input), input)
    }, Effect.provide(Tags.layer))
  )
).pipe(
  Command.withDescription("Tag images. A tag that does not exist is created"),
  Command.withShortDescription("Tag images"),
  Command.withExamples([
    { command: "doimg tag golden production", description: "An image" },
    { command: "doimg tag golden base production --dry-run", description: "Two images; what would be sent" }
  ])
)

const change: TagChange.Change = {
  does: "tag",
  endpoint: Tags.endpoints.tag,
  send: (tags, tag, resources) => tags.tag(tag, resources),
  isDone: (hasTag) => hasTag,
  done: "tagged",
  already: "tagged already"
}
