import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Outcome from "../../Outcome.ts"

/** Waits for an action, and passes each of its states to `progressed`; fails if it errored. */
export const follow = (
  action: Action.Action,
  progressed: (action: Action.Action) => Effect.Effect<void>,
  wait?: Actions.AwaitOptions
): Effect.Effect<
  Action.Action,
  DigitalOceanError | Actions.ActionErrored | Actions.ActionTimedOut | Actions.ActionNotFound,
  Actions.Actions
> =>
  Effect.gen(function* () {
    const actions = yield* Actions.Actions
    let last = action
    yield* Stream.runForEach(actions.watch(action, wait), (state) => {
      last = state
      return progressed(state)
    })
    return Action.isErrored(last) ? yield* new Actions.ActionErrored({ action: last }) : last
  })

/** Waits for what an operation requested or joined; the item is skipped if nothing was needed. */
export const followed = (
  result: Ensure.Result,
  progressed: (action: Action.Action) => Effect.Effect<void>,
  wait: Actions.AwaitOptions | undefined,
  already: string
) =>
  result._tag === "Satisfied"
    ? Effect.succeed<Outcome.Outcome<Action.Action, never>>(Outcome.skipped(already))
    : Effect.map(follow(result.action, progressed, wait), Outcome.done)
