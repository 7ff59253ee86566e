import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { UsageError } from "../errors/Usage.ts"
import { applyChanges } from "../run/Changes.ts"
import { dryRun } from "../args/ChangeFlags.ts"
import { image } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "rename",
  {
    image,
    name: Argument.String("name").pipe(
      Argument.withMetavar("NAME"),
      Argument.withDescription("The new name"),
      Argument.withSchema(Schema.NonEmptyString)
    ),
    unique: Flag.Boolean("unique").pipe(
      Flag.withDescription("Refuse a name that another image of the account has"),
      Flag.withoutNegation,
      Flag.withDefault(false)
    ),
    dryRun
  },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : Rows.imageFields),
    Effect.fnUntraced(function* (input) {
      const images = yield* Images.Images
      const found = yield* ImageArguments.resolveOne(input.image)
      if (input.unique) {
        const other = yield* images.list({ private: true }).pipe(
          Stream.filter(({ id, name }) => name === input.name && id !== found.id),
          Stream.runHead
        )
        if (other._tag === "Some") {
          return yield* new UsageError({
            problem: `image ${other.value.id} is called ${input.name} already: nothing was renamed`
          })
        }
      }
      const change = {
        resource: found,
        does: `rename to ${input.name}`,
        request: RequestDescription.of(Images.endpoints.update, {
          path: { image_id: found.id },
          body: { name: input.name }
        }),
        run: images.update(found, { name: input.name })
      }
      return yield* applyChanges([change], {
        dryRun: input.dryRun,
        what: "images were not renamed",
        print: ([renamed]) => Output.one(Rows.image(renamed!))
      })
    })
  )
).pipe(
  Command.withDescription("Give an image another name"),
  Command.withExamples([
    { command: "doimg rename 7938291 golden-2026-11-20", description: "By its id" },
    { command: "doimg rename golden web-stable --unique", description: "Unless another image is called that" }
  ])
)
