/**
 * Classifies requests that DigitalOcean rejected, for which only the text of the error message contains the reason.
 *
 * All 422 responses have the same status and the same `id`. This module contains the only table of known messages,
 * which come from public reports. The table is not complete: `kindOf` returns `undefined` for an unknown message. Do
 * not create or delete anything because of an unknown message.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "./DigitalOceanError.ts"

/**
 * The known kinds of rejected requests.
 *
 * **Details**
 *
 * - `busy`: an action is in progress on the resource, and nothing was started. Retry when it is done.
 * - `powered-on`: the Droplet must be powered off first. Also returned for a while after a completed `power_off`,
 *   because the Droplet's status lags behind the action.
 * - `already-off`, `already-on`: the Droplet already has that power state
 * - `limit`: the account has reached its limit of images or snapshots
 * - `invalid-image`: a Droplet cannot be created from that image
 * - `already-there`: the region already has the image
 * - `backup`: backups cannot be transferred
 * - `deleted`: the image is already deleted
 *
 * @category models
 * @since 0.1.0
 */
export type Kind =
  | "busy"
  | "powered-on"
  | "already-off"
  | "already-on"
  | "limit"
  | "invalid-image"
  | "already-there"
  | "backup"
  | "deleted"

const texts: ReadonlyArray<readonly [RegExp, Kind]> = [
  [/\b(pending|blocking) event/i, "busy"],
  [/currently in progress on this resource/i, "busy"],
  [/is currently on\b.*\bpower it off/i, "powered-on"],
  [/\balready (powered|turned) off\b/i, "already-off"],
  [/\balready (powered|turned) on\b/i, "already-on"],
  [/\b(snapshot|image) limit\b/i, "limit"],
  [/\binvalid image\b/i, "invalid-image"],
  [/already available in this region/i, "already-there"],
  [/backups can ?not be transf/i, "backup"],
  [/already deleted image/i, "deleted"]
]

/**
 * Returns the kind of a rejected request (409 or 422), or `undefined` for another error or an unknown message.
 *
 * @category getters
 * @since 0.1.0
 */
export const kindOf = ({ reason }: DigitalOceanError): Kind | undefined =>
  reason._tag === "UnprocessableEntity" || reason._tag === "Conflict"
    ? texts.find(([text]) => text.test(reason.detail))?.[1]
    : undefined
