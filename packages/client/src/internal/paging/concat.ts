import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"

/** Emits one stream after the other. `Stream.concat` also loads what merges streams, and a semaphore: 1 KB. */
export const concat = <A, E>(first: Stream.Stream<A, E>, second: Stream.Stream<A, E>): Stream.Stream<A, E> =>
  Stream.transformPull(first, (pull, scope) =>
    Effect.sync(() => {
      let rest: typeof pull | undefined
      const startRest = Effect.flatMap(Channel.toPullScoped(Stream.toChannel(second), scope), (pull) => {
        rest = pull
        return pull
      })
      return Effect.suspend(() => rest ?? Pull.catchDone(pull, () => startRest))
    })
  )
