import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { DigitalOceanError } from "../../DigitalOceanError.ts"
import { check } from "../model/parseDuration.ts"
import { countingWait } from "../pipeline/metering.ts"

/** The progress of a wait: the last known state, the elapsed time, and the number of polls. */
export interface Progress<S> {
  readonly last: S | undefined
  readonly elapsed: Duration.Duration
  readonly polls: number
  /** the time since the first of the latest consecutive failures */
  readonly failingFor: Duration.Duration
}

/** The options of a caller; documented at `Actions.AwaitOptions`. */
export interface WaitOptions<S> {
  readonly schedule?: Schedule.Schedule<unknown, S | undefined> | undefined
  readonly timeout?: Duration.Input | undefined
  readonly notFoundGracePeriod?: Duration.Input | undefined
  readonly transientErrorTimeout?: Duration.Input | undefined
}

/** What a wait polls, and when it ends. */
export interface Options<S, E2> {
  /** the name of the operation in errors */
  readonly operation: string
  /** the initial state, if it is known; otherwise the wait starts with a poll */
  readonly initial: S | undefined
  readonly poll: (last: S | undefined) => Effect.Effect<S, DigitalOceanError>
  /** sleeps between polls; a batcher uses it to know when the next poll is due */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly isFinal: (state: S) => boolean
  readonly waitOptions: WaitOptions<S> & { readonly schedule: Schedule.Schedule<unknown, S | undefined> }
  readonly onNotFound: (progress: Progress<S>) => E2
  readonly onTimeout: (progress: Progress<S>) => E2
}

/** The validated durations of {@link WaitOptions}. */
interface Timeouts {
  readonly timeout: Duration.Duration
  readonly notFoundGracePeriod: Duration.Duration
  readonly transientErrorTimeout: Duration.Duration
}

const parseTimeouts = (
  {
    notFoundGracePeriod = "30 seconds",
    timeout = "24 hours",
    transientErrorTimeout = "10 minutes"
  }: WaitOptions<never>,
  operation: string
): Effect.Effect<Timeouts, DigitalOceanError> =>
  Effect.mapError(
    Effect.all({
      timeout: check("timeout", timeout),
      notFoundGracePeriod: check("notFoundGracePeriod", notFoundGracePeriod),
      transientErrorTimeout: check("transientErrorTimeout", transientErrorTimeout)
    }),
    (reason) => new DigitalOceanError({ operation, reason })
  )

/**
 * Streams the progress of a wait: at its start and after each poll, up to the final state. Only the schedule determines
 * when to poll. Elapsed time is monotonic. Interruption ends the request in progress.
 */
export const progress = <S, E2>(options: Options<S, E2>): Stream.Stream<Progress<S>, DigitalOceanError | E2> =>
  Stream.unwrap(Effect.as(countingWait(options.operation), polling(options)))

const polling = <S, E2>(options: Options<S, E2>): Stream.Stream<Progress<S>, DigitalOceanError | E2> =>
  Stream.fromPull(
    Effect.gen(function* () {
      const timeouts = yield* parseTimeouts(options.waitOptions, options.operation)
      const tick = yield* Schedule.toStep(options.waitOptions.schedule)
      const start = yield* Clock.monotonicTimeNanos
      let started = false
      let last: S | undefined
      let polls = 0
      let failingSince: Duration.Duration | undefined

      const elapsed = Effect.map(Clock.monotonicTimeNanos, (now) => Duration.millis(Number((now - start) / 1_000_000n)))
      const progress = Effect.map(
        elapsed,
        (elapsed): Progress<S> => ({
          last,
          elapsed,
          polls,
          failingFor: Duration.subtract(elapsed, failingSince ?? elapsed)
        })
      )
      const timedOut = Effect.flatMap(progress, (progress) => Effect.fail(options.onTimeout(progress)))
      const pause: Effect.Effect<void, E2> = Pull.matchEffect(
        Effect.flatMap(Clock.currentTimeMillis, (now) => tick(now, last)),
        {
          onSuccess: ([, duration]) => options.sleep(duration),
          onFailure: (cause: Cause.Cause<never>) => Effect.failCause(cause),
          onDone: () => timedOut
        }
      )

      const fail = (error: DigitalOceanError): Effect.Effect<void, DigitalOceanError | E2> =>
        Effect.flatMap(elapsed, (elapsed) => {
          // DigitalOcean's longest rate limit window is an hour
          const waitRetryAfter = Effect.sleep(Duration.min(error.retryAfter ?? Duration.zero, Duration.hours(1)))
          // an exhausted rate limit is waited out, and does not count as a failed poll
          if (error.reason._tag === "RateLimited" && error.retryAfter !== undefined) return waitRetryAfter
          failingSince ??= elapsed
          return Effect.flatMap(progress, (progress): Effect.Effect<void, DigitalOceanError | E2> => {
            switch (classifyFailure(error, progress, timeouts)) {
              case "transient":
                return waitRetryAfter
              case "not-found":
                return Effect.fail(options.onNotFound(progress))
              case "permanent":
                return Effect.fail(error)
            }
          })
        })
      const poll = Effect.suspend(() => {
        polls += 1
        return Effect.matchEffect(options.poll(last), {
          onSuccess: (state) =>
            Effect.sync(() => {
              failingSince = undefined
              // keep the reference of an equal state, as `changes` compares references
              if (last === undefined || !Equal.equals(state, last)) last = state
            }),
          onFailure: fail
        })
      })

      const step: Effect.Effect<Progress<S>, DigitalOceanError | E2> = Effect.suspend(() => {
        if (started) return Effect.andThen(pause, poll)
        started = true
        last = options.initial
        return last === undefined ? poll : Effect.void
      }).pipe(Effect.andThen(progress))

      return Effect.suspend((): Pull.Pull<readonly [Progress<S>], DigitalOceanError | E2> => {
        if (last !== undefined && options.isFinal(last)) return Cause.done()
        return Effect.flatMap(elapsed, (elapsed) =>
          Effect.map(
            Effect.timeoutOrElse(step, {
              duration: Duration.max(Duration.subtract(timeouts.timeout, elapsed), Duration.zero),
              orElse: () => timedOut
            }),
            (progress) => [progress] as const
          )
        )
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

/**
 * Classifies a failed poll. A transient failure skips the poll; a permanent one, or one that persists for too long,
 * ends the wait. After a successful poll, an unknown host, an invalid certificate, or a response that is not HTTP is a
 * transient network failure.
 */
const classifyFailure = <S>(
  error: DigitalOceanError,
  { elapsed, failingFor, last }: Progress<S>,
  { notFoundGracePeriod, transientErrorTimeout }: Timeouts
): "transient" | "not-found" | "permanent" => {
  switch (error.reason._tag) {
    case "NotFound":
      return Duration.isLessThan(elapsed, notFoundGracePeriod) ? "transient" : "not-found"
    case "Forbidden":
      return Duration.isLessThan(failingFor, notFoundGracePeriod) ? "transient" : "permanent"
    case "DecodeError":
    case "PaginationError":
    case "RateLimited":
      return Duration.isLessThan(failingFor, transientErrorTimeout) ? "transient" : "permanent"
    case "TransportError": {
      const isTransient = error.isRetryable || (last !== undefined && error.reason.phase !== "body")
      return isTransient && Duration.isLessThan(failingFor, transientErrorTimeout) ? "transient" : "permanent"
    }
    default:
      return error.isRetryable && Duration.isLessThan(failingFor, transientErrorTimeout) ? "transient" : "permanent"
  }
}
