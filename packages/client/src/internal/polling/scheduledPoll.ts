import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import type { Batcher } from "./batcher.ts"
import type { LiveWait, LiveWaits } from "./liveWaits.ts"
import type { PendingPoll, Poll } from "../waiting/waitLoop.ts"

interface ScheduledPoll<In, A, Row extends { readonly id: number }> extends Poll<Row> {
  readonly batcher: Batcher<In, A, DigitalOceanError>
  readonly live: LiveWaits<Row>
  readonly wait: LiveWait<Row>
  readonly input: In
  readonly id: number
  readonly isFinal: (row: Row) => boolean
}

/**
 * Schedules a poll, and receives the responses that others requested meanwhile. One of them that contains the row replaces
 * the poll, unless it is older than the wait, or the poll is in progress and the row is not final.
 */
export const schedulePoll = <In, A, Row extends A & { readonly id: number }>(
  poll: ScheduledPoll<In, A, Row>
): Effect.Effect<PendingPoll<A>> =>
  Effect.flatMap(Clock.Clock, (clock) => {
    const since = monotonic(clock)
    poll.live.set(poll.wait, poll.id, poll.last)
    return Effect.map(poll.batcher.schedule(poll.input, poll.due), (request) => {
      const { recompute } = poll
      if (poll.isFirst && poll.last !== undefined) request.recheck = recompute && (() => recompute(since))
      poll.wait.listener = {
        onRow: (row, at) => {
          if (poll.isFinal(row) || (at >= since && !request.isTaken)) request.complete(Exit.succeed(row))
        },
        reconsider: () => {
          if (recompute !== undefined && !request.isTaken) poll.batcher.hasten(request, recompute(monotonic(clock)))
        }
      }
      return {
        result: Deferred.await(request.result),
        isSent: () => request.isTaken,
        end: () => {
          poll.wait.listener = undefined
          request.end()
        }
      }
    })
  })
