import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"

/** The latest value of what changes often, for whoever looks. Whoever looks slowly misses values and never falls behind. */
export class LatestValue<A> {
  private current: A | undefined
  private readonly changed = Latch.makeUnsafe()

  /** The latest, if there was one. */
  get value(): A | undefined {
    return this.current
  }

  set(value: A): void {
    this.current = value
    this.changed.openUnsafe()
    this.changed.closeUnsafe()
  }

  /** The latest, and from then on each that is there when it is asked for. */
  readonly values: Stream.Stream<A> = Stream.suspend(() => {
    let last: A | undefined
    const next: Effect.Effect<readonly [A]> = Effect.suspend(() => {
      if (this.current === undefined || this.current === last) return Effect.andThen(this.changed.await, next)
      last = this.current
      return Effect.succeed([this.current] as const)
    })
    return Stream.fromPull(Effect.succeed(next))
  })
}
