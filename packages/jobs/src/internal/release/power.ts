import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Droplet from "@effect-digitalocean/client/Droplet"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Cleanup from "../../Cleanup.ts"
import * as Outcome from "../../Outcome.ts"
import { follow } from "../actions/follow.ts"

/**
 * Powers a Droplet off or on, and waits for it.
 *
 * `own` are the power actions of this run, which a listing may not contain yet. An action that is started here is added to
 * it, also if the caller is interrupted while the request is sent. `before` runs right before the request is sent.
 */
export const power = Effect.fnUntraced(function* (
  droplet: Droplet.Id,
  wanted: Ensure.Power,
  options: {
    readonly changed: (action: Action.Action) => Effect.Effect<void>
    readonly wait: Actions.AwaitOptions | undefined
    readonly waitForEvents: Duration.Input | undefined
    readonly own: Array<Action.Action>
    readonly before?: (() => void) | undefined
  }
): Effect.fn.Return<
  Outcome.Outcome<Action.Action, never>,
  DigitalOceanError | Droplet.EventPending | Actions.ActionErrored | Actions.ActionNotFound | Actions.ActionTimedOut,
  Droplets | Actions.Actions
> {
  const { before, changed, own, wait, waitForEvents } = options
  const result = yield* Ensure.power(droplet, wanted, {
    known: own,
    waitForEvents,
    wait,
    onProgress: changed,
    wrapRequest: (request) =>
      Effect.suspend(() => {
        before?.()
        return Cleanup.finish(
          Effect.tap(request, (sent) =>
            Effect.sync(() => void (sent._tag !== "Satisfied" && sent.action !== null && own.push(sent.action)))
          )
        )
      })
  })
  if (result._tag === "Satisfied") return Outcome.skipped(`it is ${wanted} already`)
  const ended = yield* Effect.catchTag(follow(result.action, changed, wait), "ActionNotFound", (error) => {
    // an action that cannot be read any more may have done its work
    own.splice(0, own.length, ...own.filter(({ id }) => id !== error.id))
    return Effect.flatMap(Ensure.inspectDroplet(droplet, { known: own }), (state) =>
      Ensure.hasPower(state, wanted) ? Effect.succeed(undefined) : Effect.fail(error)
    )
  })
  if (ended === undefined) return Outcome.skipped(`it is ${wanted}, though its action cannot be read any more`)
  own.push(ended)
  return Outcome.done(ended)
})
