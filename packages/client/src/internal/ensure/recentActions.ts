import type * as Action from "../../Action.ts"
import type * as Droplet from "../../Droplet.ts"
import type { Droplets } from "../../Droplets.ts"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Stream from "effect/Stream"

/** The latest 50 actions of a Droplet at least, newest first. */
export const recentOfDroplet = (droplets: Droplets["Service"], droplet: Droplet.Ref) =>
  recentActions(droplets.actions(droplet, { per_page: 50 }), 50)

/** Timestamps have whole seconds; of actions of the same second the later one has the higher id. */
export const newestFirst: Order.Order<Action.Action> = Order.combine<Action.Action>(
  Order.mapInput(Order.flip(DateTime.Order), ({ started_at }) => started_at),
  Order.mapInput(Order.flip(Order.Number), ({ id }) => id)
)

/**
 * The newest actions of a listing, at least `count` of them if there are that many, newest first. DigitalOcean lists the
 * newest first, but does not document the order: a listing in another order is read to its end.
 */
export const recentActions = <E, R>(
  listing: Stream.Stream<Action.Action, E, R>,
  count: number
): Effect.Effect<ReadonlyArray<Action.Action>, E, R> =>
  Effect.suspend(() => {
    let previous: Action.Action | undefined
    let isOrdered = true
    const isEnough = (action: Action.Action, i: number) => {
      isOrdered &&= previous === undefined || previous.id > action.id || newestFirst(previous, action) <= 0
      previous = action
      return isOrdered && i + 1 >= count
    }
    return Effect.map(Stream.runCollect(Stream.takeUntil(listing, isEnough)), (all) => all.toSorted(newestFirst))
  })
