import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { DigitalOceanError } from "../../DigitalOceanError.ts"
import { check } from "../model/parseDuration.ts"

/** The timeouts of a wait; documented at `Actions.AwaitOptions`. */
export interface TimeoutOptions {
  readonly timeout?: Duration.Input | undefined
  readonly notFoundGracePeriod?: Duration.Input | undefined
  readonly transientErrorTimeout?: Duration.Input | undefined
}

/** The validated durations of {@link TimeoutOptions}. */
export interface Timeouts {
  readonly timeout: Duration.Duration
  readonly notFoundGracePeriod: Duration.Duration
  readonly transientErrorTimeout: Duration.Duration
}

/** Validates the timeouts of a wait, and adds the defaults. */
export const parseTimeouts = (
  { notFoundGracePeriod = "30 seconds", timeout = "24 hours", transientErrorTimeout = "10 minutes" }: TimeoutOptions,
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

/** What a wait knows when a poll fails. */
export interface Failing {
  readonly last: unknown
  readonly elapsed: Duration.Duration
  /** the time since the first of the latest consecutive failures */
  readonly failingFor: Duration.Duration
}

/**
 * Classifies a failed poll. A transient failure skips the poll; a permanent one, or one that persists for too long,
 * ends the wait. After a successful poll, an unknown host, an invalid certificate, or a response that is not HTTP is a
 * transient network failure.
 */
export const classifyFailure = (
  error: DigitalOceanError,
  { elapsed, failingFor, last }: Failing,
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
