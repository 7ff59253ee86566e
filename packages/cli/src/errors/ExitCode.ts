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
import * as Failures from "./Failures.ts"
import { JobFailed } from "./StoredJobs.ts"

export const done = 0
export const failed = 1
export const usage = 2
export const someFailed = 3
export const notFound = 4
export const notAuthorised = 5
export const rateLimited = 6
export const timedOut = 7
export const hungUp = 129
export const interrupted = 130
export const brokenPipe = 141
export const terminated = 143

/** The signals that end doimg in good order, and what it exits with. */
export const ofSignal = { SIGHUP: hungUp, SIGINT: interrupted, SIGTERM: terminated } as const

/** What each failure of doimg and of the jobs means, by its tag. */
const byTag: Readonly<Record<string, number>> = {
  UsageError: usage,
  BadInputFile: usage,
  UnknownColumn: usage,
  AmbiguousImageName: usage,
  AmbiguousName: usage,
  InvalidPreserve: usage,
  InvalidRelease: usage,
  InvalidSeries: usage,
  InvalidSnapshot: usage,
  InvalidRetention: usage,
  InvalidSchedule: usage,
  NoSuchImage: notFound,
  NoSuchDroplet: notFound,
  NoSuchJob: notFound,
  NoSuchSchedule: notFound,
  NoToken: notAuthorised,
  TagsNotVisible: notAuthorised,
  UnknownAccount: notAuthorised,
  DatabaseRefused: notAuthorised,
  NotStopped: timedOut,
  TimedOut: timedOut
}

/**
 * The code for one failure.
 *
 * @since 0.1.0
 */
export const ofError = (error: unknown): number => {
  if (CliError.isCliError(error)) return error._tag === "ShowHelp" && error.errors.length === 0 ? done : usage
  if (Predicate.hasProperty(error, "isUnfinished") && error.isUnfinished === true) return timedOut
  if (error instanceof Actions.ActionNotFound) return notFound
  if (error instanceof Failures.SomeFailed) return ofSeveral(error.failures)
  if (error instanceof JobFailed) return byTag[error.reason] ?? failed
  if (DigitalOceanError.isDigitalOceanError(error)) return ofReason(error.reason)
  const tag = Predicate.hasProperty(error, "_tag") ? String(error._tag) : ""
  return byTag[tag] ?? failed
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
