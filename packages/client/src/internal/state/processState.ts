import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type { RateLimit } from "../../RateLimit.ts"
import { LatestValue } from "../rateLimit/latestValue.ts"
import { RequestQueue } from "../rateLimit/requestQueue.ts"
import { Deadlines } from "../transport/deadlines.ts"

/** What all clients of a token share. */
export class TokenState {
  readonly queue = new RequestQueue()
  /** the rate limit as the latest response to any client showed it */
  readonly lastSeen = new LatestValue<RateLimit>()
}

interface Entry {
  /** kept for as long as its queue counts requests, also when no client of the token is left */
  kept: TokenState | undefined
  /** the same, for as long as a client of the token is left */
  readonly used: WeakRef<TokenState>
}

/** What all clients share whose times are those of one clock. */
export class ClockState {
  readonly deadlines: Deadlines
  readonly #tokens = new Map<string, Entry>()
  /** from how many tokens on the idle ones are removed: the double of those that were left, so that it costs little */
  #removesAt = 16

  constructor(clock: Clock.Clock) {
    this.deadlines = new Deadlines(clock)
  }

  /** The state of a token, by a key that names the token and the base URL. `now` is the monotonic time. */
  token(key: string, now: number): TokenState {
    const entry = this.#tokens.get(key)
    if (entry?.kept !== undefined) return entry.kept
    const used = entry?.used.deref()
    if (entry !== undefined && used !== undefined) {
      entry.kept = used
      return used
    }
    if (this.#tokens.size >= this.#removesAt) this.#removeIdle(now)
    const created = new TokenState()
    this.#tokens.set(key, { kept: created, used: new WeakRef(created) })
    return created
  }

  #removeIdle(now: number): void {
    for (const [key, entry] of this.#tokens) {
      if (entry.kept?.queue.isIdle(now)) entry.kept = undefined
      if (entry.kept === undefined && entry.used.deref() === undefined) this.#tokens.delete(key)
    }
    this.#removesAt = Math.max(16, 2 * this.#tokens.size)
  }
}

/**
 * The only state that outlives a client. Separate runtimes of a process must share the rate limit of a token; two test
 * clocks share nothing, as times compare on one clock only.
 */
export const ProcessState = Context.Reference<(clock: Clock.Clock) => ClockState>(
  "@effect-digitalocean/client/ProcessState",
  {
    defaultValue: () => {
      const states = new WeakMap<Clock.Clock, ClockState>()
      return (clock) => {
        const state = states.get(clock) ?? new ClockState(clock)
        states.set(clock, state)
        return state
      }
    }
  }
)
