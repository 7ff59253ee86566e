import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"

/** Turns a 404 of a DELETE into a success if `ignoreMissing` is set. */
export const ignoreMissing = (
  request: Effect.Effect<void, DigitalOceanError>,
  options: { readonly ignoreMissing?: boolean | undefined } | undefined
): Effect.Effect<void, DigitalOceanError> =>
  options?.ignoreMissing === true
    ? Effect.catchReason(request, "DigitalOceanError", "NotFound", () => Effect.void)
    : request
