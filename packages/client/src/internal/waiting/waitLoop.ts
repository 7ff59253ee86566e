import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { countingWait } from "../pipeline/metering.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import * as ServerTime from "../../ServerTime.ts"
import { delayOf, type PollInput } from "./adaptiveSchedule.ts"
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
  readonly waitOptions: WaitOptions<S> & { readonly schedule: Schedule.Schedule<unknown, PollInput<S>> }
  readonly onNotFound: (progress: Progress<S>) => E2
  readonly onTimeout: (progress: Progress<S>) => E2
}

/**
 * Streams the progress of a wait: at its start and after each response that shows its state, up to the final state. Only
 * the schedule determines when to poll. Elapsed time is monotonic. Interruption ends the request in progress.
 */
export const progress = <S, E2>(options: Options<S, E2>): Stream.Stream<Progress<S>, DigitalOceanError | E2> => {
  return Stream.unwrap(
    Effect.map(Effect.andThen(countingWait(options.operation), options.join), (startPoll) =>
      polling(options, startPoll)
    )
  )
}

const polling = <S, E2>(
  options: Options<S, E2>,
  startPoll: StartPoll<S>
): Stream.Stream<Progress<S>, DigitalOceanError | E2> =>
  Stream.fromPull(
    Effect.gen(function* () {
      const { schedule } = options.waitOptions
      const timeouts = yield* parseTimeouts(options.waitOptions, options.operation)
      const clock = yield* Clock.Clock
      const step = yield* Schedule.toStep(schedule)
      const adaptiveDelay = delayOf(schedule)
      const start = monotonic(clock)
      let started = false
      let last: S | undefined
      let polls = 0
      let failingSince: Duration.Duration | undefined
      /** when the next poll is due; undefined if the schedule has to be evaluated for it */
      let due: number | undefined
      let isSent = () => false
      /** DigitalOcean's time at the start of the wait */
      let serverStart = 0

      const elapsed = () => Duration.millis(monotonic(clock) - start)
      const time = (): WaitTime => {
        const at = monotonic(clock)
        return { elapsed: Duration.millis(at - start), now: serverStart + at - start, monotonic: at }
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
        return Pull.matchEffect(step(clock.currentTimeMillisUnsafe(), input()), {
          onSuccess: ([, delay]) => Effect.succeed(monotonic(clock) + Duration.toMillis(delay)),
          onFailure: (cause: Cause.Cause<never>) => Effect.failCause(cause),
          onDone: () => timedOut
        })
      })

      const fail = (error: DigitalOceanError): Effect.Effect<void, DigitalOceanError | E2> => {
        // DigitalOcean's longest rate limit window is an hour
        const waitRetryAfter = Effect.sleep(Duration.min(error.retryAfter ?? Duration.zero, Duration.hours(1)))
        // an exhausted rate limit is waited out, and does not count as a failed poll
        if (error.reason._tag === "RateLimited" && error.retryAfter !== undefined) return waitRetryAfter
        failingSince ??= elapsed()
        const failingFor = Duration.subtract(elapsed(), failingSince)
        switch (classifyFailure(error, { last, elapsed: elapsed(), failingFor }, timeouts)) {
          case "transient":
            return waitRetryAfter
          case "not-found":
            return Effect.fail(options.onNotFound(progress()))
          case "permanent":
            return Effect.fail(error)
        }
      }
      const poll = Effect.gen(function* () {
        const at = yield* nextDue
        const exit = yield* Effect.acquireUseRelease(
          startPoll({ last, due: at, recompute, isFirst: polls === 0 }),
          (poll) => {
            isSent = poll.isSent
            return Effect.result(poll.result)
          },
          ({ end }) => Effect.sync(end)
        )
        const wasSent = isSent()
        isSent = () => false
        polls += 1
        due = undefined
        if (Result.isFailure(exit)) return yield* fail(exit.failure)
        if (options.isOutdated?.(exit.success)) due = monotonic(clock)
        // a response that was requested for another wait does not change when a schedule of the user's polls
        else if (recompute === undefined && !wasSent) due = at
        failingSince = undefined
        // keep the reference of an equal state, as `changes` compares references
        if (last === undefined || !Equal.equals(exit.success, last)) last = exit.success
      })
      const next: Effect.Effect<Progress<S>, DigitalOceanError | E2> = Effect.flatMap(ServerTime.now, (now) => {
        serverStart = DateTime.toEpochMillis(now) - Duration.toMillis(elapsed())
        if (started) return poll
        started = true
        last = options.initial
        due = last === undefined ? monotonic(clock) : undefined
        return last === undefined ? poll : Effect.void
      }).pipe(Effect.map(progress))

      return Effect.suspend((): Pull.Pull<readonly [Progress<S>], DigitalOceanError | E2> => {
        if (last !== undefined && options.isFinal(last)) return Cause.done()
        return Effect.timeoutOrElse(next, {
          duration: Duration.max(Duration.subtract(timeouts.timeout, elapsed()), Duration.zero),
          orElse: () => timedOut
        }).pipe(Effect.map((progress) => [progress] as const))
      })
    })
  )

/** Streams the states, each once, up to the final state. */
export const changes = <S, E2>(options: Options<S, E2>): Stream.Stream<S, DigitalOceanError | E2> =>
  progress(options).pipe(
    Stream.filterMap(({ last }) => (last === undefined ? Result.failVoid : Result.succeed(last))),
    Stream.changesWith((a, b) => a === b)
  )

/** Waits for the final state, and returns it. */
export const awaitFinal = <S, E2>(options: Options<S, E2>): Effect.Effect<S, DigitalOceanError | E2> =>
  Effect.flatMap(
    Stream.runLast(changes(options)),
    Option.match({
      onNone: () => Effect.die(new Error("a wait ends with a state or a failure")),
      onSome: (state) => Effect.succeed(state)
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
