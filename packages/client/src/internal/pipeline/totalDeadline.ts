import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { monotonic } from "../rateLimit/monotonic.ts"
import type { Run } from "./call.ts"

/**
 * Limits the total time of a call: all attempts and the pauses between them, but not the time in the rate limit's queue.
 * The policies beneath keep to it: a pause that would outlast it is not made, and an exchange ends when the call is due.
 */
export const totalDeadline =
  (timeout: Duration.Duration) =>
  (run: Run): Run =>
  (outgoing) =>
    Effect.clockWith((clock) => run({ ...outgoing, due: monotonic(clock) + Duration.toMillis(timeout) }))
