import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Action from "../../Action.ts"
import * as Actions from "../../Actions.ts"
import type { Options } from "./model.ts"

/** The part of `Actions` that waits. */
export type Waits = Pick<Actions.Actions["Service"], "watch">

/** Waits until an action is done, and returns its final state; fails if it errored. */
export const awaitAction = (waits: Waits, action: Action.Action, { onProgress, wait }: Options) =>
  Effect.gen(function* () {
    let last = action
    yield* Stream.runForEach(waits.watch(action, wait), (state) => {
      last = state
      return onProgress?.(state) ?? Effect.void
    })
    return Action.isErrored(last) ? yield* new Actions.ActionErrored({ action: last }) : last
  })

/** Waits for actions of a resource; one that errored or is not found is done too. Returns whether there were any. */
export const awaitEvents = Effect.fnUntraced(function* (
  waits: Waits,
  actions: ReadonlyArray<Action.Action>,
  timeoutOf: (action: Action.Action) => Actions.AwaitOptions | undefined,
  onProgress: Options["onProgress"]
) {
  for (const action of actions) {
    yield* Effect.catchTag(
      awaitAction(waits, action, { onProgress, wait: timeoutOf(action) }),
      ["ActionErrored", "ActionNotFound"],
      () => Effect.void
    )
  }
  return actions.length > 0
})
