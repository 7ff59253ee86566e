/**
 * A rate limit of a token that several processes share, as a service beneath a client: for stores that do more than
 * Effect's `RateLimiterStore`, for example with windows that slide, or that let requests wait while the store is away.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * Counts the requests of all processes.
 *
 * **Details**
 *
 * A client uses it, if it is in the context in which the client is made, instead of a `RateLimiterStore`. It calls `take`
 * before each request that its own limits allow, one at a time. `key` contains a digest of the token and of the base URL,
 * never the token.
 *
 * `take` counts the request and returns undefined, or returns which window is full, and in how many milliseconds to try
 * again; then the requests of the token are queued until that time. It has to return within two seconds, and decides what
 * happens while the store is away: with undefined, each process enforces only its own limits; with a window, requests wait.
 *
 * @category services
 * @since 0.1.0
 */
export class SharedRateLimit extends Context.Service<
  SharedRateLimit,
  {
    /** Counts a request of a token; returns the full window and how long to wait instead, if a limit is exceeded. */
    readonly take: (
      key: string,
      limits: { readonly minute: number; readonly hour: number }
    ) => Effect.Effect<
      { readonly window: "minute" | "hour"; readonly limit: number; readonly wait: number } | undefined
    >
  }
>()("@effect-digitalocean/client/SharedRateLimit") {}
