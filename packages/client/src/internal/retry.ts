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
 * Deletes that look: whether what is to be deleted is gone. Asked when a repetition is refused (422), for the first try
 * may have done it.
 */
export const Gone = Context.Reference<Effect.Effect<boolean, DigitalOceanError> | undefined>(
  "@effect-digitalocean/client/Gone",
  { defaultValue: () => undefined }
)

/**
 * Repeats a whole exchange while its failure is one that passes, and only where a repetition cannot do the work twice:
 * GET, PUT and DELETE always, POST and PATCH only when the request surely was not executed. After a 429 that says how
 * long to wait the repetition waits in line with the token's other requests.
 */
export const retrying = <A>(
  once: Effect.Effect<A, DigitalOceanError>,
  call: Call,
  policy: Policy,
  waits: { readonly spent: number }
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

const repeat = Effect.fnUntraced(function* <A>(
  once: Effect.Effect<A, DigitalOceanError>,
  { decode, method }: Call,
  policy: Policy,
  waits: { readonly spent: number },
  first: DigitalOceanError
): Effect.fn.Return<A, DigitalOceanError> {
  const backOff = yield* Schedule.toStepWithSleep(policy.schedule)
  let error = first
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
    } else if (waits.spent + Duration.toMillis(retryAfter) > Duration.toMillis(policy.patience)) break
    const result = yield* Effect.result(once)
    if (result._tag === "Success") return result.success
    error = result.failure
    if (method === "DELETE" && decode === undefined && unknown && (yield* isDone(error))) return undefined as A
  }
  return yield* error
})

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
