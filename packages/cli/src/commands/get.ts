import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { allMatches, images } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "get",
  { images, allMatches },
  withAccount(
    Rows.imageFields,
    Effect.fnUntraced(function* (input) {
      const found = yield* ImageArguments.resolve(input.images, input)
      if (input.images.length === 1 && !input.allMatches) return yield* Output.one(Rows.image(found[0]!))
      return yield* Output.rows(found.map(Rows.image), Rows.imageColumns)
    })
  )
).pipe(
  Command.withDescription("Show images, one with all its fields"),
  Command.withShortDescription("Show images"),
  Command.withExamples([
    { command: "doimg get 7938291", description: "By its id" },
    { command: "doimg get ubuntu-24-04-x64", description: "A public image, by its slug" },
    { command: "doimg get web-2026-11-20 --format json", description: "By its name, as JSON" },
    { command: "doimg get web --all-matches", description: "Every image of that name" }
  ])
)
