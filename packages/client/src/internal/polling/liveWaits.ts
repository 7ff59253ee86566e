import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** What a pending poll of a wait does with the responses to polls of other waits. */
export interface Listener<in Row> {
  /** Receives a row of a response that was requested at this monotonic time, in milliseconds. */
  readonly onRow: (row: Row, at: number) => void
  /** Computes the time of the poll again, as more is known. */
  readonly reconsider: () => void
}

/** A wait in progress. It waits for one row at a time. */
export class LiveWait<Row> {
  id: number | undefined
  /** undefined while the wait has no pending poll */
  listener: Listener<Row> | undefined
}

interface Entry<Row> {
  readonly waits: Set<LiveWait<Row>>
  last: Row | undefined
  via: string | undefined
}

/** For what a wait waits, and how it is polled. */
interface Subject {
  readonly id: number
  readonly pollVia?: string | undefined
}

/** The waits in progress of a client, by the id of what they wait for. */
export class LiveWaits<Row extends { readonly id: number }> {
  readonly #entries = new Map<number, Entry<Row>>()
  readonly #startWait: () => () => void
  /** how many ids have been added so far */
  added = 0

  /** `startWait` is called when a wait starts, and what it returns when the wait ends. */
  constructor(startWait: () => () => void) {
    this.#startWait = startWait
  }

  /** Starts a wait, which ends with its scope: for a row, if its id is known. */
  join(subject?: Subject, last?: Row): Effect.Effect<LiveWait<Row>, never, Scope.Scope> {
    const start = Effect.sync(() => {
      const wait = new LiveWait<Row>()
      if (subject !== undefined) this.set(wait, subject, last)
      return { wait, end: this.#startWait() }
    })
    const started = Effect.acquireRelease(start, ({ end, wait }) =>
      Effect.sync(() => {
        this.#remove(wait)
        end()
      })
    )
    return Effect.map(started, ({ wait }) => wait)
  }

  /** Sets for what a wait waits, and its last known row. */
  set(wait: LiveWait<Row>, { id, pollVia }: Subject, last: Row | undefined): void {
    if (wait.id !== id) this.#remove(wait)
    wait.id = id
    const entry: Entry<Row> = this.#entries.get(id) ?? { waits: new Set(), last: undefined, via: pollVia }
    if (entry.waits.size === 0) this.added += 1
    entry.waits.add(wait)
    entry.last = last ?? entry.last
    this.#entries.set(id, entry)
  }

  has(id: number): boolean {
    return this.#entries.has(id)
  }

  get size(): number {
    return this.#entries.size
  }

  get ids(): ReadonlyArray<number> {
    return [...this.#entries.keys()]
  }

  /** Returns the last known row of an id. */
  last(id: number): Row | undefined {
    return this.#entries.get(id)?.last
  }

  /** Returns how an id is polled. */
  viaOf(id: number): string | undefined {
    return this.#entries.get(id)?.via
  }

  /** Gives every wait the row that it waits for. */
  offer(rows: Iterable<Row>, at: number): void {
    for (const row of rows) {
      const entry = this.#entries.get(row.id)
      if (entry === undefined) continue
      entry.last = row
      for (const { listener } of entry.waits) listener?.onRow(row, at)
    }
  }

  /** Lets every pending poll compute its time again. */
  reconsider(): void {
    for (const { waits } of this.#entries.values()) for (const { listener } of waits) listener?.reconsider()
  }

  #remove(wait: LiveWait<Row>): void {
    const entry = wait.id === undefined ? undefined : this.#entries.get(wait.id)
    entry?.waits.delete(wait)
    if (entry?.waits.size === 0) this.#entries.delete(wait.id!)
  }
}
