import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** The fields of every error that a status stands for. */
export const answer = {
  /** the HTTP status */
  status: Schema.Int,
  /** DigitalOcean's name of the error, such as `not_found`; empty when the body named none */
  id: Schema.String,
  /** DigitalOcean's sentence, or the beginning of a body that is no error of DigitalOcean's (HTML, say) */
  detail: Schema.String,
  /** quote it when you write to DigitalOcean's support */
  requestId: Schema.optionalKey(Schema.String)
}

/** What such an error says. */
export const sentence = (self: { readonly status: number; readonly detail: string }): string =>
  self.detail === "" ? `HTTP ${self.status}` : `HTTP ${self.status}: ${self.detail}`

/** When to come back, where the response says so. */
export const comeBack = (retryAfter: Duration.Duration | undefined): string =>
  retryAfter === undefined ? "" : ` Try again in ${Duration.format(retryAfter)}.`
