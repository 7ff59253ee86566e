import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import { monotonic } from "../rateLimit/monotonic.ts"
import type { PollCapacity } from "../rateLimit/pollCapacity.ts"

/** Requests that are due within this time of each other, in milliseconds, are put into one batch. */
export const window = 100

/** For how long, in milliseconds, a batch waits for the rate limit and takes up requests that become due meanwhile. */
const maxHold = 120_000

/** A caller that waits for a result. */
export interface Waiter<in A, in E> {
  readonly complete: (exit: Exit.Exit<A, E>) => void
  /** false after `complete`, and after an interruption of the caller */
  readonly isWaiting: boolean
  /** callbacks that run when `isWaiting` becomes false */
  readonly onEnd: Set<() => void>
}

/** A request that is due at some time, and whose caller waits for the result. */
export class ScheduledRequest<out In, in out A, in out E> implements Waiter<A, E> {
  readonly input: In
  readonly context: Context.Context<never>
  readonly result = Deferred.makeUnsafe<A, E>()
  readonly onEnd = new Set<() => void>()
  /** the monotonic time in milliseconds */
  due: number
  /** computes `due` again when it has come, once */
  recheck: (() => number) | undefined
  /** whether a batch contains it */
  isTaken = false
  isWaiting = true

  constructor(input: In, due: number, context: Context.Context<never>) {
    this.input = input
    this.due = due
    this.context = context
  }

  complete(exit: Exit.Exit<A, E>): void {
    Deferred.doneUnsafe(this.result, exit)
    this.end()
  }

  end(): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    for (const end of this.onEnd) end()
  }
}

/** Runs requests that are due at about the same time together. */
export interface Batcher<In, A, E> {
  readonly schedule: (input: In, due: number) => Effect.Effect<ScheduledRequest<In, A, E>>
  /** Makes a scheduled request due earlier; a later time has no effect. */
  readonly hasten: (request: ScheduledRequest<In, A, E>, due: number) => void
}

/**
 * Creates a batcher. A batch contains the requests that are due within the window after the first, and closes when the last
 * of them is due, so that a single request is not delayed. Batches close at least one window apart. While the rate limit
 * allows no poll, a batch stays open, and takes up the requests that become due meanwhile. It does so once, and is then
 * queued like other requests. A batch runs in the context of its first request.
 */
export const make = <In, A, E>(
  capacity: PollCapacity,
  runBatch: (requests: ReadonlyArray<ScheduledRequest<In, A, E>>) => Effect.Effect<void>
): Batcher<In, A, E> => {
  type Request = ScheduledRequest<In, A, E>
  const scheduled = new Set<Request>()
  const changed = Latch.makeUnsafe()
  let isRunning = false
  let wakesAt = Number.POSITIVE_INFINITY
  let closedAt = Number.NEGATIVE_INFINITY
  /** until when the next batch waits for the rate limit; it waits once, and then in the queue of the rate limit */
  let heldUntil: number | undefined

  /** When the next batch closes. */
  const closes = (): number => {
    let first = Number.POSITIVE_INFINITY
    for (const { due } of scheduled) first = Math.min(first, due)
    let last = first
    for (const { due } of scheduled) if (due <= first + window) last = Math.max(last, due)
    return Math.max(last, closedAt + window)
  }
  const wakeBefore = (due: number) => {
    if (due < wakesAt) changed.openUnsafe()
  }
  const remove = (request: Request) => {
    // the others need not wait for it
    if (scheduled.delete(request)) changed.openUnsafe()
  }

  const runOne = (batch: ReadonlyArray<Request>) =>
    runBatch(batch).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          const defect = Exit.isFailure(exit)
            ? Exit.failCause(exit.cause)
            : Exit.die(new Error("a request of a batch was not completed"))
          for (const request of batch) if (request.isWaiting) request.complete(defect)
        })
      ),
      Effect.provideContext(batch[0]!.context)
    )

  const run = Effect.gen(function* () {
    const clock = yield* Clock.Clock
    for (;;) {
      if (scheduled.size === 0) {
        // without a yield in between: a request that is scheduled then starts the next run
        isRunning = false
        return
      }
      const now = monotonic(clock)
      for (const request of scheduled) {
        if (request.due > now || request.recheck === undefined) continue
        request.due = Math.max(request.due, request.recheck())
        request.recheck = undefined
      }
      const rest = closes() - now
      if (rest <= 0 && heldUntil === undefined) {
        const opensIn = capacity.opensIn(now)
        heldUntil = opensIn > maxHold ? now : now + opensIn
      }
      const pause = rest > 0 ? rest : (heldUntil ?? now) - now
      if (pause > 0) {
        wakesAt = rest > 0 ? now + rest : Number.NEGATIVE_INFINITY
        changed.closeUnsafe()
        yield* Effect.timeoutOption(changed.await, Math.ceil(pause))
        continue
      }
      // fibers that start or wake up at this moment schedule their requests first
      yield* Effect.yieldNow
      closedAt = now
      heldUntil = undefined
      const batch = [...scheduled].filter(({ due }) => due <= now)
      for (const request of batch) {
        scheduled.delete(request)
        request.isTaken = true
      }
      // all of them can have ended
      if (batch.length === 0) continue
      yield* Effect.forkDetach(runOne(batch), { startImmediately: true })
    }
  })

  return {
    schedule: (input, due) =>
      Effect.withFiber((fiber) => {
        const request = new ScheduledRequest<In, A, E>(input, due, fiber.context)
        scheduled.add(request)
        request.onEnd.add(() => remove(request))
        wakeBefore(due)
        if (isRunning) return Effect.succeed(request)
        isRunning = true
        return Effect.as(Effect.forkDetach(run, { startImmediately: true }), request)
      }),
    hasten: (request, due) => {
      if (due >= request.due) return
      request.due = due
      wakeBefore(due)
    }
  }
}

/** Runs an effect while any of the waiters is waiting, and interrupts it when none is. */
export const whileAnyWaiting = <E2>(
  waiters: ReadonlyArray<Pick<Waiter<never, never>, "isWaiting" | "onEnd">>,
  effect: Effect.Effect<void, E2>
): Effect.Effect<void, E2> => {
  const allEnded = Effect.callback<void>((resume) => {
    const waiting = waiters.filter((waiter) => waiter.isWaiting)
    let count = waiting.length
    const end = () => {
      count -= 1
      if (count === 0) resume(Effect.void)
    }
    for (const waiter of waiting) waiter.onEnd.add(end)
    return Effect.sync(() => {
      for (const waiter of waiting) waiter.onEnd.delete(end)
    })
  })
  return Effect.suspend(() =>
    waiters.some((waiter) => waiter.isWaiting) ? Effect.raceFirst(allEnded, effect) : Effect.void
  )
}
