import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Method } from "../../Endpoint.ts"

/** How failed requests are repeated; documented at `DigitalOceanClient.RetryOptions`. */
export interface Policy {
  readonly times: number
  readonly schedule: Schedule.Schedule<unknown, DigitalOceanError>
  readonly maxWait: Duration.Duration
}

/** What a scope overrides of a client's policy. */
export const Override = Context.Reference<Partial<Policy>>("@effect-digitalocean/client/RetryOverride", {
  defaultValue: () => ({})
})

/**
 * Deletes that look: whether what is to be deleted is gone. Asked when a repetition is refused (422), for the first try
 * may have done it.
 */
export const Gone = Context.Reference<Effect.Effect<boolean, DigitalOceanError> | undefined>(
  "@effect-digitalocean/client/Gone",
  { defaultValue: () => undefined }
)

/**
 * Repeats a whole exchange while its failure is transient, and only where a repetition cannot do the work twice: GET, PUT
 * and DELETE always, POST and PATCH only when the request was definitely not executed.
 *
 * A 429 for a limit of the token waits in the queue with the token's other requests, for as long as `patience` allows and
 * without being counted: others who use the token may be quicker several times in a row.
 */
export const retrying = <A>(
  once: Effect.Effect<A, DigitalOceanError>,
  call: Call,
  policy: Policy,
  waits: Waits
): Effect.Effect<A, DigitalOceanError> =>
  Effect.catch(once, (error) =>
    mayRepeat(call.method, error)
      ? Effect.flatMap(Override, (override) => repeat(once, call, { ...policy, ...override }, waits, error))
      : Effect.fail(error)
  )

/** What is repeated; an operation without an answer has no decoder. */
interface Call {
  readonly method: Method
  readonly decode: unknown
}

/** How long a call has waited, in milliseconds. */
interface Waits {
  spent: number
}

const repeat = Effect.fnUntraced(function* <A>(
  once: Effect.Effect<A, DigitalOceanError>,
  { decode, method }: Call,
  policy: Policy,
  waits: Waits,
  first: DigitalOceanError
): Effect.fn.Return<A, DigitalOceanError> {
  const backOff = yield* Schedule.toStep(policy.schedule)
  let error = first
  let unknown = false
  let repeated = 0
  while (policy.times > 0 && mayRepeat(method, error)) {
    unknown ||= error.outcome === "unknown"
    const { retryAfter } = error
    if (retryAfter !== undefined && waits.spent + Duration.toMillis(retryAfter) > Duration.toMillis(policy.maxWait))
      break
    if (!isQueued(error)) {
      if (repeated === policy.times) break
      const now = yield* Clock.currentTimeMillis
      const delay = yield* Pull.matchEffect(backOff(now, error), {
        onSuccess: ([, delay]) => Effect.succeedSome(delay),
        onFailure: (cause: Cause.Cause<never>) => Effect.failCause(cause),
        onDone: () => Effect.succeedNone
      })
      if (Option.isNone(delay)) break
      yield* Effect.sleep(pause(error, delay.value, repeated))
      if (retryAfter !== undefined) waits.spent += Duration.toMillis(retryAfter)
      repeated += 1
    }
    const result = yield* Effect.result(once)
    if (result._tag === "Success") return result.success
    error = result.failure
    if (method === "DELETE" && decode === undefined && unknown && (yield* isDone(error))) return undefined as A
  }
  return yield* error
})

/** Whether a repetition waits in the queue of its token: after a 429 for the minute or the hour. */
const isQueued = ({ reason }: DigitalOceanError): boolean =>
  reason._tag === "RateLimited" && (reason.window === "minute" || reason.window === "hour")

/**
 * How long to pause before a repetition that nothing else holds: as the schedule says, but no less than the response
 * requests. After a 429 that says nothing at least a second, two, four ... up to a minute.
 */
export const pause = (error: DigitalOceanError, delay: Duration.Duration, repeated: number): Duration.Duration => {
  const least = error.reason._tag === "RateLimited" ? Duration.millis(Math.min(1000 * 2 ** repeated, 60_000)) : delay
  return Duration.max(delay, error.retryAfter ?? least)
}

/** What an earlier try may have deleted is deleted. */
const isDone = (error: DigitalOceanError): Effect.Effect<boolean> => {
  switch (error.reason._tag) {
    case "NotFound":
      return Effect.succeed(true)
    case "UnprocessableEntity":
      return Effect.flatMap(Gone, (gone) =>
        gone === undefined ? Effect.succeed(false) : Effect.orElseSucceed(gone, () => false)
      )
    default:
      return Effect.succeed(false)
  }
}

const mayRepeat = (method: Method, error: DigitalOceanError): boolean =>
  error.isRetryable &&
  !(error.reason._tag === "RateLimited" && error.reason.sent === false) &&
  (error.outcome === "not-executed" || (method !== "POST" && method !== "PATCH"))
