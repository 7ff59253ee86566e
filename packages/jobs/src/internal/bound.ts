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
   * Starts an action and then waits for it, within the bound. A start that is refused because the resource is busy lowers
   * the bound to the other work that is started or in progress, and is tried again when one of those has ended. It fails
   * if there is no other.
   */
  readonly startAndWait: <A, B, E, E2, R, R2>(
    start: Effect.Effect<A, E, R>,
    wait: (started: A) => Effect.Effect<B, E2, R2>
  ) => Effect.Effect<B, E | E2, R | R2>
}

/** How often work is tried again because its resource is busy: more often, one busy resource would cost the others. */
const maxRefusals = 2

/** After how much work that ended the limit rises by one again, if it fell. */
const endsPerRise = 10

/** One start and the wait for what it started. */
interface Work {
  /** how often its start was refused */
  refusals: number
  /** completed when the start is to be sent again; undefined while the start is sent and the action is in progress */
  turn: Deferred.Deferred<void> | undefined
}

/** Makes a bound: a whole number from 1. */
export const makeBound = (concurrency: number = defaultConcurrency): Effect.Effect<Bound> =>
  Effect.sync(() => {
    const most = atLeastOne(concurrency)
    let limit = most
    const semaphore = Semaphore.makeUnsafe(limit)
    let ends = 0
    /** The limit rises slowly: each refusal costs requests. */
    const rise = Effect.suspend(() => {
      ends += 1
      if (limit === most || ends % endsPerRise !== 0) return Effect.void
      limit += 1
      return semaphore.resize(limit)
    })
    /** the work that is being started or in progress */
    let active = 0
    /** the work that was refused, in the order of its refusals */
    const turns = new Set<Deferred.Deferred<void>>()

    const enter = Effect.sync((): Work => {
      active += 1
      return { refusals: 0, turn: undefined }
    })
    /** Lets the next work that was refused try again. One that is interrupted before it does leaves its turn to the next. */
    const leave = (work: Work) =>
      Effect.suspend(() => {
        if (work.turn === undefined) active -= 1
        else turns.delete(work.turn)
        const [next] = turns
        if (next === undefined) return rise
        turns.delete(next)
        return Deferred.succeed(next, undefined)
      })

    const whenAccepted = <A, E, R>(work: Work, start: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.catchIf(start, isBusy, (error) => {
        work.refusals += 1
        if (active === 1 || work.refusals > maxRefusals) return Effect.fail(error)
        active -= 1
        limit = Math.min(limit, active)
        const turn = Deferred.makeUnsafe<void>()
        work.turn = turn
        turns.add(turn)
        return Effect.andThen(Effect.andThen(semaphore.resize(limit), Deferred.await(turn)), () => {
          work.turn = undefined
          active += 1
          return whenAccepted(work, start)
        })
      })
    return {
      within: semaphore.withPermits(1),
      startAndWait: (start, wait) =>
        semaphore.withPermits(1)(
          Effect.acquireUseRelease(enter, (work) => Effect.flatMap(whenAccepted(work, start), wait), leave)
        )
    }
  })

const isBusy = (error: unknown): error is DigitalOceanError =>
  isDigitalOceanError(error) && Refusal.kindOf(error) === "busy"

/** A whole number from 1. */
export const atLeastOne = (concurrency: number): number => Math.max(1, Math.floor(concurrency) || 1)
