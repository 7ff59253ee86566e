/**
 * A failure in one line: what failed, why, and what to do next, with DigitalOcean's id of the request.
 *
 * @since 0.1.0
 */
import * as Actions from "@effect-digitalocean/client/Actions"
import * as DigitalOceanError from "@effect-digitalocean/client/DigitalOceanError"
import * as Predicate from "effect/Predicate"
import * as Secrets from "../text/Secrets.ts"
import * as TransportFailure from "./TransportFailure.ts"
import * as Text from "../text/Text.ts"
import * as Wording from "./Wording.ts"

/**
 * The line, with the program's name before it, and an item's where there were several.
 *
 * @since 0.1.0
 */
export const line = (error: unknown, label?: string): string => Text.message(`doimg: ${message(error, label)}`)

/**
 * The line without the program's name.
 *
 * @since 0.1.0
 */
export const message = (error: unknown, label?: string): string => {
  const text = describe(error)
  return Text.message(label === undefined || text.includes(label) ? text : `${label}: ${text}`)
}

const longest = Text.longestMessage - 500

const describe = (error: unknown): string => {
  if (error instanceof Actions.ActionTimedOut) return `${error.message}: "doimg wait ${error.id}" goes on`
  // cut before the advice, which is what helps
  const message = Text.bounded(Secrets.remove(messageOf(error)), longest)
  const advice = DigitalOceanError.isDigitalOceanError(error) ? adviceOn(error) : ""
  return advice === "" ? message : `${message.replace(/[.:]?$/, "")}: ${advice}`
}

/** The message of an error, with what is the client's or a job's own in the words of the command line. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (DigitalOceanError.isDigitalOceanError(error)) {
    if (error.reason._tag === "InvalidInput") return `${Wording.flagOf(error.reason.field)}: ${error.reason.problem}`
    return Wording.failed(error.operation) + error.message.slice(error.operation.length)
  }
  const isOfField = Predicate.hasProperty(error, "isInvalidInput") && Predicate.hasProperty(error, "field")
  if (!isOfField || !Predicate.hasProperty(error, "problem")) return error.message
  return `${Wording.flagOf(String(error.field))}: ${String(error.problem)}`
}

const adviceOn = (error: DigitalOceanError.DigitalOceanError): string => {
  const { reason } = error
  switch (reason._tag) {
    case "Unauthorized":
      return '"doimg auth status" says which token is used'
    case "Forbidden":
      return '"doimg auth status" says which token is used, and the control panel which scopes it has'
    case "NotFound":
      return "there is no such thing, or this token may not see it"
    case "TransportError":
      return error.outcome === "unknown" && error.method === "POST"
        ? 'look with "doimg actions" or "doimg list" before you send it again'
        : TransportFailure.advice(reason)
    case "ServerError":
      return error.method === "POST"
        ? 'look with "doimg actions" or "doimg list" before you send it again'
        : "run it again a little later"
    case "DecodeError":
      return Predicate.isTagged(reason, "DecodeError") ? "is --api-url that of DigitalOcean's API?" : ""
    case "PaginationError":
      return "run it again"
    default:
      return ""
  }
}
