/** How many requests a token has in any minute and in any hour. */
export interface Limits {
  readonly minute: number
  readonly hour: number
}

/** A window that is full, and for how many milliseconds it still is. */
export interface Refusal {
  readonly window: "minute" | "hour"
  readonly limit: number
  readonly wait: number
}

/** DigitalOcean counts a request when it arrives, which may be this much later than it was sent. */
const latency = 1000
const minute = 60_000 + latency
const hour = 3_600_000 + latency

/**
 * When the requests of the last hour were sent. Both windows slide as DigitalOcean's do: no minute and no hour, wherever
 * it begins, holds more requests than its limit.
 */
export class SlidingWindow {
  private times: Array<number> = []
  /** what lies before has expired */
  private first = 0

  /** Why no request may be sent now. The hour comes first: its wait is the longer. */
  refusal(limits: Limits, now: number): Refusal | undefined {
    while (this.first < this.times.length && this.times[this.first]! + hour <= now) this.first += 1
    if (this.first > 1000 && this.first > this.times.length / 2) {
      this.times = this.times.slice(this.first)
      this.first = 0
    }
    return this.full("hour", limits.hour, hour, now) ?? this.full("minute", limits.minute, minute, now)
  }

  /** Notes a request that is sent now. */
  add(now: number): void {
    this.times.push(now)
  }

  /** Forgets the last request: it was not sent. */
  undo(): void {
    if (this.times.length > this.first) this.times.pop()
  }

  /** Whether no request is in any window. */
  isIdle(now: number): boolean {
    return this.times.length === 0 || this.times[this.times.length - 1]! + hour <= now
  }

  private full(window: "minute" | "hour", limit: number, length: number, now: number): Refusal | undefined {
    const index = this.times.length - limit
    const wait = index < this.first ? 0 : this.times[index]! + length - now
    return wait > 0 ? { window, limit, wait } : undefined
  }
}
