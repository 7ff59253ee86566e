import * as Duration from "effect/Duration"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { type RateLimiterError, RateLimiterStore } from "effect/persistence/RateLimiter"
import { redact } from "../../Redaction.ts"
import { SharedRateLimit } from "../../SharedRateLimit.ts"
import { monotonic } from "./monotonic.ts"
import type { Limits, Refusal } from "./slidingWindow.ts"

/** How many milliseconds a store may take. */
export const storeTimeout = 2000

/** Counts the requests of several processes. */
export interface SharedStore {
  readonly take: (limits: Limits) => Effect.Effect<Refusal | undefined>
}

/**
 * The rate limit of a token that is shared through the context: a `SharedRateLimit`, or a `RateLimiterStore`, such as
 * Effect's on Redis. The windows of the latter are fixed, not sliding, so each process also has its own sliding windows;
 * after a failure of the store, or two seconds without a response, those are the only limit for 10 seconds. The key
 * contains a digest of the token, never the token.
 */
export const make = (key: string): Effect.Effect<SharedStore | undefined> =>
  Effect.contextWith((context: Context.Context<never>) => {
    const shared = Context.getOrUndefined(context, SharedRateLimit)
    const store = Context.getOrUndefined(context, RateLimiterStore)
    if (shared === undefined && store === undefined) return Effect.succeed(undefined)
    return Effect.map(digest(key), (digest) => {
      const name = `digitalocean:${digest}`
      return shared ? { take: (limits: Limits) => shared.take(name, limits) } : fromStore(store!, name)
    })
  })

/** The first 128 bits of the SHA-256 digest of a text. */
const digest = (text: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
    (buffer) => Array.from(new Uint8Array(buffer, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")
  )

const fromStore = (store: RateLimiterStore["Service"], key: string): SharedStore => {
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
  // the error can contain the address of the store, and with it a password
  const down = (why: string): Effect.Effect<undefined> =>
    Effect.clockWith((clock) => {
      downUntil = monotonic(clock) + 10_000
      return Effect.as(
        Effect.logWarning(
          "the shared rate limit store does not respond; this process counts only its own requests",
          redact(why)
        ),
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
              Effect.timeoutOrElse({ duration: storeTimeout, orElse: () => down("no response within 2 seconds") }),
              Effect.catchCause((cause) => down(Cause.pretty(cause)))
            )
      )
  }
}
