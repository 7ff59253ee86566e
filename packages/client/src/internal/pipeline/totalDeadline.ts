import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { monotonic } from "../rateLimit/monotonic.ts"
import { OuterDue, type Run } from "./call.ts"

/**
 * Limits the total time of a call: all attempts and the pauses between them, but not the time in the rate limit's queue.
 * The policies beneath keep to it: a pause that would outlast it is not made, and an exchange ends when the call is due. A
 * call within another one, such as the check whether an image is deleted, is due with it at the latest.
 */
export const totalDeadline =
  (timeout: Duration.Duration) =>
  (run: Run): Run =>
  (outgoing) =>
    Effect.withFiber((fiber) => {
      const due = monotonic(fiber.getRef(Clock.Clock)) + Duration.toMillis(timeout)
      return run({ ...outgoing, due: Math.min(due, fiber.getRef(OuterDue)) })
    })
