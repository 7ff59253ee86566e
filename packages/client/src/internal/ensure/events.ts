import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Action from "../../Action.ts"
import * as Actions from "../../Actions.ts"
import { type DigitalOceanError, isDigitalOceanError } from "../../DigitalOceanError.ts"
import { EventPending } from "../../Droplet.ts"
import * as Refusal from "../../Refusal.ts"
import type { Options } from "./model.ts"

/** The part of `Actions` that waits. */
export type Waits = Pick<Actions.Actions["Service"], "watch">

/** Waits until an action is done, and returns its final state; fails if it errored. */
export const awaitAction = (waits: Waits, action: Action.Action, { onProgress, wait }: Options) =>
  Effect.gen(function* () {
    let last = action
    yield* Stream.runForEach(waits.watch(action, wait), (state) => {
      last = state
      return onProgress?.(state) ?? Effect.void
    })
    return Action.isErrored(last) ? yield* new Actions.ActionErrored({ action: last }) : last
  })

/** Waits for actions of a resource; one that errored or is not found is done too. Returns whether there were any. */
export const awaitEvents = Effect.fnUntraced(function* (
  waits: Waits,
  actions: ReadonlyArray<Action.Action>,
  timeoutOf: (action: Action.Action) => Actions.AwaitOptions | undefined,
  onProgress: Options["onProgress"]
) {
  for (const action of actions) {
    yield* Effect.catchTag(
      awaitAction(waits, action, { onProgress, wait: timeoutOf(action) }),
      ["ActionErrored", "ActionNotFound"],
      () => Effect.void
    )
  }
  return actions.length > 0
})

/** Returns `true` for a refusal because another action is in progress on the resource. */
export const isEventPending = (error: unknown): boolean =>
  error instanceof EventPending || (isDigitalOceanError(error) && Refusal.kindOf(error) === "busy")

const isRefusal = (error: unknown): boolean =>
  isDigitalOceanError(error) && (error.reason._tag === "UnprocessableEntity" || error.reason._tag === "Conflict")

/** How long an action that was started, or a resource that was created, may take to be visible. */
export const visibleWithin = Duration.seconds(25)

export interface Lock<E, R> {
  /** reads the actions of the resource */
  readonly actions: Effect.Effect<ReadonlyArray<Action.Action>, E, R>
  readonly isLocked: (error: unknown) => boolean
  /** whether the effect joins an action that is in progress */
  readonly isJoined: (action: Action.Action) => boolean
  /** whether any other action in progress explains the refusal, by default true */
  readonly isExclusive?: boolean | undefined
  readonly waitForEvents: Duration.Input | undefined
}

/**
 * Runs an inspection, and the request that follows from it, again after the request was rejected because the resource is
 * busy: a rejected request was not executed.
 *
 * It does so for `waitForEvents`, because a lock may outlast its action; while every action in progress is one that the
 * inspection joins; and for 25 seconds while no action is visible that explains the refusal. For 25 seconds after such a
 * refusal it also does so after any other: what the action changed may not be visible yet.
 */
export const retryWhileLocked = <A, E, R, E2, R2>(
  self: Effect.Effect<A, E, R>,
  { actions, isExclusive = true, isJoined, isLocked, waitForEvents = 0 }: Lock<E2, R2>
): Effect.Effect<A, E | E2, R | R2> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) => {
    let lockedAt: number | undefined
    const since = (time: number) => Effect.map(Clock.currentTimeMillis, (now) => Duration.millis(now - time))
    const mayEnd = Effect.gen(function* () {
      const elapsed = yield* since(start)
      if (Duration.isLessThan(elapsed, Duration.fromInputUnsafe(waitForEvents))) return true
      const pending = (yield* actions).filter(Action.isInProgress)
      if (isExclusive && pending.length > 0) return pending.every(isJoined)
      return pending.some(isJoined) || Duration.isLessThan(elapsed, visibleWithin)
    })
    return Effect.retry(self, {
      while: (error) =>
        Effect.gen(function* () {
          if (!isLocked(error)) {
            return (
              lockedAt !== undefined && isRefusal(error) && Duration.isLessThan(yield* since(lockedAt), visibleWithin)
            )
          }
          lockedAt = yield* Clock.currentTimeMillis
          return yield* mayEnd
        }),
      schedule: Schedule.spaced("3 seconds")
    })
  })

/** Sends a request again while its resource, which was created a moment ago, is not visible yet. */
export const retryNotFound = <A, E, R>(
  self: Effect.Effect<A, E | DigitalOceanError, R>,
  notFoundGracePeriod: Duration.Input = visibleWithin
): Effect.Effect<A, E | DigitalOceanError, R> =>
  Duration.isZero(Duration.fromInputUnsafe(notFoundGracePeriod))
    ? self
    : Effect.retry(self, {
        while: (error) => isDigitalOceanError(error) && error.reason._tag === "NotFound",
        schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: notFoundGracePeriod })
      })
