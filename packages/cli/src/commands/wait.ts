import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { awaitActions } from "../run/StartedActions.ts"
import { withAccount } from "../run/Account.ts"

const Id = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))

export const command = Command.make(
  "wait",
  {
    actions: Argument.Int("action").pipe(
      Argument.withMetavar("ACTION"),
      Argument.withDescription("The id of an action"),
      Argument.withSchema(Id),
      Argument.variadic({ min: 1 })
    )
  },
  (input) =>
    withAccount(
      Rows.actionFields,
      Effect.fnUntraced(function* ({ actions: ids }: { readonly actions: ReadonlyArray<number>; readonly wait: true }) {
        const actions = yield* awaitActions([...new Set(ids)])
        return yield* Output.rows(actions.map(Rows.action), Rows.actionColumns)
      })
    )({ ...input, wait: true })
).pipe(
  Command.withDescription("Wait until actions have ended, whoever began them. One that errored is a failure"),
  Command.withShortDescription("Wait until actions have ended"),
  Command.withExamples([
    { command: "doimg wait 36804636 36804637", description: "Go on after an interruption" },
    { command: "doimg wait 36804636 --timeout 2h --quiet", description: "Exit code 7 after two hours" }
  ])
)
