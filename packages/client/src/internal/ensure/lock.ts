import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Action from "../../Action.ts"
import { type DigitalOceanError, isDigitalOceanError } from "../../DigitalOceanError.ts"
import { EventPending } from "../../Droplet.ts"
import * as Refusal from "../../Refusal.ts"
import { retryUntil } from "../waiting/retryUntil.ts"

/** Returns `true` for a refusal because another action is in progress on the resource. */
export const isEventPending = (error: unknown): boolean =>
  error instanceof EventPending || (isDigitalOceanError(error) && Refusal.kindOf(error) === "busy")

const isRefusal = (error: unknown): boolean =>
  isDigitalOceanError(error) && (error.reason._tag === "UnprocessableEntity" || error.reason._tag === "Conflict")

/** How long an action that was started, or a resource that was created, may take to be visible, in milliseconds. */
const visibleWithin = 25_000

export interface Lock<E, R> {
  /** reads the actions of the resource */
  readonly actions: Effect.Effect<ReadonlyArray<Action.Action>, E, R>
  readonly isLocked: (error: unknown) => boolean
  /** whether the effect joins an action that is in progress */
  readonly isJoined: (action: Action.Action) => boolean
  /** whether any other action in progress explains the refusal, by default true */
  readonly isExclusive?: boolean | undefined
  readonly waitForEvents: Duration.Input | undefined
  /** for how long to retry while no action is visible that explains the refusal, by default 25 seconds */
  readonly busyGracePeriod?: Duration.Input | undefined
}

/**
 * Runs an inspection, and the request that follows from it, again after the request was rejected because the resource is
 * busy: a rejected request was not executed.
 *
 * It does so for `waitForEvents`, because a lock may outlast its action; while every action in progress is one that the
 * inspection joins; and for `busyGracePeriod` while no action is visible that explains the refusal. For as long after such
 * a refusal it also does so after any other: what the action changed may not be visible yet.
 */
export const retryWhileLocked = <A, E, R, E2, R2>(
  self: Effect.Effect<A, E, R>,
  { actions, busyGracePeriod = visibleWithin, isExclusive = true, isJoined, isLocked, waitForEvents = 0 }: Lock<E2, R2>
): Effect.Effect<A, E | E2, R | R2> =>
  Effect.suspend(() => {
    const grace = Duration.toMillis(busyGracePeriod)
    let lockedAt: number | undefined
    return retryUntil(self, every, (error, elapsed) => {
      if (!isLocked(error)) {
        return Effect.succeed(lockedAt === undefined || !isRefusal(error) || elapsed - lockedAt >= grace)
      }
      lockedAt = elapsed
      if (elapsed < Duration.toMillis(waitForEvents)) return Effect.succeed(false)
      return Effect.map(actions, (all) => {
        const pending = all.filter(Action.isInProgress)
        if (isExclusive && pending.length > 0) return !pending.every(isJoined)
        return !pending.some(isJoined) && elapsed >= grace
      })
    })
  })

/** Sends a request again while its resource, which was created a moment ago, is not visible yet. */
export const retryNotFound = <A, E, R>(
  self: Effect.Effect<A, E | DigitalOceanError, R>,
  notFoundGracePeriod: Duration.Input = visibleWithin
): Effect.Effect<A, E | DigitalOceanError, R> =>
  retryUntil(self, every, (error, elapsed) =>
    Effect.succeed(
      !isDigitalOceanError(error) ||
        error.reason._tag !== "NotFound" ||
        elapsed >= Duration.toMillis(notFoundGracePeriod)
    )
  )

const every: Duration.Input = "3 seconds"
