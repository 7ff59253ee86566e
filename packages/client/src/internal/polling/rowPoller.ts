import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { pageSize } from "../paging/pagePositions.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import { pollCapacityOf } from "../rateLimit/pollCapacity.ts"
import type { PollInput } from "../waiting/adaptiveSchedule.ts"
import type { PendingPoll, Poll, WaitTime } from "../waiting/waitLoop.ts"
import * as Batcher from "./batcher.ts"
import { LiveWaits } from "./liveWaits.ts"
import type { Input } from "./rowResolver.ts"

/** Polls rows of one kind for the waits of a client. Polls that are due at about the same time share requests. */
export interface RowPoller<Row> {
  readonly live: LiveWaits<Row & { readonly id: number }>
  /** Gives every wait the row that it waits for. */
  readonly offer: (rows: ReadonlyArray<Row>, at: number) => void
  /** Starts a wait, which ends with its scope. Its polls are for this row, unless they say otherwise. */
  readonly join: (
    input?: Input,
    last?: Row
  ) => Effect.Effect<(poll: Poll<Row>, input?: Input) => Effect.Effect<PendingPoll<Row>>, never, Scope.Scope>
  /** Starts a poll. The input determines the type of the result. */
  readonly startPoll: <A>(input: Input, due: number) => Effect.Effect<PendingPoll<A>>
  /** What a schedule is given beside the last state. */
  readonly input: (time: WaitTime) => Omit<PollInput<never>, "last">
}

type Scheduled = Batcher.ScheduledRequest<Input, unknown, DigitalOceanError>

/** Creates a poller. `countRequests` returns how many requests it takes to poll all waits. */
export const make = <Row extends { readonly id: number }>(
  client: object,
  isFinal: (row: Row) => boolean,
  countRequests: (now: number) => number,
  runBatch: (requests: ReadonlyArray<Scheduled>) => Effect.Effect<void>
): RowPoller<Row> => {
  const capacity = pollCapacityOf(client)
  const live = new LiveWaits<Row>(capacity.startWait)
  const batcher = Batcher.make(capacity, runBatch)
  let requestCount = 1
  /** how many ids had been added when the requests were counted */
  let addedBefore = Number.NEGATIVE_INFINITY
  /** Counting takes time for each wait. So the start of a few more only adds what their pages can be. */
  const pages = (now: number): number => {
    if (live.added - addedBefore > live.size / 10) {
      addedBefore = live.added
      requestCount = Math.max(1, countRequests(now))
    }
    return requestCount + Math.floor((live.added - addedBefore) / pageSize)
  }
  const pending = <A>(request: Scheduled): PendingPoll<A> => ({
    // the input determines the type of the result
    result: Deferred.await(request.result) as Effect.Effect<A, DigitalOceanError>,
    isSent: () => request.isTaken,
    end: () => request.end()
  })

  return {
    live,
    offer: (rows, at) => {
      addedBefore = Number.NEGATIVE_INFINITY
      live.offer(rows, at)
    },
    /**
     * A poll also receives the responses that others requested meanwhile. One of them that contains the row replaces it,
     * unless that is older than the poll, or the poll is in progress and the row is not final.
     */
    join: (row, last) =>
      Effect.map(
        live.join(row, last),
        (wait) =>
          (poll, input = row!) =>
            Effect.flatMap(Clock.Clock, (clock) => {
              const { due, isFirst, last, recompute } = poll
              const since = monotonic(clock)
              live.set(wait, input, last)
              return Effect.map(batcher.schedule(input, due), (request) => {
                /** A defect of the schedule ends this wait, and no other. */
                const dueSince = (since: number): number => {
                  try {
                    return recompute?.(since) ?? due
                  } catch (defect) {
                    request.complete(Exit.die(defect))
                    return due
                  }
                }
                if (isFirst && last !== undefined) request.recheck = recompute && (() => dueSince(since))
                wait.listener = {
                  onRow: (row, at) => {
                    if (isFinal(row) || (at >= since && !request.isTaken)) request.complete(Exit.succeed(row))
                  },
                  reconsider: () => {
                    if (recompute !== undefined && !request.isTaken) batcher.hasten(request, dueSince(monotonic(clock)))
                  }
                }
                request.onEnd.add(() => {
                  wait.listener = undefined
                })
                // the input determines the type of the result
                return pending(request) as PendingPoll<Row>
              })
            })
      ),
    startPoll: (input, due) => Effect.map(batcher.schedule(input, due), (request) => pending(request)),
    input: ({ elapsed, monotonic }) => ({
      age: elapsed,
      window: undefined,
      pages: pages(monotonic),
      spare: capacity.spare(monotonic)
    })
  }
}
