/**
 * One rate limit for each token, shared by all processes that use the same `RateLimiterStore`, such as Effect's on Redis: for
 * runners beside whose Postgres there is a Redis. `PgRateLimit` needs no other server, and grants more requests.
 *
 * A client that finds a `RateLimiterStore` itself counts alone while it is away; with this layer between them, requests wait
 * until it is back.
 *
 * @since 0.1.0
 */
import { SharedRateLimit } from "@effect-digitalocean/client/SharedRateLimit"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RateLimiterStore } from "effect/persistence/RateLimiter"
import { type Limits, type Refused, waiting } from "../internal/durable/sharedLimit.ts"

/**
 * A rate limit over the store in the context.
 *
 * **Details**
 *
 * Two token buckets for each token of DigitalOcean, for the minute and the hour, which no runner can exceed in any window that
 * slides: a fifth of the limit is their capacity, and four fifths flow in during the window. So of 245 requests a minute 196
 * are granted continuously. A request that only the hour refuses is counted in the minute.
 *
 * The store counts with the clocks of the processes: keep them synchronized.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<SharedRateLimit["Service"], never, RateLimiterStore> = Effect.map(
  RateLimiterStore,
  (store) => {
    const take = (key: string, window: keyof Limits, limit: number): Effect.Effect<Refused | undefined, string> => {
      const capacity = Math.max(1, Math.floor(limit / 5))
      const refill = millisOf[window] / Math.max(1, limit - capacity)
      return Effect.mapBoth(
        store.tokenBucket({
          key: `${key}:${window}:bucket`,
          tokens: 1,
          limit: capacity,
          refillRate: Duration.millis(refill),
          allowOverflow: false
        }),
        {
          // the error can contain the address of the store, and with it a password
          onFailure: ({ reason }) => `the store reports an error (${reason._tag})`,
          onSuccess: ([remaining, elapsed]) =>
            remaining >= 0 ? undefined : { window, limit, wait: Math.max(1, Math.ceil(refill * -remaining - elapsed)) }
        }
      )
    }
    return waiting("store", (key, limits) =>
      Effect.flatMap(take(key, "minute", limits.minute), (refused) =>
        refused === undefined ? take(key, "hour", limits.hour) : Effect.succeed(refused)
      )
    )
  }
)

/**
 * A rate limit over the store in the context, to be provided beneath clients of DigitalOcean, or beneath `JobAccounts`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<SharedRateLimit, never, RateLimiterStore> = Layer.effect(SharedRateLimit, make)

const millisOf = { minute: 60_000, hour: 3_600_000 }
