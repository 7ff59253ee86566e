import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { DigitalOceanError } from "../../DigitalOceanError.ts"
import { check } from "../model/parseDuration.ts"
import { waitsInProgress } from "../pipeline/metering.ts"

/** How a wait stands: the last state, if any was seen, how long it has lasted and how often it asked. */
export interface Progress<S> {
  readonly last: S | undefined
  readonly elapsed: Duration.Duration
  readonly polls: number
  /** for how long polls have failed, since the first after the last that did not */
  readonly failing: Duration.Duration
}

/** A user's part of a wait; documented at `Actions.AwaitOptions`. */
export interface WaitOptions<S> {
  readonly schedule?: Schedule.Schedule<unknown, S | undefined> | undefined
  readonly timeout?: Duration.Input | undefined
  readonly notFoundGracePeriod?: Duration.Input | undefined
  readonly transientErrorTimeout?: Duration.Input | undefined
}

/** What a wait waits for. */
export interface Options<S, E2> {
  /** the name in errors */
  readonly operation: string
  /** a state that is known already, and so is not asked for */
  readonly initial: S | undefined
  readonly poll: (last: S | undefined) => Effect.Effect<S, DigitalOceanError>
  /** sleeps between polls, and may tell others that one is coming */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly isLast: (state: S) => boolean
  readonly patience: WaitOptions<S> & { readonly schedule: Schedule.Schedule<unknown, S | undefined> }
  readonly onGone: (progress: Progress<S>) => E2
  readonly onTimeout: (progress: Progress<S>) => E2
}

/** How long a wait may last, checked. */
interface Limits {
  readonly timeout: Duration.Duration
  readonly notFoundGracePeriod: Duration.Duration
  readonly transientErrorTimeout: Duration.Duration
}

const limitsOf = (
  {
    notFoundGracePeriod = "30 seconds",
    timeout = "24 hours",
    transientErrorTimeout = "10 minutes"
  }: WaitOptions<never>,
  operation: string
): Effect.Effect<Limits, DigitalOceanError> =>
  Effect.mapError(
    Effect.all({
      timeout: check("timeout", timeout),
      notFoundGracePeriod: check("notFoundGracePeriod", notFoundGracePeriod),
      transientErrorTimeout: check("transientErrorTimeout", transientErrorTimeout)
    }),
    (reason) => new DigitalOceanError({ operation, reason })
  )

/**
 * The progress of a wait: at its start and after each poll, up to the last state. The schedule alone decides when to poll;
 * time is monotonic; an interruption ends the request in progress and sends no other.
 */
export const steps = <S, E2>(options: Options<S, E2>): Stream.Stream<Progress<S>, DigitalOceanError | E2> => {
  const waits = waitsInProgress(options.operation)
  const counted = Effect.acquireRelease(Metric.modify(waits, 1), () => Metric.modify(waits, -1))
  return Stream.unwrap(Effect.as(counted, polling(options)))
}

const polling = <S, E2>(options: Options<S, E2>): Stream.Stream<Progress<S>, DigitalOceanError | E2> =>
  Stream.fromPull(
    Effect.gen(function* () {
      const limits = yield* limitsOf(options.patience, options.operation)
      const tick = yield* Schedule.toStep(options.patience.schedule)
      const start = yield* Clock.monotonicTimeNanos
      let begun = false
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
          failing: Duration.subtract(elapsed, failingSince ?? elapsed)
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
          // no window of DigitalOcean's is longer than an hour
          const comeBack = Effect.sleep(Duration.min(error.retryAfter ?? Duration.zero, Duration.hours(1)))
          // a rate limit that is exhausted is waited for, and says nothing of the poll
          if (error.reason._tag === "RateLimited" && error.retryAfter !== undefined) return comeBack
          failingSince ??= elapsed
          return Effect.flatMap(progress, (progress): Effect.Effect<void, DigitalOceanError | E2> => {
            switch (verdict(error, progress, limits)) {
              case "passes":
                return comeBack
              case "gone":
                return Effect.fail(options.onGone(progress))
              case "fatal":
                return Effect.fail(error)
            }
          })
        })
      const ask = Effect.suspend(() => {
        polls += 1
        return Effect.matchEffect(options.poll(last), {
          onSuccess: (state) =>
            Effect.sync(() => {
              failingSince = undefined
              // an equal state is the one that was told
              if (last === undefined || !Equal.equals(state, last)) last = state
            }),
          onFailure: fail
        })
      })

      const step: Effect.Effect<Progress<S>, DigitalOceanError | E2> = Effect.suspend(() => {
        if (begun) return Effect.andThen(pause, ask)
        begun = true
        last = options.initial
        return last === undefined ? ask : Effect.void
      }).pipe(Effect.andThen(progress))

      return Effect.suspend((): Pull.Pull<readonly [Progress<S>], DigitalOceanError | E2> => {
        if (last !== undefined && options.isLast(last)) return Cause.done()
        return Effect.flatMap(elapsed, (elapsed) =>
          Effect.map(
            Effect.timeoutOrElse(step, {
              duration: Duration.max(Duration.subtract(limits.timeout, elapsed), Duration.zero),
              orElse: () => timedOut
            }),
            (progress) => [progress] as const
          )
        )
      })
    })
  )

/** The states of something that changes elsewhere, each once, up to the last. */
export const states = <S, E2>(options: Options<S, E2>): Stream.Stream<S, DigitalOceanError | E2> =>
  steps(options).pipe(
    Stream.filterMap(({ last }) => (last === undefined ? Result.failVoid : Result.succeed(last))),
    Stream.changesWith((a, b) => a === b)
  )

/** Waits for the last state. */
export const last = <S, E2>(options: Options<S, E2>): Effect.Effect<S, DigitalOceanError | E2> =>
  Effect.flatMap(
    Stream.runLast(states(options)),
    Option.match({
      onNone: () => Effect.die(new Error("a wait ends with a state or a failure")),
      onSome: (state) => Effect.succeed(state)
    })
  )

/**
 * A transient failure costs a tick; one that stays, or goes on for too long, ends the wait. Where a poll has been answered
 * before, a host that is not found, a certificate that is not valid, or what is not HTTP, is the network's trouble of the moment.
 */
const verdict = <S>(
  error: DigitalOceanError,
  { elapsed, failing, last }: Progress<S>,
  { notFoundGracePeriod, transientErrorTimeout }: Limits
): "passes" | "gone" | "fatal" => {
  switch (error.reason._tag) {
    case "NotFound":
      return Duration.isLessThan(elapsed, notFoundGracePeriod) ? "passes" : "gone"
    case "Forbidden":
      return Duration.isLessThan(failing, notFoundGracePeriod) ? "passes" : "fatal"
    case "DecodeError":
    case "PaginationError":
    case "RateLimited":
      return Duration.isLessThan(failing, transientErrorTimeout) ? "passes" : "fatal"
    case "TransportError": {
      const isTransient = error.isRetryable || (last !== undefined && error.reason.phase !== "body")
      return isTransient && Duration.isLessThan(failing, transientErrorTimeout) ? "passes" : "fatal"
    }
    default:
      return error.isRetryable && Duration.isLessThan(failing, transientErrorTimeout) ? "passes" : "fatal"
  }
}
