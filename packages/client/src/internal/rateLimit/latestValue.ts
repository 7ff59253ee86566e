import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"

/** Holds the latest value. Slow subscribers skip intermediate values. */
export class LatestValue<A> {
  #current: A | undefined
  readonly #changed = Latch.makeUnsafe()

  /** The latest value, or undefined before the first. */
  get value(): A | undefined {
    return this.#current
  }

  set(value: A): void {
    this.#current = value
    this.#changed.openUnsafe()
    this.#changed.closeUnsafe()
  }

  /** Streams the latest value, and on each later pull the value that is then the latest, once. */
  readonly values: Stream.Stream<A> = Stream.suspend(() => {
    let last: A | undefined
    const next: Effect.Effect<readonly [A]> = Effect.suspend(() => {
      if (this.#current === undefined || this.#current === last) return Effect.andThen(this.#changed.await, next)
      last = this.#current
      return Effect.succeed([this.#current] as const)
    })
    return Stream.fromPull(Effect.succeed(next))
  })
}
