import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"

/** Requests that are due within this time of each other, in milliseconds, are put into one batch. */
export const window = 100

const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1_000_000)

/** A caller that waits for a result. */
export interface Waiter<in A, in E> {
  readonly complete: (exit: Exit.Exit<A, E>) => void
  /** false after `complete`, and after an interruption of the caller */
  readonly isWaiting: boolean
  /** callbacks that run when `isWaiting` becomes false */
  readonly onEnd: Set<() => void>
}

/** A request whose caller waits for the result. */
export interface PendingRequest<In, in A, in E> extends Waiter<A, E> {
  readonly input: In
}

/** Batches requests that are due at about the same time. */
export interface Batcher<In, A, E> {
  /** Sleeps before a request. Requests that are made shortly before the end of the sleep wait for this one. */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly request: (input: In) => Effect.Effect<A, E>
}

/**
 * Creates a batcher. The first request opens a batch. The batch closes as soon as all sleeps that end within the window
 * have ended, so a single request is not delayed. Batches close at least one window apart.
 */
export const make = <In, A, E>(
  runBatch: (requests: ReadonlyArray<PendingRequest<In, A, E>>) => Effect.Effect<void>
): Batcher<In, A, E> => {
  interface Batch {
    readonly openedAt: number
    readonly requests: Set<PendingRequest<In, A, E>>
    /** the sleeps that end within the window */
    readonly expected: Set<object>
    readonly ready: Latch.Latch
  }
  const scheduled = new Map<object, number>()
  let open: Batch | undefined
  let closedAt = Number.NEGATIVE_INFINITY

  const wake = (sleeper: object) =>
    Effect.sync(() => {
      scheduled.delete(sleeper)
      if (open?.expected.delete(sleeper) && open.expected.size === 0) open.ready.openUnsafe()
    })

  const run = (batch: Batch) =>
    Effect.gen(function* () {
      const delay = closedAt + window - batch.openedAt
      if (delay > 0) yield* Effect.sleep(delay)
      const rest = batch.openedAt + window - (yield* now)
      if (batch.expected.size > 0 && rest > 0) yield* Effect.timeoutOption(batch.ready.await, rest)
      // fibers that woke up or started at this moment make their requests first
      yield* Effect.yieldNow
      open = undefined
      closedAt = yield* now
      yield* runBatch([...batch.requests])
    }).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          const defect = Exit.isFailure(exit)
            ? Exit.failCause(exit.cause)
            : Exit.die(new Error("a request of a batch was not completed"))
          for (const request of batch.requests) request.complete(defect)
        })
      )
    )

  const openBatch = (openedAt: number): Batch => {
    const expected = new Set<object>()
    for (const [sleeper, due] of scheduled) if (due <= openedAt + window) expected.add(sleeper)
    return { openedAt, requests: new Set(), expected, ready: Latch.makeUnsafe(expected.size === 0) }
  }

  return {
    sleep: (duration) =>
      Effect.suspend(() => {
        const sleeper = {}
        return Effect.flatMap(now, (now) => {
          scheduled.set(sleeper, now + Duration.toMillis(duration))
          return Effect.sleep(duration)
        }).pipe(Effect.ensuring(wake(sleeper)))
      }),
    request: (input) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(now, (now) => {
          const isFirst = open === undefined
          const batch = open ?? openBatch(now)
          open = batch
          const request = new DeferredRequest<In, A, E>(input)
          batch.requests.add(request)
          const result = restore(Deferred.await(request.result)).pipe(
            Effect.onInterrupt(() => Effect.sync(() => batch.requests.delete(request) && request.end()))
          )
          return isFirst ? Effect.andThen(Effect.forkDetach(run(batch), { startImmediately: true }), result) : result
        })
      )
  }
}

class DeferredRequest<In, A, E> implements PendingRequest<In, A, E> {
  readonly input: In
  readonly result = Deferred.makeUnsafe<A, E>()
  readonly onEnd = new Set<() => void>()
  isWaiting = true

  constructor(input: In) {
    this.input = input
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

/** Runs an effect while any of the waiters is waiting. Returns `None` if the effect was interrupted because none is. */
export const whileAnyWaiting = <B, E2>(
  waiters: ReadonlyArray<Pick<Waiter<never, never>, "isWaiting" | "onEnd">>,
  effect: Effect.Effect<B, E2>
): Effect.Effect<Option.Option<B>, E2> => {
  const allEnded = Effect.callback<Option.Option<B>>((resume) => {
    const waiting = waiters.filter((waiter) => waiter.isWaiting)
    let count = waiting.length
    const end = () => {
      count -= 1
      if (count === 0) resume(Effect.succeedNone)
    }
    for (const waiter of waiting) waiter.onEnd.add(end)
    return Effect.sync(() => {
      for (const waiter of waiting) waiter.onEnd.delete(end)
    })
  })
  return Effect.suspend(() =>
    waiters.some((waiter) => waiter.isWaiting)
      ? Effect.raceFirst(allEnded, Effect.map(effect, Option.some))
      : Effect.succeedNone
  )
}
