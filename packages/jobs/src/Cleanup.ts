/**
 * What a job undoes when it is interrupted, and what is reported when it could not.
 *
 * An interrupted job powers on what it powered off, destroys the Droplet that it created, withdraws its offer. Each such
 * cleanup has a deadline, so that an interruption always ends: what is left by then is handed to `OnLeftBehind`, which
 * logs a warning by default.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"

/**
 * A Droplet that was powered off for a snapshot, and is off still.
 *
 * @category errors
 * @since 0.1.0
 */
export class DropletLeftOff extends Schema.TaggedError<DropletLeftOff>("@effect-digitalocean/jobs/DropletLeftOff")(
  "DropletLeftOff",
  {
    /** the id of the Droplet */
    droplet: Schema.Number,
    /** the name of the Droplet */
    droplet_name: Schema.String,
    /** why it is not powered on */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `Droplet ${this.droplet_name} (${this.droplet}) was powered off for a snapshot and could not be powered on again, power it on or run the job again: ${this.problem}`
  }
}

/**
 * A Droplet that a job created and that may still exist, and is billed.
 *
 * **Details**
 *
 * `droplet` is null when the response to its creation was lost; `droplet_name` is unique.
 *
 * @category errors
 * @since 0.1.0
 */
export class DropletLeftOver extends Schema.TaggedError<DropletLeftOver>("@effect-digitalocean/jobs/DropletLeftOver")(
  "DropletLeftOver",
  {
    /** the id of the Droplet; null if it is not known whether it exists */
    droplet: Schema.NullOr(Schema.Number),
    /** the name of the Droplet */
    droplet_name: Schema.String,
    /** why it is not deleted */
    problem: Schema.String
  }
) {
  override get message(): string {
    const which = this.droplet === null ? "" : ` (${this.droplet})`
    return `Droplet ${this.droplet_name}${which} may still exist and is billed, destroy it: ${this.problem}`
  }
}

/**
 * An offer of an image to another account that may still be pending.
 *
 * @category errors
 * @since 0.1.0
 */
export class OfferLeftPending extends Schema.TaggedError<OfferLeftPending>(
  "@effect-digitalocean/jobs/OfferLeftPending"
)("OfferLeftPending", {
  /** the id of the image */
  image: Schema.Number,
  /** the id of the offer; null if it is not known */
  transfer_id: Schema.NullOr(Schema.Number),
  /** why it is not withdrawn */
  problem: Schema.String
}) {
  override get message(): string {
    const which = this.transfer_id === null ? "" : ` (transfer ${this.transfer_id})`
    return `the offer of image ${this.image}${which} may still be pending, run the hand-over again or withdraw it: ${this.problem}`
  }
}

/**
 * A second custom image that a job created and could not delete.
 *
 * @category errors
 * @since 0.1.0
 */
export class ImageLeftOver extends Schema.TaggedError<ImageLeftOver>("@effect-digitalocean/jobs/ImageLeftOver")(
  "ImageLeftOver",
  {
    /** the id of the image */
    image: Schema.Number,
    /** the name of the image */
    image_name: Schema.String,
    /** why it is not deleted */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `image ${this.image} is a second ${this.image_name} and is billed, delete it: ${this.problem}`
  }
}

/**
 * What a job could not undo.
 *
 * @category models
 * @since 0.1.0
 */
export type LeftBehind = DropletLeftOff | DropletLeftOver | OfferLeftPending | ImageLeftOver

/**
 * How long one cleanup may take, by default 30 seconds.
 *
 * @category options
 * @since 0.1.0
 */
export const Deadline = Context.Reference<Duration.Duration>("@effect-digitalocean/jobs/Cleanup/Deadline", {
  defaultValue: () => Duration.seconds(30)
})

/**
 * Called with everything that a cleanup could not undo; logs a warning by default.
 *
 * @category options
 * @since 0.1.0
 */
export const OnLeftBehind = Context.Reference<(left: LeftBehind) => Effect.Effect<void>>(
  "@effect-digitalocean/jobs/Cleanup/OnLeftBehind",
  { defaultValue: () => (left) => Effect.logWarning(left.message) }
)

/**
 * Called with each state of an action that a cleanup waits for; does nothing by default.
 *
 * @category options
 * @since 0.1.0
 */
export const OnProgress = Context.Reference<(action: Action.Action) => Effect.Effect<void>>(
  "@effect-digitalocean/jobs/Cleanup/OnProgress",
  { defaultValue: () => () => Effect.void }
)

/**
 * Runs a cleanup within the deadline, inside or outside of a finalizer. Never fails: what it could not undo is reported.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function* <E extends { readonly message: string }, R>(
  undo: Effect.Effect<unknown, E, R>,
  left: (problem: string) => LeftBehind
): Effect.fn.Return<void, never, R> {
  const deadline = yield* Deadline
  const report = yield* OnLeftBehind
  const fiber = yield* Effect.forkDetach(Effect.result(undo), { startImmediately: true, uninterruptible: false })
  const exit = yield* endOf(fiber)
  if (exit === undefined) return yield* report(left(`it took longer than ${Duration.format(deadline)}`))
  if (Exit.isFailure(exit)) return yield* report(left("it ended unexpectedly"))
  if (exit.value._tag === "Failure") yield* report(left(exit.value.failure.message))
})

/**
 * Makes an interruption wait, up to the deadline, until work that is not to be cut off has ended: a POST whose response
 * says what has to be undone.
 *
 * @category combinators
 * @since 0.1.0
 */
export const finish = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDetach(work, { startImmediately: true, uninterruptible: false }), (fiber) =>
      Effect.onInterrupt(restore(Fiber.join(fiber)), () => endOf(fiber))
    )
  )

/** How a fiber ended; undefined when it did not by the deadline, and is interrupted then. */
const endOf = Effect.fnUntraced(function* <A, E>(fiber: Fiber.Fiber<A, E>) {
  const deadline = yield* Deadline
  const ended = yield* Deferred.make<Exit.Exit<A, E> | undefined>()
  const detached = { startImmediately: true, uninterruptible: false }
  yield* Effect.forkDetach(
    Effect.flatMap(Fiber.await(fiber), (exit) => Deferred.succeed(ended, exit)),
    detached
  )
  const late = yield* Effect.forkDetach(Effect.delay(Deferred.succeed(ended, undefined), deadline), detached)
  const exit = yield* Deferred.await(ended)
  yield* Effect.forkDetach(Fiber.interruptAll([late, fiber]), detached)
  return exit
})
