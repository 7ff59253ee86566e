import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { InvalidInput, TransportError } from "../../DigitalOceanError.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import { ProcessState } from "../state/processState.ts"
import { exchange, type Limits, type Scoped, timedOut } from "../transport/exchange.ts"
import { CallState, remainingTime, type Send } from "./call.ts"

/** How a client exchanges a request for a response. */
export interface Options {
  readonly limits: Limits
  readonly scrub: (text: string) => string
}

/** Sends a request and reads the whole response, within the limits of an exchange and the time that the call has left. */
export const transport =
  (http: Scoped, { limits, scrub }: Options): Send<TransportError | InvalidInput> =>
  (outgoing) =>
    Effect.withFiber((fiber) => {
      const clock = fiber.getRef(Clock.Clock)
      const state = fiber.getRef(CallState)
      const remaining = remainingTime(outgoing, state, monotonic(clock))
      if (remaining <= 0) return Effect.fail(timedOut("connect", limits.total))
      state.attempts += 1
      return exchange(
        http,
        outgoing.request,
        { ...limits, remaining },
        scrub,
        fiber.getRef(ProcessState)(clock).deadlines
      )
    })
