import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Outcome from "../../Outcome.ts"

/** Waits for an action, and tells each of its states; fails when it errored. */
export const follow = (
  action: Action.Action,
  changed: (action: Action.Action) => Effect.Effect<void>,
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
      return changed(state)
    })
    return Action.isErrored(last) ? yield* new Actions.ActionErrored({ action: last }) : last
  })

/** What was requested or joined, followed to its end; nothing was needed when there is no action. */
export const followed = <E, R>(
  ensured: Effect.Effect<Ensure.Result, E, R>,
  changed: (action: Action.Action) => Effect.Effect<void>,
  wait: Actions.AwaitOptions | undefined,
  already: string
) =>
  Effect.flatMap(ensured, (result) =>
    result._tag === "Satisfied"
      ? Effect.succeed<Outcome.Outcome<Action.Action, never>>(Outcome.skipped(already))
      : Effect.map(follow(result.action, changed, wait), Outcome.done)
  )
