import * as Tag from "@effect-digitalocean/client/Tag"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { withAccount } from "../run/Account.ts"

const encode = Schema.encodeSync(Tag.Tag)

export const command = Command.make(
  "tags",
  {},
  withAccount(Rows.fieldsOf(Tag.Tag), () =>
    Tags.Tags.use((tags) =>
      Output.rows(
        Stream.map(tags.list(), (tag) => ({ ...encode(tag) })),
        ["name", "resources.count", "resources.images.count", "resources.droplets.count"]
      )
    ).pipe(Effect.provide(Tags.layer))
  )
).pipe(
  Command.withDescription("List the tags, with how many resources carry each"),
  Command.withExamples([{ command: "doimg tags" }, { command: "doimg list --tag web" }])
)
