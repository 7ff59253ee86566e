import * as Effect from "effect/Effect"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"

/** So many are fetched alone at once, and so few are fetched alone at once when their list fails. */
export const few = 8

/** True of a failure that says nothing of the request it answered, and so holds for every other request too. */
export const isOfAll = ({ reason }: DigitalOceanError): boolean =>
  reason._tag === "Unauthorized" ||
  (reason._tag === "RateLimited" && (reason.window === "minute" || reason.window === "hour"))

/**
 * Fetches each alone, a few at once. When nothing but failures that pass comes back, or one that is of all, the rest take
 * it for their own: they need not be sent to know.
 */
export const singly = <A>(
  all: Iterable<A>,
  fetch: (one: A) => Effect.Effect<void, DigitalOceanError>,
  refuse: (one: A, error: DigitalOceanError) => void
): Effect.Effect<void> => {
  let failures = 0
  let error: DigitalOceanError | undefined
  return Effect.forEach(
    [...all],
    (one) =>
      Effect.suspend(() => {
        if (error !== undefined && (failures >= few || isOfAll(error))) {
          refuse(one, error)
          return Effect.void
        }
        return Effect.match(fetch(one), {
          onSuccess: () => {
            failures = 0
          },
          onFailure: (reason) => {
            failures = passes(reason) ? failures + 1 : 0
            error = reason
            refuse(one, reason)
          }
        })
      }),
    { concurrency: few, discard: true }
  )
}

/**
 * How often in a row a list fails like this before many are fetched alone. Each wait survives what passes, and one 403;
 * any other failure is the list's own, and says nothing of what it would show.
 */
export const patience = (error: DigitalOceanError): number => {
  if (passes(error)) return 3
  return error.reason._tag === "Forbidden" ? 2 : 1
}

/** A body that is not JSON is a failure of the service; JSON that cannot be decoded is one of the resource it shows. */
const passes = ({ isRetryable, reason }: DigitalOceanError): boolean =>
  isRetryable || (reason._tag === "DecodeError" && reason.notJson === true)
