import { type ApiError, tooManyRequests } from "./apiError.ts"

/** How many requests a token may send in any minute and any hour. */
export interface Limits {
  readonly minute: number
  readonly hour: number
}

/** DigitalOcean's limits. */
export const defaults: Limits = { minute: 250, hour: 5000 }

/** The requests of one token. Each counts for one minute and for one hour from when it was received. */
export class Budget {
  private readonly limits: Limits
  private readonly minute: number
  private readonly hour: number
  /** when each was received, in milliseconds since 1970; those before `first` have expired */
  private readonly times: Array<number> = []
  private first = 0

  constructor(limits: Limits, speed: number) {
    this.limits = limits
    this.minute = 60_000 / speed
    this.hour = 3_600_000 / speed
  }

  /**
   * Counts a request, or rejects it without counting it. The headers are those of DigitalOcean: `reset` is when the oldest
   * request of the hour expires, and only a rejection by the minute has `retry-after`.
   */
  spend(now: number): { readonly headers: Readonly<Record<string, string>>; readonly refused?: ApiError } {
    while (this.first < this.times.length && this.times[this.first]! <= now - this.hour) this.first += 1
    if (this.first > this.limits.hour) {
      this.times.splice(0, this.first)
      this.first = 0
    }
    if (this.times.length - this.first >= this.limits.hour) return { headers: this.headers(now), refused: exceeded() }
    const oldestOfMinute = this.times[this.times.length - this.limits.minute]
    if (oldestOfMinute !== undefined && oldestOfMinute > now - this.minute) {
      const seconds = Math.ceil((oldestOfMinute + this.minute - now) / 1000)
      return { headers: { ...this.headers(now), "retry-after": String(seconds) }, refused: exceeded() }
    }
    this.times.push(now)
    return { headers: this.headers(now) }
  }

  /** Returns the headers of the rate limit, without counting a request. */
  headers(now: number): Readonly<Record<string, string>> {
    return {
      "ratelimit-limit": String(this.limits.hour),
      "ratelimit-remaining": String(this.limits.hour - (this.times.length - this.first)),
      "ratelimit-reset": String(Math.ceil(((this.times[this.first] ?? now) + this.hour) / 1000))
    }
  }
}

const exceeded = () => tooManyRequests("API Rate limit exceeded.")
