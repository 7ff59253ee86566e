/**
 * Why DigitalOcean refused a request, where only the text of its message says so.
 *
 * A 422 has the same status and the same `id` whatever the reason. This module holds the one table of known texts, from
 * public reports. The table is open: `kindOf` returns `undefined` for a text that it does not know, and an unknown text
 * is never a reason to create or to delete something.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "./DigitalOceanError.ts"

/**
 * The kinds of refusals that are known.
 *
 * **Details**
 *
 * - `busy`: an action is in progress on the resource, and nothing was started. Try again once it has ended.
 * - `powered-on`: the Droplet has to be powered off first. Also returned for a while after a completed `power_off`,
 *   because the Droplet's status lags behind the action.
 * - `already-off`, `already-on`: the Droplet has that power state
 * - `limit`: the account has reached its number of images or snapshots
 * - `invalid-image`: a Droplet cannot be created from that image
 * - `already-there`: the image is available in that region already
 * - `backup`: backups cannot be transferred
 * - `deleted`: the image is deleted already
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
 * Returns the kind of a refusal (409 or 422), or `undefined` when the error is not one or its text is not known.
 *
 * @category getters
 * @since 0.1.0
 */
export const kindOf = ({ reason }: DigitalOceanError): Kind | undefined =>
  reason._tag === "UnprocessableEntity" || reason._tag === "Conflict"
    ? texts.find(([text]) => text.test(reason.detail))?.[1]
    : undefined
