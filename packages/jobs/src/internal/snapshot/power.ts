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
 * How to power a Droplet off or on.
 *
 */
export interface PowerOptions {
  readonly changed: (action: Action.Action) => Effect.Effect<void>
  readonly wait: Actions.AwaitOptions | undefined
  /** how long to wait for other actions on the Droplet */
  readonly waitForEvents: Duration.Input | undefined
  /** wait for those that are in progress after that too, as long as they take */
  readonly untilIdle?: boolean | undefined
  /**
   * the power actions of this run, which a listing may not contain yet. An action that is started here is added to it,
   * also if the caller is interrupted while the request is sent.
   */
  readonly own: Array<Action.Action>
  /** runs right before the request is sent */
  readonly before?: (() => void) | undefined
}

type PowerError =
  | DigitalOceanError
  | Droplet.EventPending
  | Actions.ActionErrored
  | Actions.ActionNotFound
  | Actions.ActionTimedOut

/** Powers a Droplet off or on, and waits for it. */
export const power = Effect.fnUntraced(function* (
  droplet: Droplet.Id,
  wanted: Ensure.Power,
  options: PowerOptions
): Effect.fn.Return<Outcome.Outcome<Action.Action, never>, PowerError, Droplets | Actions.Actions> {
  const { changed, own, wait } = options
  const ensured = ensure(droplet, wanted, options)
  while (true) {
    const result = yield* ensured
    if (result._tag === "Satisfied") return Outcome.skipped(`it is ${wanted} already`)
    const followed = yield* Effect.result(follow(result.action, changed, wait))
    if (followed._tag === "Success") {
      own.push(followed.success)
      return Outcome.done(followed.success)
    }
    const error = followed.failure
    if (error._tag === "ActionNotFound") {
      // an action that cannot be read any more may have done its work
      own.splice(0, own.length, ...own.filter(({ id }) => id !== error.id))
      const state = yield* Ensure.inspectDroplet(droplet, { known: own })
      if (!Ensure.hasPower(state, wanted)) return yield* error
      return Outcome.skipped(`it is ${wanted}, though its action cannot be read any more`)
    }
    // what another process requested in vain is requested here
    if (result._tag !== "Joined" || error._tag !== "ActionErrored") return yield* error
  }
})

const ensure = (
  droplet: Droplet.Id,
  wanted: Ensure.Power,
  { before, changed, own, untilIdle = false, wait, waitForEvents }: PowerOptions
): Effect.Effect<
  Ensure.Result,
  DigitalOceanError | Droplet.EventPending | Actions.ActionTimedOut,
  Droplets | Actions.Actions
> => {
  const once = Ensure.power(droplet, wanted, {
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
  if (!untilIdle) return once
  return Effect.catchTag(once, "ActionTimedOut", () =>
    Effect.andThen(
      Ensure.awaitIdle(droplet, { wait, onProgress: changed }),
      Effect.suspend(() => ensure(droplet, wanted, { before, changed, own, untilIdle, wait, waitForEvents }))
    )
  )
}
