import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import { RateLimited, type Reason } from "../../DigitalOceanError.ts"
import type { RateLimit } from "../../RateLimit.ts"
import { monotonic } from "./monotonic.ts"
import type { Priority } from "./priority.ts"
import type { SharedStore } from "./sharedStore.ts"
import { type Limits, type Refusal, SlidingWindow } from "./slidingWindow.ts"

/** What a client's requests are counted against. */
export interface LimiterOptions {
  readonly limits: Limits
  readonly store: SharedStore | undefined
}

/** One request on its way through the gate. */
export interface Waiter {
  readonly terms: LimiterOptions
  state: "new" | "waiting" | "in" | "out"
  /** how often the gate had been shut when the request went in */
  epoch: number
  /** its place in the order of arrival */
  place: number
  deadline: number
  readonly admitted: Deferred.Deferred<void, RateLimited>
}

/** Why nothing goes in now; `until` is unknown while it is an answer that is waited for. */
interface ClosedUntil {
  readonly window: "minute" | "hour"
  readonly until: number | undefined
  readonly limit?: number | undefined
  readonly remaining?: number | undefined
  readonly reset?: DateTime.Utc | undefined
}

/** So many successes after a 429 that the gate is wide open again. */
const rampUpLimit = 64

/** Whoever waits longer than this, in milliseconds, is told of it. */
const logThreshold = 120_000

/**
 * One door for all requests of a token: it counts them, and after a 429 it stays shut as long as the answer said. Then
 * one goes in, and each answer that is no 429 lets two follow: what frees up when a window slides is often one request,
 * and a crowd would trip over it again.
 */
export class RequestQueue {
  private readonly log = new SlidingWindow()
  private readonly waiting: Readonly<Record<Priority, Set<Waiter>>> = {
    write: new Set(),
    read: new Set(),
    poll: new Set()
  }
  private readonly changed = Latch.makeUnsafe()
  /** what a 429 said */
  private shut: ClosedUntil | undefined
  /** what a window said when it was asked last */
  private full: ClosedUntil | undefined
  private generation = 0
  /** how many requests may be under way at once */
  private concurrency = Number.POSITIVE_INFINITY
  private inFlight = 0
  /** what an answer told last */
  private seen: RateLimit | undefined
  /** up to when it was told that the gate is shut */
  private loggedUntil = 0
  private arrivals = 0
  private admissions = 0
  private dispatching = false
  /** how many 429s there were since the last response that was none */
  private refusals = 0

  /** Goes in at once, without an effect, when nobody waits, nothing is shut and no store is to be asked. */
  tryAcquire(ticket: Waiter, now: number): boolean {
    if (ticket.terms.store !== undefined || this.isQueue || this.closed(now) !== undefined) return false
    if (this.log.refusal(ticket.terms.limits, now) !== undefined) return false
    this.log.add(now)
    this.admitNow(ticket)
    return true
  }

  /** Waits in line; fails as soon as it is known that the wait outlasts the ticket's deadline. */
  acquire(ticket: Waiter, priority: Priority): Effect.Effect<void, RateLimited> {
    const join = Effect.suspend(() => {
      ticket.state = "waiting"
      ticket.place = this.arrivals++
      this.waiting[priority].add(ticket)
      this.changed.openUnsafe()
      if (this.dispatching) return Effect.void
      this.dispatching = true
      return Effect.forkDetach(this.dispatch)
    })
    return Effect.andThen(Effect.uninterruptible(join), Deferred.await(ticket.admitted))
  }

  /** Every ticket leaves, however its request ended. */
  release(ticket: Waiter): void {
    if (ticket.state === "in") this.inFlight -= 1
    if (ticket.state === "waiting") this.remove(ticket)
    ticket.state = "out"
    this.changed.openUnsafe()
  }

