import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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

/** What was begun or joined, followed to its end; nothing was needed when there is no action. */
export const followed = <E, R>(
  begin: Effect.Effect<Option.Option<Action.Action>, E, R>,
  changed: (action: Action.Action) => Effect.Effect<void>,
  wait: Actions.AwaitOptions | undefined,
  already: string
) =>
  Effect.flatMap(begin, (action) =>
    Option.isNone(action)
      ? Effect.succeed<Outcome.Outcome<Action.Action, never>>(Outcome.skipped(already))
      : Effect.map(follow(action.value, changed, wait), Outcome.done)
  )
