import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import { isOfToken, leastPause } from "../rateLimit/requestQueue.ts"
import { type Call, CallState, OuterDue, type Outgoing, remainingTime, type Run } from "./call.ts"
import * as Metering from "./metering.ts"
import { nextDelay } from "./nextDelay.ts"
import type { RetryPolicy } from "./retryPolicy.ts"

/**
 * Retries a call while its failure is transient, and only where a retry cannot do the work twice: GET, PUT and DELETE
 * always, POST and PATCH only when the request was definitely not executed.
 *
 * A 429 for a limit of the token waits in the queue with the token's other requests, for as long as `maxWait` allows and
 * without being counted: others who use the token may be quicker several times in a row. Any other retry needs time: when
 * the pause before it would not leave enough, the call fails at once.
 *
 * A DELETE of a resource that does not exist succeeds when an earlier attempt may have deleted it, or with `ignoreMissing`.
 */
export const retrying =
  (run: Run): Run =>
  (outgoing) =>
    Effect.catch(run(outgoing), (error) =>
      canRetry(outgoing.call, error) || outgoing.call.ignoreMissing ? loop(run, outgoing, error) : Effect.fail(error)
    )

const loop = Effect.fnUntraced(function* <A>(
  run: Run,
  outgoing: Outgoing<A>,
  first: DigitalOceanError
): Effect.fn.Return<A, DigitalOceanError> {
  const { call, policy } = outgoing
  const state = yield* CallState
  const backOff = yield* Schedule.toStep(policy.schedule)
  let error = first
  let isUnknown = false
  let retries = 0
  while (true) {
    if ((isUnknown || call.ignoreMissing) && (yield* isDone(outgoing, state, error))) return undefined as A
    if (policy.times === 0 || !canRetry(call, error)) break
    isUnknown ||= error.outcome === "unknown"
    if (isQueued(error)) {
      if (!fitsQueue(Duration.toMillis(error.retryAfter ?? 0), policy, state)) break
    } else {
      if (retries === policy.times) break
      const now = yield* Clock.currentTimeMillis
      const delay = yield* nextDelay(backOff(now, error))
      if (delay === undefined) break
      if (!(yield* pauseWithin(outgoing, state, error, pause(error, Duration.toMillis(delay), retries)))) break
      retries += 1
    }
    yield* Metering.record((recorder, context) => recorder.retry(context, call, error))
    const result = yield* Effect.catch(Effect.asSome(run(outgoing)), (failure) => {
      error = failure
      return Effect.succeedNone
    })
    if (Option.isSome(result)) return result.value
  }
  return yield* error
})

/** Whether a retry waits in the queue of its token: after a 429 for the minute or the hour. */
const isQueued = ({ reason }: DigitalOceanError): boolean => reason._tag === "RateLimited" && isOfToken(reason)

const fitsQueue = (wait: number, { maxWait }: RetryPolicy, { queueTime }: CallState): boolean =>
  queueTime + wait <= Duration.toMillis(maxWait)

/**
 * Pauses before a retry, and returns whether there was time for it. After a 429 the pause is time in the queue, which
 * `maxWait` limits; any other is time of the call.
 */
const pauseWithin = (
  outgoing: Outgoing,
  state: CallState,
  { reason }: DigitalOceanError,
  millis: number
): Effect.Effect<boolean> =>
  Effect.clockWith((clock) => {
    if (reason._tag !== "RateLimited") {
      const remaining = remainingTime(outgoing, state, monotonic(clock))
      return millis < remaining - attemptTime(remaining) ? Effect.as(Effect.sleep(millis), true) : Effect.succeed(false)
    }
    if (!fitsQueue(millis, outgoing.policy, state)) return Effect.succeed(false)
    const count = Effect.sync(() => {
      state.queueTime += millis
      return true
    })
    return Effect.andThen(Effect.sleep(millis), count)
  })

/**
 * How many milliseconds a retry needs at least. With less it would hardly get a response, and a POST that has not been
 * executed would end with an unknown outcome.
 */
const attemptTime = (remaining: number): number => Math.min(1000, remaining / 4)

/**
 * How many milliseconds to pause before a retry that is not queued: as the schedule says, but no less than the response
 * requests. After a 429 without a `retry-after` at least a second, two, four ... up to a minute.
 */
const pause = ({ reason, retryAfter }: DigitalOceanError, delay: number, retries: number): number => {
  const least = reason._tag === "RateLimited" ? leastPause(retries + 1) : 0
  return Math.max(delay, retryAfter === undefined ? least : Duration.toMillis(retryAfter))
}

/** Whether the resource that a call deletes is deleted, by the failure of the call or by the check, within its deadline. */
const isDone = (
  { call: { decode, isDeleted, method }, due }: Outgoing,
  { queueTime }: CallState,
  { reason }: DigitalOceanError
): Effect.Effect<boolean> => {
  if (method !== "DELETE" || decode !== undefined) return Effect.succeed(false)
  if (reason._tag === "NotFound") return Effect.succeed(true)
  return reason._tag === "UnprocessableEntity" && isDeleted !== undefined
    ? Effect.provideService(
        Effect.catch(isDeleted, () => Effect.succeed(false)),
        OuterDue,
        due + queueTime
      )
    : Effect.succeed(false)
}

const canRetry = ({ method }: Call, error: DigitalOceanError): boolean =>
  error.isRetryable &&
  !(error.reason._tag === "RateLimited" && error.reason.sent === false) &&
  (error.outcome === "not-executed" || (method !== "POST" && method !== "PATCH"))
