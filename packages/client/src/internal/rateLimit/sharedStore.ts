import * as Duration from "effect/Duration"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { RateLimiterError, RateLimiterStore } from "effect/persistence/RateLimiter"
import { redact } from "../../Redaction.ts"
import { monotonic } from "./monotonic.ts"
import type { Limits, Refusal } from "./slidingWindow.ts"

/** Counts the requests of several processes; without an answer for two seconds it is left alone for ten. */
export interface SharedStore {
  readonly take: (limits: Limits) => Effect.Effect<Refusal | undefined>
}

/**
 * The windows of a token in the `RateLimiterStore` of the context, such as Effect's on Redis. Its windows are fixed, not
 * sliding, so each process keeps its own sliding ones besides; when the store fails, those are all there is.
 */
export const make = (store: RateLimiterStore["Service"], key: string): SharedStore => {
  let downUntil = Number.NEGATIVE_INFINITY
  const window = (name: "minute" | "hour", limit: number): Effect.Effect<Refusal | undefined, RateLimiterError> =>
    Effect.map(
      store.fixedWindow({
        key: `${key}:${name}`,
        tokens: 1,
        refillRate: Duration.millis((name === "minute" ? 60_000 : 3_600_000) / limit),
        limit
      }),
      ([count, ttl]) => (count > limit ? { window: name, limit, wait: Math.max(1, ttl) } : undefined)
    )
  // the address of a store can have its password
  const down = (why: string): Effect.Effect<undefined> =>
    Effect.clockWith((clock) => {
      downUntil = monotonic(clock) + 10_000
      return Effect.as(
        Effect.logWarning("the shared rate limit store does not answer; this process counts alone", redact(why)),
        undefined
      )
    })
  return {
    take: (limits) =>
      Effect.clockWith((clock) =>
        monotonic(clock) < downUntil
          ? Effect.succeed(undefined)
          : Effect.flatMap(window("minute", limits.minute), (refusal) =>
              refusal === undefined ? window("hour", limits.hour) : Effect.succeed(refusal)
            ).pipe(
              Effect.timeoutOrElse({ duration: "2 seconds", orElse: () => down("no answer within 2 seconds") }),
              Effect.catchCause((cause) => down(Cause.pretty(cause)))
            )
      )
  }
}
