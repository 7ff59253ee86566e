interface Event {
  readonly at: number
  readonly run: () => void
}

/** A queue of scheduled events by time. It has no clock: the caller takes the events that are due. */
export class EventQueue {
  /** ordered by time; events of the same time stay in the order in which they were added */
  private readonly events: Array<Event> = []

  clear(): void {
    this.events.length = 0
  }

  add(at: number, run: () => void): void {
    let low = 0
    let high = this.events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.events[middle]!.at <= at) low = middle + 1
      else high = middle
    }
    this.events.splice(low, 0, { at, run })
  }

  /** Removes and returns the earliest event that is due at `now`. */
  take(now: number): Event | undefined {
    const first = this.events[0]
    return first !== undefined && first.at <= now ? this.events.shift() : undefined
  }
}
