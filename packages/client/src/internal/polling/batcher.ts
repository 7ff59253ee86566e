import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"

/** How far apart, in milliseconds, questions may come due and still be answered together. */
export const window = 100

const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1_000_000)

/** Somebody who waits for an answer. */
export interface Waiter<in A, in E> {
  readonly answer: (exit: Exit.Exit<A, E>) => void
  /** false once it was answered or went away */
  readonly isWaiting: boolean
  /** what to call then */
  readonly onEnd: Set<() => void>
}

/** Somebody who waits for the answer to a question. */
export interface Asked<Q, in A, in E> extends Waiter<A, E> {
  readonly question: Q
}

/** Brings together what is asked at about the same time. */
export interface Together<Q, A, E> {
  /** Sleeps before a question. Who asks a little earlier waits for those who are about to wake. */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly ask: (question: Q) => Effect.Effect<A, E>
}

/**
 * Makes one place to ask. The first question opens a batch; it closes as soon as everyone has asked who sleeps until
 * then or wakes within the window, so a lone question waits for nobody. No two batches close within one window.
 */
export const make = <Q, A, E>(
  answerAll: (asked: ReadonlyArray<Asked<Q, A, E>>) => Effect.Effect<void>
): Together<Q, A, E> => {
  interface Batch {
    readonly opened: number
    readonly asked: Set<Asked<Q, A, E>>
    readonly awaited: Set<object>
    readonly complete: Latch.Latch
  }
  const sleepers = new Map<object, number>()
  let open: Batch | undefined
  let closed = Number.NEGATIVE_INFINITY

  const wake = (sleeper: object) =>
    Effect.sync(() => {
      sleepers.delete(sleeper)
      if (open?.awaited.delete(sleeper) && open.awaited.size === 0) open.complete.openUnsafe()
    })

  const run = (batch: Batch) =>
    Effect.gen(function* () {
      const held = closed + window - batch.opened
      if (held > 0) yield* Effect.sleep(held)
      const rest = batch.opened + window - (yield* now)
      if (batch.awaited.size > 0 && rest > 0) yield* Effect.timeoutOption(batch.complete.await, rest)
      // those who woke just now, or were begun at this moment, ask first
      yield* Effect.yieldNow
      open = undefined
      closed = yield* now
      yield* answerAll([...batch.asked])
    }).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          const cause = Exit.isFailure(exit)
            ? Exit.failCause(exit.cause)
            : Exit.die(new Error("a question was not answered"))
          for (const asked of batch.asked) asked.answer(cause)
        })
      )
    )

  const begin = (opened: number): Batch => {
    const awaited = new Set<object>()
    for (const [sleeper, due] of sleepers) if (due <= opened + window) awaited.add(sleeper)
    return { opened, asked: new Set(), awaited, complete: Latch.makeUnsafe(awaited.size === 0) }
  }

  return {
    sleep: (duration) =>
      Effect.suspend(() => {
        const sleeper = {}
        return Effect.flatMap(now, (now) => {
          sleepers.set(sleeper, now + Duration.toMillis(duration))
          return Effect.sleep(duration)
        }).pipe(Effect.ensuring(wake(sleeper)))
      }),
    ask: (question) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(now, (now) => {
          const isFirst = open === undefined
          const batch = open ?? begin(now)
          open = batch
          const asked = new Asking<Q, A, E>(question)
          batch.asked.add(asked)
          const answered = restore(Deferred.await(asked.answered)).pipe(
            Effect.onInterrupt(() => Effect.sync(() => batch.asked.delete(asked) && asked.end()))
          )
          return isFirst
            ? Effect.andThen(Effect.forkDetach(run(batch), { startImmediately: true }), answered)
            : answered
        })
      )
  }
}

class Asking<Q, A, E> implements Asked<Q, A, E> {
  readonly question: Q
  readonly answered = Deferred.makeUnsafe<A, E>()
  readonly onEnd = new Set<() => void>()
  isWaiting = true

  constructor(question: Q) {
    this.question = question
  }

  answer(exit: Exit.Exit<A, E>): void {
    Deferred.doneUnsafe(this.answered, exit)
    this.end()
  }

  end(): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    for (const end of this.onEnd) end()
  }
}

/** Runs an effect as long as one of these waits for it; none when the last of them has its answer or went away. */
export const whileWanted = <B, E2>(
  waiters: ReadonlyArray<Pick<Waiter<never, never>, "isWaiting" | "onEnd">>,
  effect: Effect.Effect<B, E2>
): Effect.Effect<Option.Option<B>, E2> => {
  const ended = Effect.callback<Option.Option<B>>((resume) => {
    const waiting = waiters.filter((one) => one.isWaiting)
    let left = waiting.length
    const end = () => {
      left -= 1
      if (left === 0) resume(Effect.succeedNone)
    }
    for (const one of waiting) one.onEnd.add(end)
    return Effect.sync(() => {
      for (const one of waiting) one.onEnd.delete(end)
    })
  })
  return Effect.suspend(() =>
    waiters.some((one) => one.isWaiting) ? Effect.raceFirst(ended, Effect.map(effect, Option.some)) : Effect.succeedNone
  )
}
