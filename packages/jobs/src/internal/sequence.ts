import type * as Action from "@effect-digitalocean/client/Action"
import * as Effect from "effect/Effect"
import * as Event from "../Event.ts"
import * as Outcome from "../Outcome.ts"
import type { Item } from "../Plan.ts"

/** Why the rest is not begun; undefined while all is well. */
export interface Sequence<I, A, E> {
  readonly tell: Event.Tell<I, A, E>
  stopped: string | undefined
}

/**
 * Works on an item, unless one before it did not end well: then it is skipped, and says which that was.
 */
export const step = <I extends Item, A, E extends { readonly _tag: string; readonly message: string }, R>(
  sequence: Sequence<I, A, E>,
  item: I,
  work: (
    changed: (action: Action.Action) => Effect.Effect<void>
  ) => Effect.Effect<Outcome.Outcome<A, E>, E | Outcome.TimeOut, R>
): Effect.Effect<Outcome.Outcome<A, E>, never, R> =>
  Effect.suspend(() => {
    const { stopped, tell } = sequence
    const run = stopped === undefined ? work : () => Effect.succeed(Outcome.skipped(stopped))
    return Effect.map(Event.item(tell, item, run), (outcome) => {
      if (!Outcome.isGood(outcome))
        sequence.stopped ??= `not begun, because this is not done: ${item.verb} ${item.subject}`
      return outcome
    })
  })
