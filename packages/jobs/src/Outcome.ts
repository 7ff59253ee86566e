/**
 * How one item of a job ended. One item's failure is a value here, so that it loses no other.
 *
 * @since 0.1.0
 */
import type { ActionTimedOut } from "@effect-digitalocean/client/Actions"
import type { SnapshotNotFound } from "@effect-digitalocean/client/Droplet"
import type { ImageTimedOut } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import type { NotConfirmed } from "./internal/handOver/errors.ts"
import * as Text from "./Text.ts"

/**
 * It is as it should be now.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done<out A> {
  readonly _tag: "Done"
  readonly value: A
}

/**
 * Nothing was done, for this reason: it was so already, it is not to be touched, or what had to go before it failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Skipped {
  readonly _tag: "Skipped"
  readonly reason: string
}

/**
 * It failed; `error` says why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failed<out E> {
  readonly _tag: "Failed"
  readonly error: E
}

/**
 * It was begun, and is not finished yet: DigitalOcean goes on with it.
 *
 * **Details**
 *
 * `error` holds what is needed to go on waiting, here or in another process: the id of the action, the id of the image,
 * or the Droplet, name and action of a snapshot. Running the job again joins what is under way too.
 *
 * @category models
 * @since 0.1.0
 */
export interface TimedOut {
  readonly _tag: "TimedOut"
  readonly error: TimeOut
}

/**
 * The errors that say "not yet", and how to go on.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeOut = ActionTimedOut | ImageTimedOut | SnapshotNotFound | NotConfirmed

/**
 * How an item ended.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome<A, E> = Done<A> | Skipped | Failed<E> | TimedOut

/**
 * The outcome of an item that is as it should be now.
 *
 * @category constructors
 * @since 0.1.0
 */
export const done = <A>(value: A): Outcome<A, never> => ({ _tag: "Done", value })

/**
 * The outcome of an item for which nothing was done, with the reason.
 *
 * @category constructors
 * @since 0.1.0
 */
export const skipped = (reason: string): Outcome<never, never> => ({ _tag: "Skipped", reason })

/**
 * The outcome of an error: `TimedOut` of those that say "not yet", `Failed` of the others.
 *
 * @category constructors
 * @since 0.1.0
 */
export const failed = <E extends Told>(error: E): Failed<Exclude<E, TimeOut>> | TimedOut =>
  isTimeOut(error) ? { _tag: "TimedOut", error } : { _tag: "Failed", error: error as unknown as Exclude<E, TimeOut> }

/**
 * The outcome of work that answers one itself, or fails.
 *
 * @category combinators
 * @since 0.1.0
 */
export const of = <A, E extends Told, R>(
  work: Effect.Effect<Outcome<A, E>, E | TimeOut, R>
): Effect.Effect<Outcome<A, E>, never, R> =>
  Effect.catch(work, (error) => Effect.succeed(failed(error) as Outcome<A, E>))

/**
 * True when the item is as it should be, or nothing had to be done.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isGood = <A, E>(outcome: Outcome<A, E>): outcome is Done<A> | Skipped =>
  outcome._tag === "Done" || outcome._tag === "Skipped"

/**
 * An outcome as text, without the control characters that an error's text may hold.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (outcome: Outcome<unknown, Told>): string => Text.safe(told(outcome))

const told = (outcome: Outcome<unknown, Told>): string => {
  switch (outcome._tag) {
    case "Done":
      return "done"
    case "Skipped":
      return `skipped: ${outcome.reason}`
    case "Failed":
      return `failed: ${outcome.error.message}`
    case "TimedOut":
      return `timed out: ${outcome.error.message}`
  }
}

/** What every error of the client and of the jobs has. */
interface Told {
  readonly _tag: string
  readonly message: string
}

const timeOuts: ReadonlySet<string> = new Set<TimeOut["_tag"]>([
  "ActionTimedOut",
  "ImageTimedOut",
  "SnapshotNotFound",
  "NotConfirmed"
])

const isTimeOut = (error: Told): error is TimeOut => timeOuts.has(error._tag)
