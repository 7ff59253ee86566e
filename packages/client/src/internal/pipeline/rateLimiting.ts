import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { RateLimited } from "../../DigitalOceanError.ts"
import * as RateLimit from "../../RateLimit.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import { Priority } from "../rateLimit/priority.ts"
import type { LimiterOptions, RequestQueue, Waiter } from "../rateLimit/requestQueue.ts"
import type { RawResponse } from "../response/rawResponse.ts"
import * as Response from "../response/response.ts"
import { ProcessState } from "../state/processState.ts"
import { CallState, type Outgoing, type Send } from "./call.ts"
import { Metering } from "./metering.ts"

/** Whose rate limit it is, and how many requests it allows. */
export interface Options extends LimiterOptions {
  /** names the token and the base URL within this process */
  readonly key: string
  readonly scrub: (text: string) => string
}

/**
 * Sends a request when the rate limit of its token allows it, and learns from the response. Fails with `RateLimited` after
 * a 429, and, before anything is sent, as soon as it is known that the request would be queued for longer than the call's
 * `maxWait`. The only place where a 429 is interpreted.
 */
export const rateLimiting =
  ({ key, limits, scrub, store }: Options) =>
  <E>(send: Send<E>): Send<E | RateLimited> =>
  (outgoing) =>
    Effect.withFiber((fiber) => {
      const clock = fiber.getRef(Clock.Clock)
      const now = monotonic(clock)
      const { lastSeen, queue } = fiber.getRef(ProcessState)(clock).token(key, now)
      const waiter: Waiter = {
        options: { limits, store },
        priority: fiber.getRef(Priority) ?? (outgoing.call.method === "GET" ? "read" : "write"),
        startsAction: outgoing.call.method === "POST",
        state: "new",
        generation: 0,
        place: 0,
        deadline: 0,
        admitted: Deferred.makeUnsafe()
      }
      const onResponse = (response: RawResponse): Effect.Effect<RawResponse, RateLimited> => {
        const received = clock.currentTimeMillisUnsafe()
        const seen = RateLimit.fromHeaders(response.headers, received)
        const refusal = response.status === 429 ? Response.rateLimited(response, { scrub, now: received }) : undefined
        queue.onResponse(waiter, monotonic(clock), seen, refusal)
        if (Option.isSome(seen)) {
          lastSeen.set(seen.value)
          fiber.getRef(Metering)?.remaining(fiber.context, seen.value.remaining)
        }
        if (refusal === undefined) return Effect.succeed(response)
        fiber.getRef(Metering)?.rateLimited(fiber.context, refusal)
        return Effect.fail(refusal)
      }
      const exchange = Effect.flatMap(send(outgoing), onResponse)
      // the permit is released also when an interruption comes between acquiring it and sending
      const admitted = Effect.suspend(() =>
        queue.tryAcquire(waiter, now)
          ? exchange
          : Effect.andThen(acquire(queue, waiter, outgoing, fiber, now), exchange)
      )
      return Effect.onExit(admitted, () => {
        queue.release(waiter)
        return Effect.void
      })
    })

/** Waits in the queue, and counts the time. */
const acquire = (
  queue: RequestQueue,
  waiter: Waiter,
  { policy }: Outgoing,
  fiber: Fiber.Fiber<unknown, unknown>,
  since: number
): Effect.Effect<void, RateLimited> => {
  const clock = fiber.getRef(Clock.Clock)
  const state = fiber.getRef(CallState)
  waiter.deadline = since + Duration.toMillis(policy.maxWait) - state.queueTime
  return Effect.onExit(queue.acquire(waiter), () => {
    const queueTime = monotonic(clock) - since
    if (queueTime >= 1) {
      state.queueTime += queueTime
      fiber.getRef(Metering)?.queueTime(fiber.context, waiter.priority, queueTime)
    }
    return Effect.void
  })
}
