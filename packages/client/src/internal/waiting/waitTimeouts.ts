import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { DigitalOceanError } from "../../DigitalOceanError.ts"
import { checkAll } from "../model/parseDuration.ts"

/** The timeouts of a wait; documented at `Actions.AwaitOptions`. */
export interface TimeoutOptions {
  readonly timeout?: Duration.Input | undefined
  readonly notFoundGracePeriod?: Duration.Input | undefined
  readonly transientErrorTimeout?: Duration.Input | undefined
}

/** The validated durations of {@link TimeoutOptions}. */
export type Timeouts = Readonly<Record<keyof TimeoutOptions, Duration.Duration>>

/** Validates the timeouts of a wait, and adds the defaults. */
export const parseTimeouts = (
  { notFoundGracePeriod = "30 seconds", timeout = "24 hours", transientErrorTimeout = "10 minutes" }: TimeoutOptions,
  operation: string
): Effect.Effect<Timeouts, DigitalOceanError> =>
  Effect.mapError(
    checkAll({ timeout, notFoundGracePeriod, transientErrorTimeout }),
    (reason) => new DigitalOceanError({ operation, reason })
  )

/** What a wait knows when a poll fails; times are in milliseconds. */
export interface Failing {
  readonly last: unknown
  /** the time since the first of the latest consecutive failures */
  readonly failingFor: number
  /** the time since the first of the latest consecutive 404 responses */
  readonly notFoundFor: number
}

/**
 * Classifies a failed poll. A transient failure skips the poll; a permanent one, or one that persists for too long,
 * ends the wait. After a successful poll, an unknown host, an invalid certificate, or a response that is not HTTP is a
 * transient network failure.
 */
export const classifyFailure = (
  { isRetryable, reason }: DigitalOceanError,
  { failingFor, last, notFoundFor }: Failing,
  { notFoundGracePeriod, transientErrorTimeout }: Timeouts
): "transient" | "not-found" | "permanent" => {
  if (reason._tag === "NotFound")
    return notFoundFor < Duration.toMillis(notFoundGracePeriod) ? "transient" : "not-found"
  const isForbidden = reason._tag === "Forbidden"
  const isTransient =
    isRetryable ||
    isForbidden ||
    reason._tag === "DecodeError" ||
    reason._tag === "PaginationError" ||
    reason._tag === "RateLimited" ||
    (reason._tag === "TransportError" && last !== undefined && reason.phase !== "body")
  return isTransient && failingFor < Duration.toMillis(isForbidden ? notFoundGracePeriod : transientErrorTimeout)
    ? "transient"
    : "permanent"
}
