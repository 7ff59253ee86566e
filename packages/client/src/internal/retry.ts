import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import type { DigitalOceanError } from "../DigitalOceanError.ts"
import type { Method } from "../Endpoint.ts"

/** How failed requests are repeated; documented at `DigitalOceanClient.RetryOptions`. */
export interface Policy {
  readonly times: number
  readonly schedule: Schedule.Schedule<unknown, DigitalOceanError>
  readonly patience: Duration.Duration
}

/** What a scope overrides of a client's policy. */
export const Override = Context.Reference<Partial<Policy>>("@effect-digitalocean/client/RetryOverride", {
  defaultValue: () => ({})
})

/**
 * Repeats a whole exchange while its failure is one that passes, and only where a repetition cannot do the work twice:
 * GET, PUT and DELETE always, POST and PATCH only when the request surely was not executed.
 */
export const retrying = <A>(
  once: Effect.Effect<A, DigitalOceanError>,
  call: Call,
  policy: Policy
): Effect.Effect<A, DigitalOceanError> =>
  Effect.catch(once, (error) =>
    mayRepeat(call.method, error)
      ? Effect.flatMap(Override, (override) => repeat(once, call, { ...policy, ...override }, error))
      : Effect.fail(error)
  )

/** What is repeated; an operation without an answer has no decoder. */
interface Call {
  readonly method: Method
  readonly decode: unknown
}

const repeat = Effect.fnUntraced(function* <A>(
  once: Effect.Effect<A, DigitalOceanError>,
  { decode, method }: Call,
  policy: Policy,
  first: DigitalOceanError
): Effect.fn.Return<A, DigitalOceanError> {
  const backOff = yield* Schedule.toStepWithSleep(policy.schedule)
  let error = first
  let waited = 0
  let unknown = false
  for (let repeated = 0; repeated < policy.times && mayRepeat(method, error); repeated++) {
    unknown ||= error.outcome === "unknown"
    const { retryAfter } = error
    if (retryAfter === undefined) {
      const ended = yield* Pull.matchEffect(backOff(error), {
        onSuccess: () => Effect.succeed(false),
        onFailure: Effect.failCause,
        onDone: () => Effect.succeed(true)
      })
      if (ended) break
    } else {
      waited += Duration.toMillis(retryAfter)
      if (waited > Duration.toMillis(policy.patience)) break
      yield* Effect.sleep(retryAfter)
    }
    const result = yield* Effect.result(once)
    if (result._tag === "Success") return result.success
    error = result.failure
    // what an earlier try may have deleted is deleted
    if (method === "DELETE" && decode === undefined && unknown && error.reason._tag === "NotFound")
      return undefined as A
  }
  return yield* error
})

const mayRepeat = (method: Method, error: DigitalOceanError): boolean =>
  error.isRetryable && (error.outcome === "not-executed" || (method !== "POST" && method !== "PATCH"))
