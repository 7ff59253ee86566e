/**
 * What `doimg` exits with, so that a script can tell failures apart.
 *
 * | code | meaning |
 * |---|---|
 * | 0 | done |
 * | 1 | failed |
 * | 2 | the command line was wrong |
 * | 3 | some of several items failed, for different reasons |
 * | 4 | not found |
 * | 5 | not authorised: 401, 403, or no token |
 * | 6 | rate limited |
 * | 7 | timed out |
 * | 129 | ended by SIGHUP: the terminal was closed |
 * | 130 | ended by SIGINT: Ctrl-C |
 * | 141 | finished, but stdout was closed before the result was written (a command that changes something) |
 * | 143 | ended by SIGTERM |
 *
 * From 129 on they are 128 and the number of the signal, as a shell reports them. A command that only reads ends with 0
 * when stdout is closed early, as in `doimg list | head -1`: its reader had enough. A failure keeps its own code.
 *
 * @since 0.1.0
 */
import * as Actions from "@effect-digitalocean/client/Actions"
import * as DigitalOceanError from "@effect-digitalocean/client/DigitalOceanError"
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import { exitCodes } from "./exitCodes.ts"
import * as Failures from "./Failures.ts"
import { JobFailed } from "./StoredJobs.ts"

export const {
  brokenPipe,
  done,
  failed,
  hungUp,
  interrupted,
  notAuthorised,
  notFound,
  rateLimited,
  someFailed,
  terminated,
  timedOut,
  usage
} = exitCodes

/** The signals that end doimg in good order, and what it exits with. */
export const ofSignal = { SIGHUP: hungUp, SIGINT: interrupted, SIGTERM: terminated } as const

/** What the errors of the jobs mean of which a stored job keeps the tag alone. */
const byReason: Readonly<Record<string, number>> = {
  AmbiguousName: usage,
  InvalidPreserve: usage,
  InvalidRelease: usage,
  InvalidSeries: usage,
  InvalidSnapshot: usage,
  InvalidRetention: usage,
  TagsNotVisible: notAuthorised,
  UnknownAccount: notAuthorised
}

/**
 * The code for one failure.
 *
 * @since 0.1.0
 */
export const ofError = (error: unknown): number => {
  if (CliError.isCliError(error)) return error._tag === "ShowHelp" && error.errors.length === 0 ? done : usage
  if (Predicate.hasProperty(error, "exitCode") && Predicate.isNumber(error.exitCode)) return error.exitCode
  const is = (property: string) => Predicate.hasProperty(error, property) && error[property] === true
  if (is("isUnfinished")) return timedOut
  if (is("isInvalidInput")) return usage
  if (is("isForbidden")) return notAuthorised
  if (is("isNotFound")) return notFound
  if (error instanceof Actions.ActionNotFound) return notFound
  if (error instanceof Failures.SomeFailed) return ofSeveral(error.failures)
  if (error instanceof JobFailed) return byReason[error.reason] ?? failed
  return DigitalOceanError.isDigitalOceanError(error) ? ofReason(error.reason) : failed
}

/**
 * The code for a program's end.
 *
 * @since 0.1.0
 */
export const ofExit = (exit: Exit.Exit<unknown, unknown>): number => {
  if (Exit.isSuccess(exit)) return done
  return Cause.hasInterruptsOnly(exit.cause) ? interrupted : ofError(Cause.squash(exit.cause))
}

/** Failures alike keep their code. */
const ofSeveral = (failures: ReadonlyArray<unknown>): number => {
  const codes = new Set(failures.map(ofError))
  const [only = failed] = codes
  return codes.size === 1 ? only : someFailed
}

const ofReason = (reason: DigitalOceanError.Reason): number => {
  switch (reason._tag) {
    case "InvalidInput":
      return reason.field === "token" ? notAuthorised : usage
    case "Unauthorized":
    case "Forbidden":
      return notAuthorised
    case "NotFound":
      return notFound
    case "RateLimited":
      return rateLimited
    case "TransportError":
      return reason.code === "ETIMEDOUT" ? timedOut : failed
    default:
      return failed
  }
}
