import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { monotonic } from "./monotonic.ts"

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
        // what is late has ended before anybody hears of it, like who loses a race
        expire: () => resume(Effect.andThen(Fiber.interrupt(child), Effect.failSync(current.late)))
      }
      const replace = (next: Limit<L>) => {
        current = next
        deadlines.set(watched, next.millis)
      }
      replace(limit)
      const child = Effect.runForkWith(parent.context)(run(replace))
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

/**
 * One timer for whatever has to end in time on a clock. Nearly everything does, and a fiber for each that sleeps and is
 * interrupted costs a seventh of a GET. It sleeps only while something is watched: nothing keeps a process alive.
 */
class Deadlines {
  private readonly watched = new Set<Watched>()
  private timer: Fiber.Fiber<never> | undefined
  private wakes = Number.POSITIVE_INFINITY
  private readonly clock: Clock.Clock

  constructor(clock: Clock.Clock) {
    this.clock = clock
  }

  set(watched: Watched, millis: number): void {
    watched.due = monotonic(this.clock) + millis
    this.watched.add(watched)
    if (watched.due >= this.wakes) return
    this.wakes = watched.due
    this.timer?.interruptUnsafe()
    this.timer = Effect.runFork(Effect.provideService(this.watch, Clock.Clock, this.clock))
  }

  delete(watched: Watched): void {
    this.watched.delete(watched)
    if (this.watched.size > 0) return
    this.wakes = Number.POSITIVE_INFINITY
    this.timer?.interruptUnsafe()
    this.timer = undefined
  }

  private readonly watch: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    // not before what is watched has begun
    yield* Effect.yieldNow
    while (true) {
      yield* Effect.sleep(this.wakes - monotonic(this.clock))
      this.look(monotonic(this.clock))
    }
  })

  private look(now: number): void {
    this.wakes = Number.POSITIVE_INFINITY
    for (const watched of this.watched) {
      if (watched.due > now) {
        this.wakes = Math.min(this.wakes, watched.due)
      } else {
        this.delete(watched)
        watched.expire()
      }
    }
  }
}

/** Times compare on one clock only. */
const known = new WeakMap<Clock.Clock, Deadlines>()

const deadlinesOf = (clock: Clock.Clock): Deadlines => {
  const deadlines = known.get(clock) ?? new Deadlines(clock)
  known.set(clock, deadlines)
  return deadlines
}
