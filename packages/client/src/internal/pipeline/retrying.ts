import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import { type Call, CallState, type Outgoing, remainingTime, type Run } from "./call.ts"
import * as Metering from "./metering.ts"
import type { RetryPolicy } from "./retryPolicy.ts"

/**
 * Retries a call while its failure is transient, and only where a retry cannot do the work twice: GET, PUT and DELETE
 * always, POST and PATCH only when the request was definitely not executed.
 *
 * A 429 for a limit of the token waits in the queue with the token's other requests, for as long as `maxWait` allows and
 * without being counted: others who use the token may be quicker several times in a row. Any other retry has to start
 * before the call is due: a pause that would last longer is not made, and the call fails at once.
 */
export const retrying =
  (run: Run): Run =>
  (outgoing) =>
    Effect.catch(run(outgoing), (error) =>
      canRetry(outgoing.call, error) ? loop(run, outgoing, error) : Effect.fail(error)
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
  while (policy.times > 0 && canRetry(call, error)) {
    isUnknown ||= error.outcome === "unknown"
    if (isQueued(error)) {
      if (!fitsQueue(error.retryAfter ?? Duration.zero, policy, state)) break
    } else {
      if (retries === policy.times) break
      const now = yield* Clock.currentTimeMillis
      const delay = yield* Pull.matchEffect(backOff(now, error), {
        onSuccess: ([, delay]) => Effect.succeedSome(delay),
        onFailure: (cause: Cause.Cause<never>) => Effect.failCause(cause),
        onDone: () => Effect.succeedNone
      })
      if (Option.isNone(delay)) break
      if (!(yield* pauseWithin(outgoing, state, error, pause(error, delay.value, retries)))) break
      retries += 1
    }
    yield* Metering.countRetry(call, error)
    const result = yield* Effect.result(run(outgoing))
    if (result._tag === "Success") return result.success
    error = result.failure
    if (isUnknown && (yield* isDone(call, error))) return undefined as A
  }
  return yield* error
})

/** Whether a retry waits in the queue of its token: after a 429 for the minute or the hour. */
const isQueued = ({ reason }: DigitalOceanError): boolean =>
  reason._tag === "RateLimited" && (reason.window === "minute" || reason.window === "hour")

const fitsQueue = (wait: Duration.Duration, { maxWait }: RetryPolicy, { queueTime }: CallState): boolean =>
  queueTime + Duration.toMillis(wait) <= Duration.toMillis(maxWait)

/**
 * Pauses before a retry, and returns whether there was time for it. After a 429 the pause is time in the queue, which
 * `maxWait` limits; any other is time of the call.
 */
const pauseWithin = (
  outgoing: Outgoing,
  state: CallState,
  { reason }: DigitalOceanError,
  duration: Duration.Duration
): Effect.Effect<boolean> =>
  Effect.clockWith((clock) => {
    if (reason._tag !== "RateLimited") {
      return Duration.toMillis(duration) < remainingTime(outgoing, state, monotonic(clock))
        ? Effect.as(Effect.sleep(duration), true)
        : Effect.succeed(false)
    }
    if (!fitsQueue(duration, outgoing.policy, state)) return Effect.succeed(false)
    const count = Effect.sync(() => {
      state.queueTime += Duration.toMillis(duration)
      return true
    })
    return Effect.andThen(Effect.sleep(duration), count)
  })

/**
 * How long to pause before a retry that is not queued: as the schedule says, but no less than the response requests. After
 * a 429 without a `retry-after` at least a second, two, four ... up to a minute.
 */
export const pause = (error: DigitalOceanError, delay: Duration.Duration, retries: number): Duration.Duration => {
  const least = error.reason._tag === "RateLimited" ? Duration.millis(Math.min(1000 * 2 ** retries, 60_000)) : delay
  return Duration.max(delay, error.retryAfter ?? least)
}

/** Whether an earlier attempt, whose outcome is unknown, has deleted what the call deletes. */
const isDone = ({ decode, isDeleted, method }: Call, { reason }: DigitalOceanError): Effect.Effect<boolean> => {
  if (method !== "DELETE" || decode !== undefined) return Effect.succeed(false)
  if (reason._tag === "NotFound") return Effect.succeed(true)
  return reason._tag === "UnprocessableEntity" && isDeleted !== undefined
    ? Effect.orElseSucceed(isDeleted, () => false)
    : Effect.succeed(false)
}

const canRetry = ({ method }: Call, error: DigitalOceanError): boolean =>
  error.isRetryable &&
  !(error.reason._tag === "RateLimited" && error.reason.sent === false) &&
  (error.outcome === "not-executed" || (method !== "POST" && method !== "PATCH"))
