import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { formatDuration } from "../model/formatDuration.ts"

/** The fields of every error that represents an HTTP status. */
export const statusFields = {
  /** the HTTP status */
  status: Schema.Int,
  /** DigitalOcean's name of the error, such as `not_found`; empty if the body does not contain one */
  id: Schema.String,
  /** DigitalOcean's message, or the start of a body that does not have DigitalOcean's format, such as HTML */
  detail: Schema.String,
  /** the id of the request, to quote in a ticket to DigitalOcean's support */
  requestId: Schema.optionalKey(Schema.String)
}

/** The message of such an error. */
export const statusMessage = (self: { readonly status: number; readonly detail: string }): string =>
  self.detail === "" ? `HTTP ${self.status}` : `HTTP ${self.status}: ${self.detail}`

/** When to retry, if the response says so. */
export const retryHint = (retryAfter: Duration.Duration | undefined): string =>
  retryAfter === undefined ? "" : ` Try again in ${formatDuration(retryAfter)}.`
