import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Input from "../files/Input.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { UsageError } from "../errors/Usage.ts"
import { startActions } from "../run/StartedActions.ts"
import { dryRun, wait } from "../args/ChangeFlags.ts"
import { image } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "perform-action",
  {
    image,
    type: Argument.String("type").pipe(
      Argument.withMetavar("TYPE"),
      Argument.withDescription("The action's type, such as convert")
    ),
    params: Flag.String("params").pipe(
      Flag.withMetavar("JSON|@FILE"),
      Flag.withDescription("The action's other fields, as a JSON object"),
      Flag.optional
    ),
    wait: wait(false),
    dryRun
  },
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : Rows.actionFields),
    Effect.fnUntraced(function* (input) {
      const images = yield* Images.Images
      const params = Option.isNone(input.params) ? {} : yield* Input.json("--params", input.params.value)
      if (!Predicate.isObject(params) || Array.isArray(params)) {
        return yield* new UsageError({ problem: '--params: expected a JSON object such as {"region":"sfo3"}' })
      }
      const fields = params as Readonly<Record<string, unknown>>
      const found = yield* ImageArguments.resolveOne(input.image)
      const change = {
        resource: found,
        does: input.type,
        request: RequestDescription.of(Images.endpoints.performAction, {
          path: { image_id: found.id },
          body: { ...fields, type: input.type }
        }),
        run: Effect.map(images.performAction(found, input.type, fields), (action) => ({
          _tag: "Requested" as const,
          action
        }))
      }
      return yield* startActions([change], input)
    })
  )
).pipe(
  Command.withDescription("Begin any action of an image, for what DigitalOcean adds later"),
  Command.withExamples([
    { command: `doimg perform-action 7938291 transfer --params '{"region":"sfo3"}' --wait` },
    { command: "doimg perform-action 7938291 convert --dry-run" }
  ])
)
