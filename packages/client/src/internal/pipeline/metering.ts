import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import type { DigitalOceanError, RateLimited, Reason } from "../../DigitalOceanError.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import type { Priority } from "../rateLimit/priority.ts"
import type { Call, Run } from "./call.ts"

type Observe<Args extends ReadonlyArray<unknown>> = (context: Context.Context<never>, ...args: Args) => void

/** Records what happens to the calls of a client. The context is that of the fiber; times are in milliseconds. */
export interface Recorder {
  /** a request that was sent */
  readonly request: Observe<[call: Call, exit: Exit.Exit<unknown, Reason>]>
  /** a retry, and the error that it is for */
  readonly retry: Observe<[call: Call, error: DigitalOceanError]>
  /** a 429 */
  readonly rateLimited: Observe<[refusal: RateLimited]>
  /** how long a call took */
  readonly duration: Observe<[call: Call, millis: number]>
  /** how long a request was queued */
  readonly queueTime: Observe<[priority: Priority, millis: number]>
  /** how many requests of the hour are left */
  readonly remaining: Observe<[count: number]>
  /** a wait that starts (1) or ends (-1) */
  readonly wait: Observe<[operation: string, change: 1 | -1]>
}

/** The recorder of a program. `Metrics.layer` provides one, so that only the programs that use it contain it. */
export const Metering = Context.Reference<Recorder | undefined>("@effect-digitalocean/client/Metering", {
  defaultValue: () => undefined
})

/** Adds the recorder with which a client is created to the services that it provides. */
export const withMetering = <R>(services: Context.Context<R>): Effect.Effect<Context.Context<R>> =>
  Effect.map(Metering, (recorder) => (recorder === undefined ? services : Context.add(services, Metering, recorder)))

/** Measures how long calls take. */
export const measuringDuration =
  (run: Run): Run =>
  (outgoing) =>
    Effect.withFiber((fiber) => {
      const recorder = fiber.getRef(Metering)
      if (recorder === undefined) return run(outgoing)
      const clock = fiber.getRef(Clock.Clock)
      const start = monotonic(clock)
      return Effect.onExit(run(outgoing), () => {
        recorder.duration(fiber.context, outgoing.call, monotonic(clock) - start)
        return Effect.void
      })
    })

/** Records something, if there is a recorder. */
export const record = (observe: (recorder: Recorder, context: Context.Context<never>) => void): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    const recorder = fiber.getRef(Metering)
    if (recorder !== undefined) observe(recorder, fiber.context)
    return Effect.void
  })

/** Counts a wait as in progress until the scope closes. */
export const countingWait = (operation: string): Effect.Effect<void, never, Scope.Scope> => {
  const count = (change: 1 | -1) => record((recorder, context) => recorder.wait(context, operation, change))
  return Effect.acquireRelease(count(1), () => count(-1))
}
