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
 * | 130 | interrupted |
 *
 * @since 0.1.0
 */
import { Actions, DigitalOceanError, Images } from "@effect-digitalocean/client"
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as Exit from "effect/Exit"
import { BadInputFile } from "./InputFile.ts"

export const done = 0
export const failed = 1
export const usage = 2
export const someFailed = 3
export const notFound = 4
export const notAuthorised = 5
export const rateLimited = 6
export const timedOut = 7
export const interrupted = 130

/**
 * The code for one failure.
 *
 * @since 0.1.0
 */
export const ofError = (error: unknown): number => {
  if (CliError.isCliError(error)) return error._tag === "ShowHelp" && error.errors.length === 0 ? done : usage
  if (error instanceof BadInputFile) return usage
  if (error instanceof Actions.ActionTimedOut || error instanceof Images.ImageTimedOut) return timedOut
  if (error instanceof Actions.ActionGone) return notFound
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
