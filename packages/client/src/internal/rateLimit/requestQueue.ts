import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import { RateLimited } from "../../DigitalOceanError.ts"
import type { RateLimit } from "../../RateLimit.ts"
import { utc } from "../model/utc.ts"
import { monotonic } from "./monotonic.ts"
import type { PollCapacity } from "./pollCapacity.ts"
import type { Priority } from "./priority.ts"
import { type SharedStore, storeTimeout } from "./sharedStore.ts"
import { type Limits, type Refusal, SlidingWindow } from "./slidingWindow.ts"
import { defined } from "../model/defined.ts"

/** The limits of a client, and the optional shared store. */
export interface LimiterOptions {
  readonly limits: Limits
  readonly store: SharedStore | undefined
}

/** A request in the rate limiter. */
export interface Waiter {
  readonly options: LimiterOptions
  readonly priority: Priority
  /** whether the request may start an action, which is then polled */
  readonly startsAction: boolean
  state: "new" | "waiting" | "admitted" | "released"
  /** the number of 429s before the request was admitted */
  generation: number
  /** its position in the order of arrival */
  place: number
  /** the latest time, by the monotonic clock, at which it may be admitted */
  deadline: number
  readonly admitted: Deferred.Deferred<void, RateLimited>
}

/** The share of the requests of a minute that is left to polls. */
const pollShare = 0.2

/** How many requests a minute polls may use even if nearly all of the hour are used. */
const leastSpare = 10

const limitOfOthers = ({ minute }: Limits): number => Math.max(1, Math.floor(minute * (1 - pollShare)))

/** Why no request is admitted. `until` is undefined if it depends on the response to a request in progress. */
interface ClosedUntil {
  readonly window: "minute" | "hour"
  readonly until: number | undefined
  readonly limit?: number | undefined
  readonly remaining?: number | undefined
  readonly reset?: DateTime.Utc | undefined
  /** only for requests that are no polls */
  readonly leftToPolls?: boolean | undefined
}

/** After this many successes since a 429 the number of concurrent requests is unlimited again. */
const rampUpLimit = 64

/** A wait that is longer than this, in milliseconds, is logged. */
const logThreshold = 120_000

/**
 * The queue of all requests of a token. It counts the requests that it admits. After a 429 it admits none for as long
 * as the response says. Then it admits one, and two more after each response that is not a 429: a sliding window often
 * frees only one request at a time, and several requests would receive another 429.
 *
 * A fifth of the requests of a minute is left to polls: by requests that may start an action, and by all others while a
 * wait is in progress.
 */
