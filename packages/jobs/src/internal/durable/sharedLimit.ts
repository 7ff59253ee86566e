import { SharedRateLimit } from "@effect-digitalocean/client/SharedRateLimit"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** A full window, and the milliseconds until it has capacity again. */
export interface Refused {
  readonly window: "minute" | "hour"
  readonly limit: number
  readonly wait: number
}

/** How many requests a token may send. */
export interface Limits {
  readonly minute: number
  readonly hour: number
}

/**
 * A rate limit over a store that counts a request, or fails with what is wrong with the store. While it is away nothing is
 * granted: each request tries it again every second.
 */
export const waiting = (
  store: string,
  count: (key: string, limits: Limits) => Effect.Effect<Refused | undefined, string>
): SharedRateLimit["Service"] => {
  let isAway = false
  const away = (problem: string, limits: Limits) =>
    Effect.suspend(() => {
      const isKnown = isAway
      isAway = true
      const warning = `the shared rate limit is not available, requests wait until it is: ${problem}`
      const refused: Refused = { window: "minute", limit: limits.minute, wait: 1000 }
      return Effect.as(isKnown ? Effect.void : Effect.logWarning(warning), refused)
    })
  return SharedRateLimit.of({
    take: (key, limits) =>
      // an operation that does not respond cannot be interrupted: it is left alone, and may count a request too many
      Effect.forkDetach(count(key, limits)).pipe(
        Effect.flatMap(Fiber.join),
        Effect.tap(() =>
          Effect.sync(() => {
            isAway = false
          })
        ),
        Effect.timeoutOrElse({
          duration: "1500 millis",
          orElse: () => away(`the ${store} does not respond`, limits)
        }),
        Effect.catch((problem) => away(problem, limits))
      )
  })
}
