import * as Duration from "effect/Duration"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { RateLimiterError, RateLimiterStore } from "effect/persistence/RateLimiter"
import { redact } from "../../Redaction.ts"
import { monotonic } from "./monotonic.ts"
import type { Limits, Refusal } from "./slidingWindow.ts"

/** How many milliseconds a store may take. */
export const storeTimeout = 2000

/**
 * Counts the requests of several processes. After a failure, or two seconds without a response, it is bypassed for 10
 * seconds.
 */
export interface SharedStore {
  readonly take: (limits: Limits) => Effect.Effect<Refusal | undefined>
}

/**
 * The windows of a token in a `RateLimiterStore`, such as Effect's on Redis. Its windows are fixed, not sliding, so
 * each process also has its own sliding windows; while the store fails, those are the only limit. The key in the store
 * contains a digest of the token, never the token.
 */
export const make = (
  store: Option.Option<RateLimiterStore["Service"]>,
  key: string
): Effect.Effect<SharedStore | undefined> =>
  Option.isNone(store)
    ? Effect.succeed(undefined)
    : Effect.map(digest(key), (digest) => fromStore(store.value, `digitalocean:${digest}`))

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
