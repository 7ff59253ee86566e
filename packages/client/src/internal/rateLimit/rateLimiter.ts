import type * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { RateLimited } from "../../DigitalOceanError.ts"
import type { Method } from "../../Endpoint.ts"
import { type RateLimit, queueTime } from "../../RateLimit.ts"
import { RequestQueue, type LimiterOptions, type Waiter } from "./requestQueue.ts"
import { LatestValue } from "./latestValue.ts"
import { monotonic } from "./monotonic.ts"
import { Priority } from "./priority.ts"
import { sha256 } from "./sha256.ts"

/** The budget of a token: its name, and what is counted against it. */
export interface Budget extends LimiterOptions {
  readonly key: string
}

/** How long one call has waited for the budget, in milliseconds, and how long it may at the most. */
export interface Waits {
  readonly method: Method
  readonly patience: Effect.Effect<Duration.Duration>
  spent: number
}

/**
 * The name of a token's budget, which tells nothing of the token: DigitalOcean's are random, so that no search finds the
 * text behind a digest. Another base URL is another budget.
 */
export const keyOf = (baseUrl: string, token: string): string =>
  `digitalocean:${sha256(`${baseUrl}\n${token}`).slice(0, 32)}`

/** The gates of a process. Times compare on one clock only, so each clock has gates of its own, and so has each test. */
const gates = new WeakMap<Clock.Clock, Map<string, RequestQueue>>()

const gateOf = (clock: Clock.Clock, key: string, now: number): RequestQueue => {
  const known = gates.get(clock)
  const gate = known?.get(key)
  if (gate !== undefined) return gate
  const byKey = known ?? new Map<string, RequestQueue>()
  for (const [key, gate] of byKey) if (gate.isIdle(now)) byKey.delete(key)
  const made = new RequestQueue()
  gates.set(clock, byKey.set(key, made))
  return made
}

/** The budgets last seen, for as long as a client of the token lives. */
const lastSeen = new WeakMap<Clock.Clock, Map<string, WeakRef<LatestValue<RateLimit>>>>()

/** The budget that any client of a token saw last. */
export const lastSeenOf = (clock: Clock.Clock, key: string): LatestValue<RateLimit> => {
  const byKey = lastSeen.get(clock) ?? new Map<string, WeakRef<LatestValue<RateLimit>>>()
  const known = byKey.get(key)?.deref()
  if (known !== undefined) return known
  for (const [key, latest] of byKey) if (latest.deref() === undefined) byKey.delete(key)
  const made = new LatestValue<RateLimit>()
  lastSeen.set(clock, byKey.set(key, new WeakRef(made)))
  return made
}

/** Sends one attempt when the budget allows it. What it learns from its answer, the others of the token know. */
export const pass = <A, E>(
  budget: Budget,
  waits: Waits,
  attempt: (learn: (...answer: Learned) => void) => Effect.Effect<A, E>
): Effect.Effect<A, E | RateLimited> =>
  Effect.clockWith((clock) => {
    const now = monotonic(clock)
    const gate = gateOf(clock, budget.key, now)
    const ticket: Waiter = {
      terms: budget,
      state: "new",
      epoch: 0,
      place: 0,
      deadline: 0,
      admitted: Deferred.makeUnsafe()
    }
    const send = attempt((seen, refused) => gate.onResponse(ticket, monotonic(clock), seen, refused))
    // whatever happens to a ticket happens inside: an interruption may come between any two operations
    const admitted = Effect.suspend(() =>
      gate.tryAcquire(ticket, now) ? send : Effect.andThen(wait(gate, ticket, waits, clock, now), send)
    )
    return Effect.onExit(admitted, () => {
      gate.release(ticket)
      return Effect.void
    })
  })

type Learned = Parameters<RequestQueue["onResponse"]> extends [unknown, unknown, ...infer Rest] ? Rest : never

const wait = Effect.fnUntraced(function* (
  gate: RequestQueue,
  ticket: Waiter,
  waits: Waits,
  clock: Clock.Clock,
  since: number
) {
  const priority = (yield* Priority) ?? (waits.method === "GET" ? "read" : "write")
  ticket.deadline = since + Duration.toMillis(yield* waits.patience) - waits.spent
  const exit = yield* Effect.exit(gate.acquire(ticket, priority))
  const spent = monotonic(clock) - since
  if (spent >= 1) {
    waits.spent += spent
    yield* Effect.annotateCurrentSpan("digitalocean.rate_limit.waited_ms", Math.round(waits.spent))
    yield* Metric.update(Metric.withAttributes(queueTime, { priority }), Duration.millis(spent))
  }
  return yield* exit
})
