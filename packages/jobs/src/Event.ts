/**
 * What a job tells while it runs, as a `Stream`: each item as it begins, as its action changes, and as it ends.
 *
 * The stream is the job: it runs while the stream is consumed, and who stops consuming interrupts it. It never fails;
 * what failed is the outcome of an item.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as Outcome from "./Outcome.ts"

/**
 * Work on an item begins.
 *
 * @category models
 * @since 0.1.0
 */
export interface Began<out I> {
  readonly _tag: "Began"
  readonly item: I
}

/**
 * A state of the action that an item waits for; the first one tells its id.
 *
 * @category models
 * @since 0.1.0
 */
export interface Changed<out I> {
  readonly _tag: "Changed"
  readonly item: I
  readonly action: Action.Action
}

/**
 * An item has ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ended<out I, out A, out E> {
  readonly _tag: "Ended"
  readonly item: I
  readonly outcome: Outcome.Outcome<A, E>
}

/**
 * What a job tells.
 *
 * @category models
 * @since 0.1.0
 */
export type Event<I, A, E> = Began<I> | Changed<I> | Ended<I, A, E>

/**
 * Tells an event to whoever consumes the stream.
 *
 * @category models
 * @since 0.1.0
 */
export type Tell<I, A, E> = (event: Event<I, A, E>) => Effect.Effect<void>

/**
 * The stream of what some work tells. The work does not wait for the consumer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = <I, A, E, R>(
  work: (tell: Tell<I, A, E>) => Effect.Effect<unknown, never, R>
): Stream.Stream<Event<I, A, E>, never, R> =>
  Stream.callback<Event<I, A, E>, never, R>((queue) =>
    Effect.andThen(
      work((event) => Effect.asVoid(Queue.offer(queue, event))),
      Queue.end(queue)
    )
  )

/**
 * Works on an item, and tells of it: that it begins, the actions it hands to `changed`, and how it ended. Answers the
 * outcome; a failure of the work is one.
 *
 * @category combinators
 * @since 0.1.0
 */
export const item = Effect.fnUntraced(function* <
  I,
  A,
  E extends { readonly _tag: string; readonly message: string },
  R
>(
  tell: Tell<I, A, E>,
  item: I,
  work: (
    changed: (action: Action.Action) => Effect.Effect<void>
  ) => Effect.Effect<Outcome.Outcome<A, E>, E | Outcome.TimeOut, R>
) {
  yield* tell({ _tag: "Began", item })
  const outcome = yield* Outcome.of(work((action) => tell({ _tag: "Changed", item, action })))
  yield* tell({ _tag: "Ended", item, outcome })
  return outcome
})
