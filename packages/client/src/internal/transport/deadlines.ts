import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { monotonic } from "../rateLimit/monotonic.ts"

/** How many milliseconds something may take from now on, and what it fails with when it takes longer. */
export interface Limit<out E> {
  readonly millis: number
  readonly late: () => E
}

/** Runs something that has to end within a limit, and can put another limit, from then on, in its place. */
export const within = <A, E, L>(
  limit: Limit<L>,
  run: (replace: (limit: Limit<L>) => void) => Effect.Effect<A, E>
): Effect.Effect<A, E | L> =>
  Effect.withFiber((parent) => {
    const deadlines = deadlinesOf(parent.getRef(Clock.Clock))
    return Effect.callback((resume) => {
      let current = limit
      const watched: Watched = {
        due: 0,
        expire: () => {
          // what is late has ended before anybody hears of it, like who loses a race
          const end = Effect.andThen(Fiber.interrupt(child), Effect.failSync(current.late))
          // who hears of it can throw, and the others must hear of it all the same
          Effect.runForkWith(parent.context)(
            Effect.ignoreCause(
              Effect.sync(() => resume(end)),
              { log: "Error" }
            )
          )
        }
      }
      const replace = (next: Limit<L>) => {
        current = next
        deadlines.set(watched, next.millis)
      }
      replace(limit)
      const child = Effect.runForkWith(parent.context)(Effect.suspend(() => run(replace)))
      child.addObserver((exit) => {
        deadlines.delete(watched)
        resume(exit)
      })
      return Fiber.interrupt(child)
    })
  })

interface Watched {
  due: number
  readonly expire: () => void
}

/** What is due within a microsecond is due: a sum of fractions can lie beyond what a clock will ever tell. */
const instant = 0.001

/**
 * One timer for whatever has to end in time on a clock. Nearly everything does, and a fiber for each that sleeps and is
 * interrupted costs a seventh of a GET. It sleeps only while something is watched: nothing keeps a process alive.
 */
class Deadlines {
  private readonly watched = new Set<Watched>()
  private timer: Fiber.Fiber<void> | undefined
  private wakes = Number.POSITIVE_INFINITY
  private readonly clock: Clock.Clock

  constructor(clock: Clock.Clock) {
    this.clock = clock
  }

  set(watched: Watched, millis: number): void {
    watched.due = monotonic(this.clock) + millis
    this.watched.add(watched)
    if (watched.due < this.wakes) this.wakeAt(watched.due)
  }

  delete(watched: Watched): void {
    this.watched.delete(watched)
    if (this.watched.size === 0) this.wakeAt(Number.POSITIVE_INFINITY)
  }

  private wakeAt(time: number): void {
    this.wakes = time
    this.timer?.interruptUnsafe()
    this.timer =
      time < Number.POSITIVE_INFINITY
        ? Effect.runFork(Effect.provideService(this.watch, Clock.Clock, this.clock))
        : undefined
  }

  private readonly watch: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    // not before what is watched has begun
    yield* Effect.yieldNow
    while (this.wakes < Number.POSITIVE_INFINITY) {
      yield* Effect.sleep(this.wakes - monotonic(this.clock))
      // who hears of it may begin anew, which can end this timer
      for (const { expire } of this.takeLate(monotonic(this.clock))) expire()
    }
  })

  private takeLate(now: number): ReadonlyArray<Watched> {
    const late = [...this.watched].filter(({ due }) => due - now <= instant)
    for (const watched of late) this.watched.delete(watched)
    this.wakes = Number.POSITIVE_INFINITY
    for (const { due } of this.watched) this.wakes = Math.min(this.wakes, due)
    return late
  }
}

/** Times compare on one clock only. */
const known = new WeakMap<Clock.Clock, Deadlines>()

const deadlinesOf = (clock: Clock.Clock): Deadlines => {
  const deadlines = known.get(clock) ?? new Deadlines(clock)
  known.set(clock, deadlines)
  return deadlines
}
