import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { monotonic } from "../rateLimit/monotonic.ts"

/** The maximum time of an effect from now on, in milliseconds, and the error if it takes longer. */
export interface Limit<out E> {
  readonly millis: number
  readonly onTimeout: () => E
}

interface Entry {
  due: number
  readonly expire: () => void
}

/** Tolerance for floating-point rounding, in milliseconds. */
const epsilon = 0.001

/**
 * The deadlines of all exchanges of a clock, with one shared timer fiber: a fiber for each deadline takes a seventh of
 * the CPU time of a GET. The timer runs only while there are deadlines, so that it does not keep the process alive.
 */
export class Deadlines {
  readonly #entries = new Set<Entry>()
  #timer: Fiber.Fiber<void> | undefined
  #nextWakeUp = Number.POSITIVE_INFINITY
  readonly #clock: Clock.Clock

  constructor(clock: Clock.Clock) {
    this.#clock = clock
  }

  /** The monotonic time in milliseconds. */
  now(): number {
    return monotonic(this.#clock)
  }

  /**
   * Runs an effect with a limit. The effect can replace it with `extend`, with a new limit that starts at that time.
   */
  within<A, E, L>(
    limit: Limit<L>,
    run: (extend: (limit: Limit<L>) => void) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | L> {
    return Effect.withFiber((parent) =>
      Effect.callback((resume) => {
        let current = limit
        const entry: Entry = {
          due: 0,
          expire: () => {
            // interrupt the child first, as `Effect.race` does with the loser
            const end = Effect.andThen(Fiber.interrupt(child), Effect.failSync(current.onTimeout))
            // a callback that throws must not prevent the other callbacks from running
            Effect.runForkWith(parent.context)(
              Effect.catchCause(
                Effect.sync(() => resume(end)),
                (cause) => Effect.logError(cause)
              )
            )
          }
        }
        const extend = (next: Limit<L>) => {
          current = next
          this.#set(entry, next.millis)
        }
        extend(limit)
        const child = Effect.runForkWith(parent.context)(Effect.suspend(() => run(extend)))
        child.addObserver((exit) => {
          this.#delete(entry)
          resume(exit)
        })
        return Fiber.interrupt(child)
      })
    )
  }

  #set(entry: Entry, millis: number): void {
    entry.due = this.now() + millis
    this.#entries.add(entry)
    if (entry.due < this.#nextWakeUp) this.#wakeAt(entry.due)
  }

  #delete(entry: Entry): void {
    this.#entries.delete(entry)
    if (this.#entries.size === 0) this.#wakeAt(Number.POSITIVE_INFINITY)
  }

  #wakeAt(time: number): void {
    this.#nextWakeUp = time
    this.#timer?.interruptUnsafe()
    this.#timer =
      time < Number.POSITIVE_INFINITY
        ? Effect.runFork(Effect.provideService(this.#watch, Clock.Clock, this.#clock))
        : undefined
  }

  readonly #watch: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    // the effect with the deadline starts first
    yield* Effect.yieldNow
    while (this.#nextWakeUp < Number.POSITIVE_INFINITY) {
      yield* Effect.sleep(this.#nextWakeUp - this.now())
      // a callback may start another effect, which can interrupt this timer
      for (const { expire } of this.#takeExpired(this.now())) expire()
    }
  })

  #takeExpired(now: number): ReadonlyArray<Entry> {
    const expired = [...this.#entries].filter(({ due }) => due - now <= epsilon)
    for (const entry of expired) this.#entries.delete(entry)
    this.#nextWakeUp = Number.POSITIVE_INFINITY
    for (const { due } of this.#entries) this.#nextWakeUp = Math.min(this.#nextWakeUp, due)
    return expired
  }
}
