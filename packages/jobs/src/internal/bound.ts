import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import { isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Refusal from "@effect-digitalocean/client/Refusal"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"

/**
 * How much work is in progress at once by default: five pages of actions, which a poll of all of them reads. More of it at
 * once costs fewer requests, as all waits share their polls, and the rate limit paces the requests that start it.
 */
export const defaultConcurrency = 1000

/**
 * A bound of the work in progress at once. It falls when DigitalOcean refuses more: it does not document how many transfers
 * it accepts.
 */
export interface Bound {
  /** Runs work that sends requests, within the bound. */
  readonly within: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /**
   * Starts an action and then waits for it, within the bound. A start that is refused because the resource is busy is tried
   * again when other work has ended.
   */
  readonly startAndWait: <A, B, E, E2, R, R2>(
    start: Effect.Effect<A, E, R>,
    wait: (started: A) => Effect.Effect<B, E2, R2>
  ) => Effect.Effect<B, E | E2, R | R2>
}

/** Makes a bound: a whole number from 1. */
export const makeBound = (concurrency: number = defaultConcurrency): Effect.Effect<Bound> =>
  Effect.sync(() => {
    const semaphore = Semaphore.makeUnsafe(atLeastOne(concurrency))
    let inProgress = 0
    let next = Deferred.makeUnsafe<void>()
    const ended = Effect.suspend(() => {
      inProgress -= 1
      const previous = next
      next = Deferred.makeUnsafe<void>()
      return Deferred.succeed(previous, undefined)
    })
    const started = Effect.sync(() => {
      inProgress += 1
    })

    const whenAccepted = <A, E, R>(start: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.catchIf(start, isBusy, (error) => {
        if (inProgress === 0) return Effect.fail(error)
        const other = Deferred.await(next)
        return Effect.andThen(Effect.andThen(semaphore.resize(inProgress), other), whenAccepted(start))
      })
    return {
      within: semaphore.withPermits(1),
      startAndWait: (start, wait) =>
        semaphore.withPermits(1)(
          Effect.flatMap(whenAccepted(start), (action) =>
            Effect.acquireUseRelease(
              started,
              () => wait(action),
              () => ended
            )
          )
        )
    }
  })

const isBusy = (error: unknown): error is DigitalOceanError =>
  isDigitalOceanError(error) && Refusal.kindOf(error) === "busy"

/** A whole number from 1. */
export const atLeastOne = (concurrency: number): number => Math.max(1, Math.floor(concurrency) || 1)
