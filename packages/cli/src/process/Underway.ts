/**
 * What goes on at DigitalOcean when this process ends: the actions that were waited for, so that another can go on.
 *
 * @since 0.1.0
 */
import * as Actions from "@effect-digitalocean/client/Actions"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/**
 * The ids of the actions that have not ended.
 *
 * @since 0.1.0
 */
export class Underway extends Context.Service<Underway, { readonly actions: Set<number> }>()(
  "@effect-digitalocean/cli/Underway"
) {}

/**
 * Nothing is under way.
 *
 * @since 0.1.0
 */
export const make = (): Underway["Service"] => ({ actions: new Set() })

/**
 * Keeps an action's id while a wait for it has not come to its end.
 *
 * @since 0.1.0
 */
export const during = <A, E, R>(
  { actions }: Underway["Service"],
  id: number,
  wait: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    actions.add(id)
    return Effect.onExit(wait, (exit) => Effect.sync(() => void (hasEnded(exit) && actions.delete(id))))
  })

/** An action that errored or is gone has ended too; one that a wait was cut off from has not. */
const hasEnded = (exit: Exit.Exit<unknown, unknown>): boolean => {
  if (Exit.isSuccess(exit)) return true
  const error = Cause.squash(exit.cause)
  return error instanceof Actions.ActionErrored || error instanceof Actions.ActionNotFound
}

/**
 * How to go on, in words; empty when nothing is under way.
 *
 * @since 0.1.0
 */
export const hint = ({ actions }: Underway["Service"]): string => {
  if (actions.size === 0) return ""
  const what = actions.size === 1 ? "an action goes on" : `${actions.size} actions go on`
  return `${what} at DigitalOcean; to wait again: doimg wait ${[...actions].join(" ")}`
}

/**
 * An action has begun.
 *
 * @since 0.1.0
 */
export const add = (id: number): Effect.Effect<void, never, Underway> =>
  Effect.map(Underway, ({ actions }) => void actions.add(id))
