import * as Tags from "@effect-digitalocean/client/Tags"
import * as Channel from "@effect-digitalocean/jobs/Channel"
import * as Usage from "@effect-digitalocean/jobs/Usage"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { dryRun } from "../args/ChangeFlags.ts"
import * as ImageArguments from "../args/ImageArguments.ts"
import { image } from "../args/ImageFlags.ts"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { stepsOf } from "../run/TagChanges.ts"
import { withAccount } from "../run/Account.ts"

const fields = ["id", "name", "channel", "replaced"]

export const command = Command.make(
  "promote",
  {
    image,
    channel: Argument.String("channel").pipe(
      Argument.withMetavar("CHANNEL"),
      Argument.withDescription("The name of the channel, such as prod"),
      Argument.withSchema(Channel.Name)
    ),
    dryRun
  },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : fields),
    Effect.fnUntraced(function* (input) {
      const [found] = yield* ImageArguments.resolveOwn([input.image], { allMatches: false }, "; nothing was promoted")
      if (found === undefined) return
      const tag = Usage.channelTag(input.channel)
      if (input.dryRun) {
        const before = yield* Stream.runCollect(Channel.list(input.channel))
        const replaced = before.filter(({ id }) => id !== found.id)
        return yield* Plan.print([
          ...stepsOf({ image: found, tags: before.length > replaced.length ? [] : [tag] }, "POST"),
          ...replaced.flatMap((image) => stepsOf({ image, tags: [tag] }, "DELETE"))
        ])
      }
      const { replaced } = yield* Channel.promote(input.channel, found)
      return yield* Output.one(
        Rows.own({
          id: found.id,
          name: found.name,
          channel: input.channel,
          replaced: replaced.map(({ id }) => id)
        })
      )
    }, Effect.provide(Tags.layer))
  )
).pipe(
  Command.withDescription(
    "Make an image the one of a channel: tag it channel:CHANNEL, and then remove that tag from the image that had it. The channel is never empty"
  ),
  Command.withShortDescription("Make an image the one of a channel"),
  Command.withExamples([{ command: "doimg promote golden prod", description: "The image tagged channel:prod" }])
)
