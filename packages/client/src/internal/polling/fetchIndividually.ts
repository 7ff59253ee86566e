import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { isOfToken } from "../rateLimit/requestQueue.ts"

/**
 * The concurrency of individual fetches, and the largest batch that is fetched individually as soon as its list fails.
 */
export const maxIndividual = 8

/** Whether a failure applies to all requests of the token (401, or a 429 of the minute or the hour). */
export const affectsToken = ({ reason }: DigitalOceanError): boolean =>
  reason._tag === "Unauthorized" || (reason._tag === "RateLimited" && isOfToken(reason))

/**
 * Fetches each item with its own request, several concurrently. After repeated transient failures, or one that affects
 * the token, the remaining items fail with the same error, and no requests are sent for them.
 */
export const fetchIndividually = <A>(
  items: Iterable<A>,
  fetch: (item: A) => Effect.Effect<void, DigitalOceanError>,
  reject: (item: A, error: DigitalOceanError) => void
): Effect.Effect<void> => {
  let failures = 0
  let error: DigitalOceanError | undefined
  return Effect.forEach(
    [...items],
    (item) =>
      Effect.suspend(() => {
        if (error !== undefined && (failures >= maxIndividual || affectsToken(error))) {
          reject(item, error)
          return Effect.void
        }
        return Effect.match(fetch(item), {
          onSuccess: () => {
            failures = 0
          },
          onFailure: (reason) => {
            failures = isTransient(reason) ? failures + 1 : 0
            error = reason
            reject(item, reason)
          }
        })
      }),
    { concurrency: maxIndividual, discard: true }
  )
}

/**
 * Returns how many failures of a list in a row it takes before a large batch is fetched individually. A wait tolerates
 * transient failures and one 403. Any other failure is specific to the list, and does not affect individual requests.
 */
export const failuresBeforeFallback = (error: DigitalOceanError): number => {
  if (isTransient(error)) return 3
  return error.reason._tag === "Forbidden" ? 2 : 1
}

/** A body that is not JSON is a failure of the service; JSON that cannot be decoded is specific to the resource. */
const isTransient = ({ isRetryable, reason }: DigitalOceanError): boolean =>
  isRetryable || (reason._tag === "DecodeError" && reason.notJson === true)
