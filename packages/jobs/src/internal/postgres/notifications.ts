import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as RcRef from "effect/RcRef"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

/** The channel on which changes of jobs are notified. */
export const channel = "digitalocean_jobs"

/** A notification as JSON: of an event that is not stored, or only that the rows of a job have changed. */
const Payload = Schema.fromJsonString(
  Schema.Struct({
    id: Schema.String,
    unstored: Schema.optional(Schema.Struct({ epoch: Schema.Int, seq: Schema.Int, event: Schema.Json }))
  })
)

/** What was notified. Without an id: notifications may have been lost, of any job. */
export interface Signal {
  readonly id: string | undefined
  readonly unstored?: { readonly epoch: number; readonly seq: number; readonly event: Schema.Json } | undefined
}

const decode = Schema.decodeUnknownOption(Payload)

/**
 * The notifications of all jobs, for any number of followers over one connection, which is used while there are any
 * followers. When it is lost, a new one is opened, and `Signal`s without an id say that some may be missing.
 */
export const make = (
  sql: PgClient
): Effect.Effect<Effect.Effect<PubSub.Subscription<Signal>, never, Scope.Scope>, never, Scope.Scope> =>
  Effect.map(RcRef.make({ acquire: listening(sql) }), (shared) => Effect.flatMap(RcRef.get(shared), PubSub.subscribe))

const listening = Effect.fnUntraced(function* (sql: PgClient) {
  // a slow follower loses the oldest ones: it reads the rows anyway
  const signals = yield* PubSub.sliding<Signal>(4096)
  const attempted = yield* Latch.make()
  const listen = Effect.gen(function* () {
    const queue = yield* sql.listen(channel)
    yield* PubSub.publish(signals, { id: undefined })
    yield* attempted.open
    for (;;) {
      const { payload } = yield* Queue.take(queue)
      const signal = decode(payload)
      if (Option.isSome(signal)) yield* PubSub.publish(signals, signal.value)
    }
  }).pipe(
    Effect.scoped,
    Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : Effect.void)),
    Effect.andThen(attempted.open),
    Effect.andThen(Effect.sleep("1 second"))
  )
  yield* Effect.forkScoped(Effect.forever(listen))
  // what happens between the first read of a follower and the first notification is read again
  yield* attempted.await
  return signals
})
