import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { countingWait } from "../pipeline/metering.ts"
import { nextDelay } from "../pipeline/nextDelay.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import * as ServerTime from "../../ServerTime.ts"
import { defaultSchedule, delayOf, type PollInput } from "./adaptiveSchedule.ts"
import { classifyFailure, parseTimeouts, type TimeoutOptions } from "./waitTimeouts.ts"

/** The time of a wait. */
export interface WaitTime {
  /** since the start of the wait, by the monotonic clock */
  readonly elapsed: Duration.Duration
  /** at DigitalOcean, in milliseconds since 1970 */
  readonly now: number
  /** the monotonic time, in milliseconds */
  readonly monotonic: number
}

/** The progress of a wait: its last known state, its time, and the number of polls. */
export interface Progress<S> extends WaitTime {
  readonly last: S | undefined
  readonly polls: number
}

/** The options of a caller; documented at `Actions.AwaitOptions`. */
export interface WaitOptions<S> extends TimeoutOptions {
  readonly schedule?: Schedule.Schedule<unknown, PollInput<S>> | undefined
}

/** A poll that is due at some time. */
export interface PendingPoll<S> {
  /** the state that the poll returns, or that another response shows before */
  readonly result: Effect.Effect<S, DigitalOceanError>
  /** whether the poll was sent, and not made unnecessary by another response */
  readonly isSent: () => boolean
  /** Ends the poll, if it has no result. */
  readonly end: () => void
}

/** A poll to start. */
export interface Poll<S> {
  readonly last: S | undefined
  /** the monotonic time, in milliseconds, at which it is due */
  readonly due: number
  /** computes that time again, for a wait since `since`, as more is known; undefined if that does not change it */
  readonly recompute: ((since: number) => number) | undefined
  /** whether that time can still become later: other waits that started at the same time were not known */
  readonly isFirst: boolean
}

/** Starts a poll for a wait. */
export type StartPoll<S> = (poll: Poll<S>) => Effect.Effect<PendingPoll<S>>

/** What a wait polls, and when it ends. */
export interface Options<S, E2> {
  /** the name of the operation in errors */
  readonly operation: string
  /** the initial state, if it is known; otherwise the wait starts with a poll */
  readonly initial: S | undefined
  /** starts the wait, which ends with its scope */
  readonly join: Effect.Effect<StartPoll<S>, never, Scope.Scope>
  /** what the schedule is given beside the last state */
  readonly input: (last: S | undefined, time: WaitTime) => Omit<PollInput<S>, "last">
  readonly isFinal: (state: S) => boolean
  /** whether a state is followed by a poll at once */
  readonly isOutdated?: (state: S) => boolean
  readonly waitOptions: WaitOptions<S>
  readonly onNotFound: (progress: Progress<S>) => E2
  readonly onTimeout: (progress: Progress<S>) => E2
}

/** A wait in progress. */
interface Wait<S, E2> {
  /** Returns the progress at the start, if the initial state is known, and then after each poll. */
  readonly next: Effect.Effect<Progress<S>, DigitalOceanError | E2>
  /** whether the last known state is final */
  readonly isDone: () => boolean
}

/**
 * Starts a wait, which ends with its scope. Only the schedule determines when to poll. Elapsed time is monotonic.
 * Interruption ends the request in progress.
 */
