import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"

/** A deletion that may take a resource that does not exist for a deleted one. */
export const ignoreMissing = (
  request: Effect.Effect<void, DigitalOceanError>,
  options: { readonly ignoreMissing?: boolean | undefined } | undefined
): Effect.Effect<void, DigitalOceanError> =>
  options?.ignoreMissing === true
    ? Effect.catchReason(request, "DigitalOceanError", "NotFound", () => Effect.void)
    : request
