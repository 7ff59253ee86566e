const limit = 5000
const hour = 3_600_000

/** The requests of one token. Each counts for an hour, on a clock of its own. */
export class Budget {
  /** when each was made, in milliseconds since 1970; what lies before `first` has expired */
  private readonly times: Array<number> = []
  private first = 0

  /** Counts a request, and tells the budget as DigitalOcean does: `reset` is when the oldest request expires. */
  spend(now: number): Readonly<Record<string, string>> {
    this.times.push(now)
    while (this.times[this.first]! <= now - hour) this.first += 1
    if (this.first > limit) {
      this.times.splice(0, this.first)
      this.first = 0
    }
    return {
      "ratelimit-limit": String(limit),
      "ratelimit-remaining": String(Math.max(0, limit - (this.times.length - this.first))),
      "ratelimit-reset": String(Math.ceil((this.times[this.first]! + hour) / 1000))
    }
  }
}