const start = <S, E2>(options: Options<S, E2>): Effect.Effect<Wait<S, E2>, DigitalOceanError, Scope.Scope> =>
  Effect.gen(function* () {
    yield* countingWait(options.operation)
    const startPoll = yield* options.join
    const schedule = options.waitOptions.schedule ?? defaultSchedule
    const timeouts = yield* parseTimeouts(options.waitOptions, options.operation)
    const clock = yield* Clock.Clock
    const step = yield* Schedule.toStep(schedule)
    const adaptiveDelay = delayOf(schedule)
    const startedAt = monotonic(clock)
    let started = false
    let last: S | undefined
    let polls = 0
    /** the monotonic time of the first of the latest consecutive failures */
    let failingSince: number | undefined
    /** the monotonic time of the first of the latest consecutive 404 responses */
    let notFoundSince: number | undefined
    /** when the next poll is due; undefined if the schedule has to be evaluated for it */
    let due: number | undefined
    let isSent = () => false
    /** DigitalOcean's time at the start of the wait */
    let serverStart = 0

    const elapsed = () => monotonic(clock) - startedAt
    const time = (): WaitTime => {
      const millis = elapsed()
      return { elapsed: Duration.millis(millis), now: serverStart + millis, monotonic: startedAt + millis }
    }
    const progress = (): Progress<S> => ({ ...time(), last, polls: polls + (isSent() ? 1 : 0) })
    const timedOut = Effect.suspend(() => Effect.fail(options.onTimeout(progress())))
    const input = (): PollInput<S> => ({ ...options.input(last, time()), last })

    const recompute =
      adaptiveDelay &&
      ((since: number) => {
        const wall = clock.currentTimeMillisUnsafe() - (monotonic(clock) - since)
        return since + adaptiveDelay(wall, input())
      })
    const nextDue: Effect.Effect<number, E2> = Effect.suspend(() => {
      if (due !== undefined) return Effect.succeed(due)
      return Effect.flatMap(nextDelay(step(clock.currentTimeMillisUnsafe(), input())), (delay) =>
        delay === undefined ? timedOut : Effect.succeed(monotonic(clock) + Duration.toMillis(delay))
      )
    })

    const fail = (error: DigitalOceanError): Effect.Effect<void, DigitalOceanError | E2> => {
      // DigitalOcean's longest rate limit window is an hour
      const waitRetryAfter = Effect.sleep(Math.min(Duration.toMillis(error.retryAfter ?? 0), 3_600_000))
      // an exhausted rate limit is waited out, and does not count as a failed poll
      if (error.reason._tag === "RateLimited" && error.retryAfter !== undefined) return waitRetryAfter
      const now = monotonic(clock)
      failingSince ??= now
      notFoundSince = error.reason._tag === "NotFound" ? (notFoundSince ?? now) : undefined
      const failing = { last, failingFor: now - failingSince, notFoundFor: now - (notFoundSince ?? now) }
      switch (classifyFailure(error, failing, timeouts)) {
        case "transient":
          return waitRetryAfter
        case "not-found":
          return Effect.fail(options.onNotFound(progress()))
        case "permanent":
          return Effect.fail(error)
      }
    }
    /** Counts a poll that ended; returns whether it was sent. */
    const endPoll = (): boolean => {
      const wasSent = isSent()
      isSent = () => false
      polls += 1
      due = undefined
      return wasSent
    }
    const receive = (state: S, at: number): void => {
      const wasSent = endPoll()
      if (options.isOutdated?.(state)) due = monotonic(clock)
      // a response that was requested for another wait does not change when a schedule of the user's polls
      else if (recompute === undefined && !wasSent) due = at
      failingSince = undefined
      notFoundSince = undefined
      // keep the reference of an equal state, which shows that nothing changed
      if (last === undefined || !Equal.equals(state, last)) last = state
    }
    const poll = Effect.flatMap(nextDue, (at) =>
      Effect.acquireUseRelease(
        startPoll({ last, due: at, recompute, isFirst: polls === 0 }),
        (poll) => {
          isSent = poll.isSent
          return poll.result
        },
        ({ end }) => Effect.sync(end)
      ).pipe(
        Effect.map((state) => receive(state, at)),
        Effect.catch((error) => {
          endPoll()
          return fail(error)
        })
      )
    )
    const next: Effect.Effect<void, DigitalOceanError | E2> = Effect.flatMap(ServerTime.now, (now) => {
      serverStart = DateTime.toEpochMillis(now) - elapsed()
      if (started) return poll
      started = true
      last = options.initial
      due = last === undefined ? monotonic(clock) : undefined
      return last === undefined ? poll : Effect.void
    })

    return {
      next: Effect.suspend(() =>
        Effect.timeoutOrElse(next, {
          duration: Math.max(Duration.toMillis(timeouts.timeout) - elapsed(), 0),
          orElse: () => timedOut
        })
      ).pipe(Effect.map(progress)),
      isDone: () => last !== undefined && options.isFinal(last)
    }
  })

/**
 * Streams what `select` returns for the progress of a wait, up to the final state, without undefined. `isNew` is whether
 * the state differs from the previous one. A span of the name of the operation contains the whole wait.
 */
export const stream = <S, E2, A>(
  options: Options<S, E2>,
  select: (progress: Progress<S>, isNew: boolean) => A | undefined
): Stream.Stream<A, DigitalOceanError | E2> =>
  Stream.unwrap(
    Effect.flatMap(Effect.makeSpanScoped(options.operation), (span) => {
      const inSpan = Effect.provideService(Tracer.ParentSpan, span)
      return Effect.map(inSpan(start(options)), ({ isDone, next }) => {
        let last: S | undefined
        const pull: Pull.Pull<readonly [A], DigitalOceanError | E2> = Effect.suspend(() =>
          isDone()
            ? Cause.done()
            : Effect.flatMap(next, (progress) => {
                const selected = select(progress, progress.last !== last)
                last = progress.last
                return selected === undefined ? pull : Effect.succeed([selected] as const)
              })
        )
        return Stream.fromPull(Effect.succeed(inSpan(pull)))
      })
    })
  )

/** Waits for the final state, and returns it. */
export const awaitFinal = <S, E2>(options: Options<S, E2>): Effect.Effect<S, DigitalOceanError | E2> =>
  Effect.scoped(
    Effect.flatMap(start(options), ({ next }) => {
      const final: Effect.Effect<S, DigitalOceanError | E2> = Effect.flatMap(next, ({ last }) =>
        last !== undefined && options.isFinal(last) ? Effect.succeed(last) : final
      )
      return final
    })
  )

/** Polls with an effect, without sharing its requests with other waits. */
export const pollAlone =
  <S>(poll: Effect.Effect<S, DigitalOceanError>): StartPoll<S> =>
  ({ due }) =>
    Effect.clockWith((clock) => {
      let isSent = false
      const sleep = Effect.suspend(() => Effect.sleep(Math.max(0, due - monotonic(clock))))
      const send = Effect.suspend(() => {
        isSent = true
        return poll
      })
      return Effect.succeed({ result: Effect.andThen(sleep, send), isSent: () => isSent, end: () => undefined })
    })
