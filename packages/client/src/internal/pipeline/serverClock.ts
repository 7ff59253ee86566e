import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { utc } from "../model/utc.ts"
import * as RateLimit from "../../RateLimit.ts"
import type { Send } from "./call.ts"

/** A `date` header has whole seconds, and a clock that is wrong by less does no harm. */
const tolerance = 2000

/** By how much this machine's clock differs from a server's. All times are in milliseconds since 1970. */
export class ServerClock {
  /** what has to be added to this machine's time */
  #offset = 0

  /**
   * Learns from a response: when this machine sent the request and had the response, and the response's `date`. Corrects
   * only as much as the response proves: it may have been on its way for any part of that time.
   */
  learn(sent: number, received: number, date: number | undefined): void {
    if (date === undefined) return
    const earliest = date - tolerance
    const latest = date + (received - sent) + tolerance
    const within = (offset: number) => received + offset >= earliest && received + offset <= latest
    if (within(0)) this.#offset = 0
    else if (!within(this.#offset)) this.#offset = received < earliest ? date - received : date - sent
  }

  readonly now: Effect.Effect<DateTime.Utc> = Effect.map(DateTime.now, (now) =>
    this.#offset === 0 ? now : utc(DateTime.toEpochMillis(now) + this.#offset)
  )
}

/** Compares the clock of this machine with the `date` of every response. */
export const comparingClocks =
  (serverClock: ServerClock) =>
  <E>(send: Send<E>): Send<E> =>
  (outgoing) =>
    Effect.clockWith((clock) => {
      const sent = clock.currentTimeMillisUnsafe()
      return Effect.map(send(outgoing), (response) => {
        serverClock.learn(sent, clock.currentTimeMillisUnsafe(), RateLimit.dateOf(response.headers))
        return response
      })
    })
