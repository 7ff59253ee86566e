import * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"

/** The schemas of the errors with which a request, or a wait for an action, can fail. */
export const waitErrors = [
  DigitalOceanError,
  Actions.ActionErrored,
  Actions.ActionNotFound,
  Actions.ActionTimedOut
] as const
