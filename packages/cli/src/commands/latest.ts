import * as Snapshots from "@effect-digitalocean/client/Snapshots"
import * as Series from "@effect-digitalocean/jobs/Series"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Output from "../output/Output.ts"
import * as Pager from "../output/Pager.ts"
import * as Rows from "../output/Rows.ts"
import { NoSuchImage } from "../args/ImageArguments.ts"
import { tellEmpty } from "../args/SeriesFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "latest",
  {
    series: Argument.String("series").pipe(
      Argument.withMetavar("SERIES"),
      Argument.withDescription(
        "Images named SERIES-{timestamp}, or as SERIES says with {date}, {timestamp} or {number} in it"
      )
    ),
    region: Flag.String("region").pipe(
      Flag.withMetavar("REGION"),
      Flag.withDescription("Only images that are in this region"),
      Flag.optional
    ),
    tag: Flag.String("tag").pipe(
      Flag.withMetavar("TAG"),
      Flag.withDescription("Only images with this tag, such as channel:prod; may be given several times"),
      Flag.atLeast(0)
    )
  },
  withAccount(Rows.imageFields, (input) =>
    Effect.gen(function* () {
      const series = { name: input.series, tags: input.tag.length === 0 ? undefined : input.tag }
      const found = yield* Series.latest(series, { region: Option.getOrUndefined(input.region) })
      if (Option.isNone(found)) {
        yield* tellEmpty(series)
        return yield* new NoSuchImage({ image: input.series })
      }
      const format = yield* GlobalFlags.Format
      if (format === "table" && Option.isNone(yield* GlobalFlags.Columns)) {
        return yield* Pager.write(`${found.value.id}\n`)
      }
      return yield* Output.one(Rows.image(found.value))
    }).pipe(Effect.provide(Snapshots.layer))
  )
).pipe(
  Command.withDescription(
    "Print the id of the newest image of a series that is available, for scripts; exits with 4 if there is none. With --format json the whole image"
  ),
  Command.withShortDescription("Print the id of the newest image of a series"),
  Command.withExamples([
    { command: "doimg latest 'web-{date}'", description: "Its id and nothing else" },
    { command: "doimg latest 'web-{date}' --region ams3 --tag web", description: "Of those in a region, with a tag" }
  ])
)
