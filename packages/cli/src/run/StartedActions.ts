/**
 * Actions that commands begin: printed at once, or waited for and printed as they ended.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import * as Effect from "effect/Effect"
import * as Failures from "../errors/Failures.ts"
import * as Live from "../output/Live.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Underway from "../process/Underway.ts"
import { type Change, carryOut } from "./Changes.ts"

/**
 * Begins an action for each change. With `wait` every one is waited for as soon as it has begun.
 *
 * @since 0.1.0
 */
export const begin = Effect.fnUntraced(function* <E, R>(
  changes: ReadonlyArray<Change<Action.Action, E, R>>,
  options: { readonly dryRun: boolean; readonly wait: boolean }
) {
  const tracked = changes.map((change) => ({
    ...change,
    run: Effect.gen(function* () {
      yield* Live.named(change.image)
      const action = yield* change.run
      // known as under way from the moment it has begun: an interruption while others begin must not lose it
      if (options.wait) yield* Underway.add(action.id)
      return action
    })
  }))
  return yield* carryOut(tracked, {
    dryRun: options.dryRun,
    what: "actions were not begun",
    print: (actions) => (options.wait ? Effect.flatMap(ended(actions), print) : print(actions))
  })
})

/**
 * Waits for all of them, and answers them as they ended. One that errored is a failure, and hides no other.
 *
 * @since 0.1.0
 */
export const ended = Effect.fnUntraced(function* (refs: ReadonlyArray<Action.Ref>) {
  const actions = yield* Actions.Actions
  const waits = refs.map((ref) => ({ label: `action ${Action.idOf(ref)}`, run: actions.await(ref) }))
  return yield* Failures.all(waits, "actions did not complete", { concurrency: "unbounded", onPartial: print })
})

const print = (actions: ReadonlyArray<Action.Action>) =>
  Output.rows(actions.map(Rows.action), Rows.actionColumns, "nothing to do")
