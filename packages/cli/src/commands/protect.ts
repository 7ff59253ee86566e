import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as Usage from "@effect-digitalocean/jobs/Usage"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { allMatches, images } from "../args/ImageFlags.ts"
import { dryRun } from "../args/ChangeFlags.ts"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { changeTags } from "../run/TagChanges.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "protect",
  {
    images,
    until: Flag.String("until").pipe(
      Flag.withMetavar("DAY"),
      Flag.withDescription("Only until this day (UTC), such as 2026-12-31"),
      Flag.filterMap(
        (text) => (Usage.isDay(text) ? Option.some(text) : Option.none()),
        (given) => `Expected a day such as 2026-12-31, got ${JSON.stringify(given)}`
      ),
      Flag.optional
    ),
    allMatches,
    dryRun
  },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : Rows.imageFields),
    Effect.fnUntraced(function* (input) {
      const tag = Option.match(input.until, { onNone: () => Usage.protectedTag, onSome: Usage.expiresTag })
      const found = yield* ImageArguments.resolveOwn(input.images, input, "; nothing was protected")
      const changes = found.map((image) => ({
        image,
        tags: [tag],
        run: Ensure.tag(image, tag)
      }))
      return yield* changeTags(changes, { dryRun: input.dryRun, verb: "POST", what: "images were not protected" })
    }, Effect.provide(Tags.layer))
  )
).pipe(
  Command.withDescription(
    "Tag images so that no command and no job deletes them: with the tag protected, or with expires:DAY until a day"
  ),
  Command.withShortDescription("Keep images from being deleted"),
  Command.withExamples([
    { command: "doimg protect golden", description: "Until doimg unprotect" },
    { command: "doimg protect 7938291 --until 2026-12-31", description: "Until a day; afterwards the rules decide" }
  ])
)