  /** Learns from a response. Only the limit of a minute and of an hour are the token's, and hold its other requests. */
  onResponse(ticket: Waiter, now: number, seen: Option.Option<RateLimit>, failure: Reason | undefined): void {
    this.seen = Option.getOrUndefined(seen)
    const isCurrent = this.generation === ticket.epoch
    if (failure === undefined || !isOfToken(failure)) {
      if (!isCurrent) return
      this.refusals = 0
      this.concurrency = this.concurrency >= rampUpLimit ? Number.POSITIVE_INFINITY : this.concurrency + 1
      return
    }
    // those that were under way together are refused together
    if (isCurrent) this.refusals += 1
    this.generation += 1
    this.concurrency = 1
    const { limit, remaining, window } = failure
    const until = now + closedFor(failure.retryAfter, this.refusals)
    this.shut = { window, limit, remaining, until: Math.max(until, this.shut?.until ?? until) }
  }

  /** Whether nothing would be lost with this gate. */
  isIdle(now: number): boolean {
    return this.inFlight === 0 && !this.isQueue && (this.shut?.until ?? now) <= now && this.log.isIdle(now)
  }

  private get isQueue(): boolean {
    return this.waiting.write.size + this.waiting.read.size + this.waiting.poll.size > 0
  }

  private closed(now: number): ClosedUntil | undefined {
    if (this.shut?.until !== undefined && this.shut.until > now) return this.shut
    if (this.full?.until !== undefined && this.full.until > now) return this.full
    if (this.inFlight >= this.concurrency) return { window: "hour", ...this.shut, until: undefined }
    // of the last requests that are left only one has to learn that they are spent
    if (this.seen === undefined || this.inFlight < Math.max(1, this.seen.remaining)) return undefined
    const { limit, remaining, reset } = this.seen
    return { window: "hour", limit, remaining, reset, until: undefined }
  }

  private admitNow(ticket: Waiter): void {
    this.inFlight += 1
    ticket.epoch = this.generation
    ticket.state = "in"
  }

  private remove(ticket: Waiter): void {
    for (const tickets of Object.values(this.waiting)) tickets.delete(ticket)
  }

  /** By priority, but each fourth is the one that has waited longest, so that a stream of writes starves no poll. */
  private next(): Waiter {
    const heads = Object.values(this.waiting).flatMap((tickets) => {
      const head = tickets.values().next()
      return head.done === true ? [] : [head.value]
    })
    return this.admissions % 4 === 3 ? heads.reduce((a, b) => (b.place < a.place ? b : a)) : heads[0]!
  }

