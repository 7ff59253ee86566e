/**
 * Starts the actions of a command, and prints them at once or when they have ended.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import type * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Failures from "../errors/Failures.ts"
import * as Live from "../output/Live.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Stderr from "../output/Stderr.ts"
import * as Text from "../text/Text.ts"
import * as Underway from "../process/Underway.ts"
import { type Change, applyChanges } from "./Changes.ts"

/**
 * A change that starts an action, joins one in progress, or is not needed; `already` says why it is not needed.
 *
 * @since 0.1.0
 */
export interface Starting<E, R> extends Change<Ensure.Result, E, R> {
  readonly already?: string
}

/**
 * Starts an action for each change. With `wait` it waits for all of them, each from its start.
 *
 * @since 0.1.0
 */
export const startActions = Effect.fnUntraced(function* <E, R>(
  changes: ReadonlyArray<Starting<E, R>>,
  options: { readonly dryRun: boolean; readonly wait: boolean }
) {
  const tracked = changes.map((change) => ({
    ...change,
    run: Effect.gen(function* () {
      yield* Live.named(change.resource)
      const result = yield* change.run
      if (result._tag === "Satisfied") {
        yield* Stderr.note(`doimg: ${Text.nameOf(change.resource)} ${change.already}`)
        return Option.none()
      }
      // register the action immediately, so that it is reported if the process is interrupted while others start
      if (options.wait) yield* Underway.add(result.action.id)
      return Option.some(result.action)
    })
  }))
  return yield* applyChanges(tracked, {
    dryRun: options.dryRun,
    what: "actions were not begun",
    print: (started) => {
      const actions = Array.getSomes(started)
      return options.wait ? Effect.flatMap(awaitActions(actions), print) : print(actions)
    }
  })
})

/**
 * Waits for actions and returns them in their final state. An action that errored fails, and the others are still
 * printed.
 *
 * @since 0.1.0
 */
export const awaitActions = Effect.fnUntraced(function* (refs: ReadonlyArray<Action.Ref>) {
  const actions = yield* Actions.Actions
  const waits = refs.map((ref) => ({ label: `action ${Action.idOf(ref)}`, run: actions.await(ref) }))
  return yield* Failures.all(waits, "actions did not complete", { concurrency: "unbounded", onPartial: print })
})

const print = (actions: ReadonlyArray<Action.Action>) =>
  Output.rows(actions.map(Rows.action), Rows.actionColumns, "nothing to do")
