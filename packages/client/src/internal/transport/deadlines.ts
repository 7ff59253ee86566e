import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { monotonic } from "../rateLimit/monotonic.ts"

/** How many milliseconds an effect may take from now on, and what it fails with when it takes longer. */
export interface Limit<out E> {
  readonly millis: number
  readonly onTimeout: () => E
}

interface Entry {
  due: number
  readonly expire: () => void
}

/** Tolerance for rounding: a sum of fractions can be greater than any time that the clock shows. */
const epsilon = 0.001

/**
 * The deadlines of all exchanges of a clock, with one timer fiber: a fiber for each deadline costs a seventh of a GET. The
 * timer runs only while there are deadlines, so that it keeps no process alive.
 */
export class Deadlines {
  private readonly entries = new Set<Entry>()
  private timer: Fiber.Fiber<void> | undefined
  private nextWakeUp = Number.POSITIVE_INFINITY
  private readonly clock: Clock.Clock

  constructor(clock: Clock.Clock) {
    this.clock = clock
  }

  /** The monotonic time in milliseconds. */
  now(): number {
    return monotonic(this.clock)
  }

  /** Runs an effect that has to end within a limit. It can put another limit, from then on, in the place of the first. */
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
            // a callback that throws must not keep the others from running
            Effect.runForkWith(parent.context)(
              Effect.ignoreCause(
                Effect.sync(() => resume(end)),
                { log: "Error" }
              )
            )
          }
        }
        const extend = (next: Limit<L>) => {
          current = next
          this.set(entry, next.millis)
        }
        extend(limit)
        const child = Effect.runForkWith(parent.context)(Effect.suspend(() => run(extend)))
        child.addObserver((exit) => {
          this.delete(entry)
          resume(exit)
        })
        return Fiber.interrupt(child)
      })
    )
  }

  private set(entry: Entry, millis: number): void {
    entry.due = this.now() + millis
    this.entries.add(entry)
    if (entry.due < this.nextWakeUp) this.wakeAt(entry.due)
  }

  private delete(entry: Entry): void {
    this.entries.delete(entry)
    if (this.entries.size === 0) this.wakeAt(Number.POSITIVE_INFINITY)
  }

  private wakeAt(time: number): void {
    this.nextWakeUp = time
    this.timer?.interruptUnsafe()
    this.timer =
      time < Number.POSITIVE_INFINITY
        ? Effect.runFork(Effect.provideService(this.watch, Clock.Clock, this.clock))
        : undefined
  }

  private readonly watch: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    // not before the effect that has the deadline has started
    yield* Effect.yieldNow
    while (this.nextWakeUp < Number.POSITIVE_INFINITY) {
      yield* Effect.sleep(this.nextWakeUp - this.now())
      // an expired effect may start another, which can end this timer
      for (const { expire } of this.takeExpired(this.now())) expire()
    }
  })

  private takeExpired(now: number): ReadonlyArray<Entry> {
    const expired = [...this.entries].filter(({ due }) => due - now <= epsilon)
    for (const entry of expired) this.entries.delete(entry)
    this.nextWakeUp = Number.POSITIVE_INFINITY
    for (const { due } of this.entries) this.nextWakeUp = Math.min(this.nextWakeUp, due)
    return expired
  }
}