  /** Admits whoever may go in, as long as anybody waits. Those left by a defect of a store or a logger share it. */
  private readonly dispatch: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    const clock = yield* Clock.Clock
    while (this.isQueue) {
      this.changed.closeUnsafe()
      const shut = yield* this.admit(clock)
      if (shut !== undefined) yield* this.pause(shut, clock)
    }
    // at once: a request that joined the queue after a yield would rely on a dispatcher that has seen it empty
    this.dispatching = false
  }).pipe(
    Effect.onExit((exit) =>
      Effect.sync(() => {
        if (exit._tag === "Success") return
        this.dispatching = false
        this.reject(() => true, exit)
      })
    )
  )

  private admit(clock: Clock.Clock): Effect.Effect<ClosedUntil | undefined> {
    const now = monotonic(clock)
    const closed = this.closed(now)
    if (closed !== undefined) return Effect.succeed(closed)
    const ticket = this.next()
    return Effect.map(this.take(ticket.terms, now), (refusal) => {
      if (refusal !== undefined) {
        this.full = { ...refusal, remaining: 0, until: now + refusal.wait }
        return this.full
      }
      if (ticket.state !== "waiting") return undefined
      this.admissions += 1
      this.remove(ticket)
      this.admitNow(ticket)
      Deferred.doneUnsafe(ticket.admitted, Effect.void)
      return undefined
    })
  }

  private take({ limits, store }: LimiterOptions, now: number): Effect.Effect<Refusal | undefined> {
    const refusal = this.log.refusal(limits, now)
    if (refusal !== undefined) return Effect.succeed(refusal)
    this.log.add(now)
    if (store === undefined) return Effect.succeed(undefined)
    return Effect.tap(store.take(limits), (refusal) =>
      Effect.sync(() => {
        if (refusal !== undefined) this.log.undo()
      })
    )
  }

  /** Sends away who cannot wait so long, and waits for the time or for a change. */
  private pause(shut: ClosedUntil, clock: Clock.Clock): Effect.Effect<unknown> {
    const now = monotonic(clock)
    const opens = shut.until ?? now
    this.reject(({ deadline }) => deadline < opens, Effect.fail(notSent(shut, now, clock.currentTimeMillisUnsafe())))
    let until = shut.until ?? Number.POSITIVE_INFINITY
    for (const tickets of Object.values(this.waiting)) {
      for (const { deadline } of tickets) until = Math.min(until, deadline)
    }
    const changed = Effect.timeoutOption(this.changed.await, Math.max(1, Math.ceil(until - now)))
    return opens - now > logThreshold && opens > this.loggedUntil && this.isQueue
      ? Effect.andThen(this.tell(shut, opens, clock.currentTimeMillisUnsafe() + opens - now), changed)
      : changed
  }

  /** Nobody waits for long in silence; once is enough until the time has come. */
  private tell({ window }: ClosedUntil, opens: number, wall: number): Effect.Effect<void> {
    this.loggedUntil = opens + 1000
    const size = Object.values(this.waiting).reduce((sum, tickets) => sum + tickets.size, 0)
    const time = DateTime.formatIso(DateTime.makeUnsafe(wall))
    return Effect.logWarning(`the requests of this ${window} are spent: ${size} wait, the first until ${time}`)
  }

  /** Sends tickets away. Who is told so may come again at once: nobody is told before all have left. */
  private reject(which: (ticket: Waiter) => boolean, why: Effect.Effect<void, RateLimited>): void {
    const all = Object.values(this.waiting).flatMap((tickets) => [...tickets].filter(which))
    for (const ticket of all) {
      this.remove(ticket)
      ticket.state = "new"
    }
    for (const { admitted } of all) Deferred.doneUnsafe(admitted, why)
  }
}

/** Whether a failure is a 429 for one of the token's own limits. */
const isOfToken = (failure: Reason): failure is RateLimited & { readonly window: ClosedUntil["window"] } =>
  failure._tag === "RateLimited" && (failure.window === "minute" || failure.window === "hour")

/**
 * For how many milliseconds a token's requests are held after its `count`th 429 in a row: as long as the response said,
 * which may be too short, and at least a second, two, four ... up to a minute. At most an hour: no window is longer.
 */
export const closedFor = (retryAfter: Duration.Duration | undefined, count: number): number => {
  const least = Math.min(1000 * 2 ** (count - 1), 60_000)
  return Math.min(Math.max(retryAfter === undefined ? 0 : Duration.toMillis(retryAfter), least), 3_600_000)
}

const notSent = (shut: ClosedUntil, now: number, wall: number): RateLimited => {
  const { limit, remaining, until, window } = shut
  const wait = until === undefined ? undefined : Math.ceil(until - now)
  const reset = wait === undefined ? shut.reset : DateTime.makeUnsafe(Math.ceil(wall + wait))
  return new RateLimited({
    status: 429,
    id: "too_many_requests",
    detail: `not sent: ${describe(shut)}`,
    window,
    sent: false,
    ...(limit === undefined ? undefined : { limit }),
    ...(remaining === undefined ? undefined : { remaining }),
    ...(wait === undefined ? undefined : { retryAfter: Duration.millis(wait) }),
    ...(reset === undefined ? undefined : { reset })
  })
}

const describe = ({ limit, until, window }: ClosedUntil): string => {
  if (until === undefined) return `the requests of this ${window} are nearly spent, and others are under way`
  return limit === undefined
    ? `the requests of this ${window} are spent`
    : `the ${limit} requests of this ${window} are spent`
}
