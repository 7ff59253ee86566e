/** How many rows a page has. */
export const pageSize = 200

/** How many positions of rows are remembered that nobody waits for: the first and the last of the latest 32 pages. */
const maxBoundaries = 64

/** After how many pages of the newest rows that do not contain a new id it is taken as not listed. */
const maxMisses = 5

/** Whether the listing starts with its newest row, and so with the highest id. */
type Order = "newest first" | "oldest first"

/**
 * On which pages of a listing rows are, as far as its responses have shown.
 *
 * A row is remembered by its position from the oldest, which does not change when rows are added. The position of a row
 * that no response contained follows from its id, as ids increase with time: directly after the nearest lower id that is
 * known, or directly before the nearest higher one. A page that contradicts the memory corrects it. An expectation that is
 * wrong costs a request, and nothing else: only rows of a response tell the state of anything.
 */
export class PagePositions {
  #order: Order = "newest first"
  #total = 0
  /** positions from the oldest row, which has 1, by id */
  readonly #positions = new Map<number, number>()
  /** the ids at the ends of the latest pages */
  #boundaries: ReadonlyArray<number> = []
  /** how many pages in a row did not contain a new id; `maxMisses` for an id that is not listed */
  readonly #misses = new Map<number, number>()

  /** Returns the page on which each id is expected; an id that is not listed is left out. */
  locate(ids: Iterable<number>): Map<number, number> {
    const listed = [...new Set(ids)].filter((id) => (this.#misses.get(id) ?? 0) < maxMisses).sort((a, b) => a - b)
    const located = new Map<number, number>()
    let run: Array<number> = []
    let below: number | undefined
    const place = (above: number | undefined) => {
      if (run.length === 0) return
      const { isGuess, start } = startOf({ below, above, count: run.length, total: this.#total })
      for (const [i, id] of run.entries()) {
        // a guess is one page for all of them
        const position = isGuess ? start : start + i
        // before the oldest row there is none
        if (position > 0) located.set(id, position)
      }
      run = []
    }
    const known = [...this.#positions].sort(([a], [b]) => a - b)
    let next = 0
    for (const id of listed) {
      for (; next < known.length && known[next]![0] <= id; next++) {
        place(known[next]![1])
        below = known[next]![1]
      }
      const position = this.#positions.get(id)
      if (position === undefined) run.push(id)
      else located.set(id, position)
    }
    place(known[next]?.[1])
    let total = this.#total
    for (const position of located.values()) total = Math.max(total, position)
    for (const [id, position] of located) {
      const rank = this.#order === "newest first" ? total - position : position - 1
      located.set(id, 1 + Math.floor(Math.max(0, rank) / pageSize))
    }
    return located
  }

  /** Learns from a page. Keeps what `isKept` says, and the ends of the page. */
  observe(page: number, ids: ReadonlyArray<number>, total: number, isKept: (id: number) => boolean): void {
    this.#total = total
    for (const id of ids) this.#misses.delete(id)
    const [first, last] = [ids[0], ids.at(-1)]
    if (first === undefined || last === undefined || !isSorted(ids)) return
    const order = first === last ? this.#order : first < last ? "oldest first" : "newest first"
    if (order !== this.#order) {
      this.#order = order
      this.#positions.clear()
    }
    const rows = ids.map((id, i): readonly [number, number] => {
      const rank = (page - 1) * pageSize + i
      return [id, order === "newest first" ? total - rank : rank + 1]
    })
    const ascending = rows[0]![0] <= rows.at(-1)![0] ? rows : rows.toReversed()
    this.#correct(ascending)
    this.#boundaries = [...this.#boundaries, first, last].slice(-maxBoundaries)
    const ends = new Set(this.#boundaries)
    for (const [id, position] of ascending) if (isKept(id) || ends.has(id)) this.#positions.set(id, position)
    for (const id of this.#positions.keys()) if (!isKept(id) && !ends.has(id)) this.#positions.delete(id)
    for (const id of this.#misses.keys()) if (!isKept(id)) this.#misses.delete(id)
  }

  /**
   * Learns that a page, which has been observed, did not contain an id that was expected there. The id is not listed if its
   * place is between the rows of the page, or if the page has no order or no rows. A new row can be listed late: it is taken
   * as not listed when it was not among the newest rows several times.
   */
  observeMissing(id: number, ids: ReadonlyArray<number>): void {
    const [first, last] = [ids[0], ids.at(-1)]
    if (first === undefined || last === undefined || !isSorted(ids) || (id - first) * (id - last) <= 0) {
      this.#misses.set(id, maxMisses)
      return
    }
    const newest = Math.max(first, last)
    if (id > newest && this.#positions.get(newest) === this.#total)
      this.#misses.set(id, (this.#misses.get(id) ?? 0) + 1)
  }

  /**
   * Moves or removes the positions that a page contradicts: rows that were deleted move all newer ones. If they were older
   * than the page, they were the oldest.
   */
  #correct(ascending: ReadonlyArray<readonly [id: number, position: number]>): void {
    const moved = ascending.find(([id, position]) => (this.#positions.get(id) ?? position) !== position)
    const shift = moved === undefined ? 0 : moved[1] - this.#positions.get(moved[0])!
    const [lowest, highest] = [ascending[0]!, ascending.at(-1)!]
    const from = moved === lowest ? 0 : moved?.[0]
    for (const [id, position] of this.#positions) {
      const corrected = from !== undefined && id >= from ? position + shift : position
      const isConsistent =
        id < lowest[0] ? corrected < lowest[1] : id > highest[0] ? corrected > highest[1] : corrected >= lowest[1]
      if (isConsistent) this.#positions.set(id, corrected)
      else this.#positions.delete(id)
    }
  }
}

interface Run {
  /** the positions of the nearest known ids */
  readonly below: number | undefined
  readonly above: number | undefined
  readonly count: number
  readonly total: number
}

/** The position of the first of some ids, of which only the known ids below and above them say anything. */
const startOf = ({ above, below, count, total }: Run): { readonly start: number; readonly isGuess: boolean } => {
  // the newest ones
  if (above === undefined) return { start: Math.max(below ?? 0, total - count) + 1, isGuess: false }
  if (below === undefined) {
    // as far from the known ones as those are from the newest, so that each page doubles the distance
    const distance = Math.min(total - above - pageSize, above - count - 1)
    return { start: above - count - Math.max(0, distance), isGuess: distance > 0 && count <= pageSize }
  }
  const unknown = above - below - 1 - count
  // other rows are between them: in the middle of those, so that each page halves the rest
  const isGuess = unknown > pageSize
  return { start: below + 1 + (isGuess ? Math.floor(unknown / 2) : 0), isGuess: isGuess && count <= pageSize }
}

const isSorted = (ids: ReadonlyArray<number>): boolean => {
  const direction = Math.sign(ids.at(-1)! - ids[0]!)
  return ids.every((id, i) => i === 0 || Math.sign(id - ids[i - 1]!) === direction)
}
