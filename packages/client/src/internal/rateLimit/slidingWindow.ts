/** The maximum number of requests of a token in any minute and in any hour. */
export interface Limits {
  readonly minute: number
  readonly hour: number
}

/** A full window, and the milliseconds until it has capacity again. */
export interface Refusal {
  readonly window: "minute" | "hour"
  readonly limit: number
  readonly wait: number
}

/**
 * The maximum time, in milliseconds, between sending a request and its arrival at DigitalOcean, which counts it then.
 */
const latency = 1000
const minute = 60_000 + latency
const hour = 3_600_000 + latency

/**
 * The times of the requests of the last hour. Both windows slide like DigitalOcean's: no minute and no hour, whenever
 * it starts, contains more requests than its limit.
 */
export class SlidingWindow {
  #times: Array<number> = []
  /** the index of the first time that has not expired */
  #first = 0

  /**
   * Returns the full window, or undefined if a request may be sent. The hour is checked first, as its wait is longer.
   */
  refusal(limits: Limits, now: number): Refusal | undefined {
    this.#removeExpired(now)
    return this.#full("hour", limits.hour, hour, now) ?? this.#full("minute", limits.minute, minute, now)
  }

  /** Records a request at this time. */
  add(now: number): void {
    this.#removeExpired(now)
    this.#times.push(now)
  }

  /** Removes the latest request, which was not sent. */
  undo(): void {
    if (this.#times.length > this.#first) this.#times.pop()
  }

  /** How many requests the latest minute contains. */
  countOfMinute(now: number): number {
    let first = this.#times.length
    while (first > this.#first && this.#times[first - 1]! + minute > now) first -= 1
    return this.#times.length - first
  }

  /** How many requests the latest hour contains. */
  countOfHour(now: number): number {
    this.#removeExpired(now)
    return this.#times.length - this.#first
  }

  /** Whether both windows are empty. */
  isIdle(now: number): boolean {
    return this.#times.length === 0 || this.#times[this.#times.length - 1]! + hour <= now
  }

  #removeExpired(now: number): void {
    while (this.#first < this.#times.length && this.#times[this.#first]! + hour <= now) this.#first += 1
    if (this.#first > 1000 && this.#first > this.#times.length / 2) {
      this.#times = this.#times.slice(this.#first)
      this.#first = 0
    }
  }

  #full(window: "minute" | "hour", limit: number, length: number, now: number): Refusal | undefined {
    const index = this.#times.length - limit
    const wait = index < this.#first ? 0 : this.#times[index]! + length - now
    return wait > 0 ? { window, limit, wait } : undefined
  }
}