export class RequestQueue {
  readonly #log = new SlidingWindow()
  /** the requests that are no polls */
  readonly #others = new SlidingWindow()
  /** how many waits are in progress */
  #waits = 0
  readonly #waiting: Readonly<Record<Priority, Set<Waiter>>> = {
    write: new Set(),
    read: new Set(),
    poll: new Set()
  }
  readonly #changed = Latch.makeUnsafe()
  /** as of the latest 429 */
  #refused: ClosedUntil | undefined
  /** as of the latest check of the windows */
  #full: ClosedUntil | undefined
  #generation = 0
  /** how many requests may be in progress at once */
  #concurrency = Number.POSITIVE_INFINITY
  #inFlight = 0
  /** as of the latest response */
  #seen: RateLimit | undefined
  #seenAt = 0
  /** up to when the wait has been logged */
  #loggedUntil = 0
  #arrivals = 0
  #admissions = 0
  #dispatching = false
  /** how many 429s there were in a row */
  #refusals = 0

  /**
   * Admits a request at once, without an effect, when the queue is empty, a request is allowed and there is no shared
   * store.
   */
  tryAcquire(waiter: Waiter, now: number): boolean {
    if (waiter.options.store !== undefined || this.#isQueue || this.#closed(now) !== undefined) return false
    if (this.#log.refusal(waiter.options.limits, now) !== undefined) return false
    if (this.#refusalOfShare(waiter, now) !== undefined) return false
    this.#record(waiter, now)
    this.#admitNow(waiter)
    return true
  }

  /** Waits until the request is admitted; fails as soon as it is known that this would be after its deadline. */
  acquire(waiter: Waiter): Effect.Effect<void, RateLimited> {
    const join = Effect.suspend(() => {
      waiter.state = "waiting"
      waiter.place = this.#arrivals++
      this.#waiting[waiter.priority].add(waiter)
      this.#changed.openUnsafe()
      if (this.#dispatching) return Effect.void
      this.#dispatching = true
      return Effect.forkDetach(this.#dispatch)
    })
    return Effect.andThen(
      Effect.uninterruptible(join),
      waiter.options.store === undefined ? Deferred.await(waiter.admitted) : awaitWithin(waiter)
    )
  }

  /** Releases the permit, or the place in the queue, however the request ended. */
  release(waiter: Waiter): void {
    if (waiter.state === "admitted") this.#inFlight -= 1
    if (waiter.state === "waiting") this.#remove(waiter)
    waiter.state = "released"
    this.#changed.openUnsafe()
  }

  /**
   * Updates the state from a response. Only a 429 for the minute or the hour delays the other requests of the token.
   */
  onResponse(waiter: Waiter, now: number, seen: Option.Option<RateLimit>, refusal: RateLimited | undefined): void {
    this.#seen = Option.getOrUndefined(seen)
    this.#seenAt = now
    const isCurrent = this.#generation === waiter.generation
    if (refusal === undefined || !isOfToken(refusal)) {
      if (!isCurrent) return
      this.#refusals = 0
      this.#concurrency = this.#concurrency >= rampUpLimit ? Number.POSITIVE_INFINITY : this.#concurrency + 1
      return
    }
    // the 429s of concurrent requests count as one
    if (isCurrent) this.#refusals += 1
    this.#generation += 1
    this.#concurrency = 1
    const { limit, remaining, window } = refusal
    const until = now + closedFor(refusal.retryAfter, this.#refusals)
    this.#refused = { window, limit, remaining, until: Math.max(until, this.#refused?.until ?? until) }
  }

  /** What polls may use of these limits. */
  pollCapacity(limits: Limits): PollCapacity {
    return {
      spare: (now) => {
        const used = this.#others.countOfMinute(now)
        const ofMinute = Math.max(limits.minute - limitOfOthers(limits), limits.minute - used)
        // what an old response says of the hour is no longer true
        const remaining = now - this.#seenAt < 60_000 ? (this.#seen?.remaining ?? limits.hour) : limits.hour
        // a fifth of the hour is left to others
        const ofHour = Math.min(limits.hour - this.#log.countOfHour(now), remaining) - limits.hour * pollShare
        return Math.max(leastSpare, Math.min(ofMinute, ofHour))
      },
      opensIn: (now) => {
        const closed = this.#closed(now)
        return closed === undefined ? (this.#log.refusal(limits, now)?.wait ?? 0) : (closed.until ?? now) - now
      },
      startWait: () => {
        this.#waits += 1
        return () => {
          this.#waits -= 1
          this.#changed.openUnsafe()
        }
      }
    }
  }

  /** Whether the queue has no state, so that it can be replaced with a new one. */
  isIdle(now: number): boolean {
    return this.#inFlight === 0 && !this.#isQueue && (this.#refused?.until ?? now) <= now && this.#log.isIdle(now)
  }

  get #isQueue(): boolean {
    return this.#waiting.write.size + this.#waiting.read.size + this.#waiting.poll.size > 0
  }

  get #queued(): ReadonlyArray<Waiter> {
    return Object.values(this.#waiting).flatMap((waiters) => [...waiters])
  }

  #closed(now: number): ClosedUntil | undefined {
    if (this.#refused?.until !== undefined && this.#refused.until > now) return this.#refused
    if (this.#full?.until !== undefined && this.#full.until > now) return this.#full
    if (this.#inFlight >= this.#concurrency) return { window: "hour", ...this.#refused, until: undefined }
    // at most `remaining` requests are in progress, or one if none remain, so that only one request receives the 429
    if (this.#seen === undefined || this.#inFlight < Math.max(1, this.#seen.remaining)) return undefined
    const { limit, remaining, reset } = this.#seen
    return { window: "hour", limit, remaining, reset, until: undefined }
  }

  #admitNow(waiter: Waiter): void {
    this.#inFlight += 1
    waiter.generation = this.#generation
    waiter.state = "admitted"
  }

  #remove(waiter: Waiter): void {
    for (const waiters of Object.values(this.#waiting)) waiters.delete(waiter)
  }

  /** The first request of each priority, in the order in which they are to be admitted. */
  #heads(): ReadonlyArray<Waiter> {
    const heads = Object.values(this.#waiting).flatMap((waiters) => {
      const head = waiters.values().next()
      return head.done === true ? [] : [head.value]
    })
    // every fourth time the one that has waited longest is the first, so that writes do not starve polls
    return this.#admissions % 4 === 3 ? heads.sort((a, b) => a.place - b.place) : heads
  }

  #refusalOfShare({ options, priority, startsAction }: Waiter, now: number): Refusal | undefined {
    if (priority === "poll" || (!startsAction && this.#waits === 0)) return undefined
    const limits = { minute: limitOfOthers(options.limits), hour: Number.POSITIVE_INFINITY }
    const refusal = this.#others.refusal(limits, now)
    return refusal && { ...refusal, limit: options.limits.minute }
  }

  #record({ priority }: Waiter, now: number): void {
    this.#log.add(now)
    if (priority !== "poll") this.#others.add(now)
  }

  /**
   * Admits requests as long as there are any in the queue. A defect of a store or a logger fails those that are left.
   */
  readonly #dispatch: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    const clock = yield* Clock.Clock
    while (this.#isQueue) {
      this.#changed.closeUnsafe()
      const closed = yield* this.#admit(clock)
      if (closed !== undefined) yield* this.#pause(closed, clock)
    }
    // without a yield in between: a request that joined the queue meanwhile would wait for a dispatcher that has ended
    this.#dispatching = false
  }).pipe(
    Effect.onExit((exit) =>
      Effect.sync(() => {
        if (exit._tag === "Success") return
        this.#dispatching = false
        this.#reject(() => true, exit)
      })
    )
  )

  #admit(clock: Clock.Clock): Effect.Effect<ClosedUntil | undefined> {
    const now = monotonic(clock)
    const closed = this.#closed(now)
    if (closed !== undefined) return Effect.succeed(closed)
    const heads = this.#heads()
    const waiter = heads.find((head) => this.#refusalOfShare(head, now) === undefined)
    if (waiter === undefined) return Effect.succeed(this.#closedByShare(heads, now))
    return Effect.map(this.#take(waiter, now), (refusal) => {
      if (refusal !== undefined) {
        this.#full = { ...refusal, remaining: 0, until: now + refusal.wait }
        return this.#full
      }
      if (waiter.state !== "waiting") return undefined
      this.#admissions += 1
      this.#remove(waiter)
      this.#admitNow(waiter)
      Deferred.doneUnsafe(waiter.admitted, Effect.void)
      return undefined
    })
  }

  /** Until when the share of polls keeps back all of these requests. */
  #closedByShare(heads: ReadonlyArray<Waiter>, now: number): ClosedUntil | undefined {
    const refusals = heads.flatMap((head) => this.#refusalOfShare(head, now) ?? [])
    const [first] = refusals.sort((a, b) => a.wait - b.wait)
    return first && { window: first.window, limit: first.limit, until: now + first.wait, leftToPolls: true }
  }

  #take(waiter: Waiter, now: number): Effect.Effect<Refusal | undefined> {
    const { limits, store } = waiter.options
    const refusal = this.#log.refusal(limits, now)
    if (refusal !== undefined) return Effect.succeed(refusal)
    this.#record(waiter, now)
    if (store === undefined) return Effect.succeed(undefined)
    return Effect.tap(store.take(limits), (refusal) =>
      Effect.sync(() => {
        if (refusal === undefined) return
        this.#log.undo()
        if (waiter.priority !== "poll") this.#others.undo()
      })
    )
  }

  /** Rejects the requests whose deadline is earlier, and waits for the time or for a change. */
  #pause(closed: ClosedUntil, clock: Clock.Clock): Effect.Effect<unknown> {
    const now = monotonic(clock)
    const opens = closed.until ?? now
    this.#reject(({ deadline }) => deadline < opens, Effect.fail(notSent(closed, now, clock.currentTimeMillisUnsafe())))
    let until = closed.until ?? Number.POSITIVE_INFINITY
    for (const { deadline } of this.#queued) until = Math.min(until, deadline)
    const changed = Effect.timeoutOption(this.#changed.await, Math.max(1, Math.ceil(until - now)))
    return opens - now > logThreshold && opens > this.#loggedUntil && this.#isQueue
      ? Effect.andThen(this.#logWait(closed, opens, clock.currentTimeMillisUnsafe() + opens - now), changed)
      : changed
  }

  /** Logs a long wait, once. */
  #logWait({ window }: ClosedUntil, opens: number, wall: number): Effect.Effect<void> {
    this.#loggedUntil = opens + 1000
    const time = DateTime.formatIso(utc(wall))
    return Effect.logWarning(
      `the requests of this ${window} are exhausted: ${this.#queued.length} are queued, the first until ${time}`
    )
  }

  /** Rejects requests. A rejected one may be sent again at once, so all are removed before any is rejected. */
  #reject(which: (waiter: Waiter) => boolean, why: Effect.Effect<void, RateLimited>): void {
    const rejected = this.#queued.filter(which)
    for (const waiter of rejected) {
      this.#remove(waiter)
      waiter.state = "new"
    }
    for (const { admitted } of rejected) Deferred.doneUnsafe(admitted, why)
  }
}

/**
 * Waits until a request is admitted, or until its deadline and a second more than a shared store may take: a slow store serves one
 * request after another.
 */
const awaitWithin = (waiter: Waiter): Effect.Effect<void, RateLimited> =>
  Effect.clockWith((clock) =>
    Effect.timeoutOrElse(Deferred.await(waiter.admitted), {
      duration: Math.max(0, waiter.deadline - monotonic(clock)) + storeTimeout + 1000,
      orElse: () => Effect.fail(rejection("unknown", "the shared rate limit store did not respond in time"))
    })
  )

/** Whether a 429 is for one of the token's own limits. */
export const isOfToken = (refusal: RateLimited): refusal is RateLimited & { readonly window: ClosedUntil["window"] } =>
  refusal.window === "minute" || refusal.window === "hour"

/** The shortest pause after the `count`th 429 in a row, in milliseconds: a second, two, four ... up to a minute. */
export const leastPause = (count: number): number => Math.min(1000 * 2 ** (count - 1), 60_000)

/**
 * Returns for how many milliseconds the requests of a token are queued after its `count`th 429 in a row: as long as the response said,
 * which may be too short, and at least a second, two, four ... up to a minute. At most an hour: no window is longer.
 */
export const closedFor = (retryAfter: Duration.Duration | undefined, count: number): number => {
  const least = leastPause(count)
  return Math.min(Math.max(retryAfter === undefined ? 0 : Duration.toMillis(retryAfter), least), 3_600_000)
}

const notSent = (closed: ClosedUntil, now: number, wall: number): RateLimited => {
  const { limit, remaining, until, window } = closed
  const wait = until === undefined ? undefined : Math.ceil(until - now)
  const reset = wait === undefined ? closed.reset : utc(Math.ceil(wall + wait))
  const retryAfter = wait === undefined ? undefined : Duration.millis(wait)
  return rejection(window, describe(closed), { limit, remaining, retryAfter, reset })
}

/** The error of a request that was not sent. */
const rejection = (window: RateLimited["window"], why: string, fields: object = {}): RateLimited =>
  new RateLimited({
    status: 429,
    id: "too_many_requests",
    detail: `not sent: ${why}`,
    window,
    sent: false,
    ...defined(fields)
  })

const describe = ({ leftToPolls, limit, until, window }: ClosedUntil): string => {
  if (leftToPolls) return `the requests of this ${window} that are not left to polls are exhausted`
  if (until === undefined) return `the requests of this ${window} are nearly exhausted, and others are in progress`
  return limit === undefined
    ? `the requests of this ${window} are exhausted`
    : `the ${limit} requests of this ${window} are exhausted`
}
