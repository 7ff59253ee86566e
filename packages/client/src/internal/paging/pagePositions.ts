/** How many rows a page has. */
export const pageSize = 200

/** How many positions of rows are remembered that nobody waits for: the first and the last of the latest 32 pages. */
const maxBoundaries = 64

/** From how many rows on a search pays whose position is not known: it takes about as many pages as a list has digits. */
const minSearched = 8

/** After how many pages without it, where it was expected, an id is taken as not listed, and for how many pages. */
const maxMisses = 3
const unlistedFor = 50

/**
 * On which pages of a listing rows are, as far as its responses have shown.
 *
 * A row is remembered by its position from the oldest, which does not change when rows are added. The position of a row
 * that no response contained follows from its id, as ids increase with time: the newest ones follow each other, and others
 * are searched between the nearest known ones. A page that contradicts the memory corrects it. An expectation that is
 * wrong costs a request, and nothing else: only rows of a response tell the state of anything.
 */
export class PagePositions {
  #oldestFirst = false
  #total = 0
  /** how many pages have been observed */
  #observed = 0
  /** positions from the oldest row, which has 1, by id */
  readonly #positions = new Map<number, number>()
  /** the ids at the ends of the latest pages */
  #boundaries: ReadonlyArray<number> = []
  /** how many pages in a row did not contain an id, and when the latest of them was observed */
  readonly #misses = new Map<number, { readonly count: number; readonly observed: number }>()

  /** Returns the page on which each id is expected; an id that is not listed, or that no search pays for, is left out. */
  locate(ids: Iterable<number>): Map<number, number> {
    const listed = [...new Set(ids)].filter((id) => this.#isListed(id)).sort((a, b) => a - b)
    const located = new Map<number, number>()
    let run: Array<number> = []
    let below: number | undefined
    /** Places ids of which only the known positions below and above them say anything. */
    const place = (above: number | undefined) => {
      const count = run.length
      // the newest ones
      let start = Math.max(below ?? 0, this.#total - count) + 1
      let isGuess = false
      if (above !== undefined) {
        const unknown = above - (below ?? 0) - 1 - count
        // other rows are between them: in the middle of those, so that each page halves the rest; before the oldest known
        // row as far from it as that is from the newest, so that each page doubles the distance
        const distance = Math.min(this.#total - above - pageSize, unknown)
        isGuess = below === undefined || unknown > pageSize
        start =
          below === undefined
            ? above - count - Math.max(0, distance)
            : below + 1 + (isGuess ? Math.floor(unknown / 2) : 0)
      }
      if (!isGuess || count >= minSearched) {
        for (const [i, id] of run.entries()) {
          // a guess is one page for all of them
          const position = isGuess && count <= pageSize ? start : start + i
          // positions count from 1, the oldest row
          if (position > 0) located.set(id, position)
        }
      }
      run = []
    }
    const known = [...this.#positions].sort(([a], [b]) => a - b)
    let next = 0
    for (const id of listed) {
      for (; next < known.length && known[next]![0] <= id; next++) {
        if (run.length > 0) place(known[next]![1])
        below = known[next]![1]
      }
      const position = this.#positions.get(id)
      if (position === undefined) run.push(id)
      else located.set(id, position)
    }
    if (run.length > 0) place(known[next]?.[1])
    let total = this.#total
    for (const position of located.values()) total = Math.max(total, position)
    for (const [id, position] of located) {
      const rank = this.#oldestFirst ? position - 1 : total - position
      located.set(id, 1 + Math.floor(Math.max(0, rank) / pageSize))
    }
    return located
  }

  /** Learns from a page. Keeps what `isKept` says, and the ends of the page. */
  observe(page: number, ids: ReadonlyArray<number>, total: number, isKept: (id: number) => boolean): void {
    this.#observed += 1
    for (const id of ids) this.#misses.delete(id)
    for (const id of this.#misses.keys()) if (!isKept(id)) this.#misses.delete(id)
    const [first, last] = [ids[0], ids.at(-1)]
    if (first === undefined || last === undefined || !isSorted(ids)) return
    this.#total = Math.max(total, (page - 1) * pageSize + ids.length)
    const oldestFirst = first === last ? this.#oldestFirst : first < last
    if (oldestFirst !== this.#oldestFirst) {
      this.#oldestFirst = oldestFirst
      this.#positions.clear()
    }
    const rows = ids.map((id, i): readonly [number, number] => {
      const rank = (page - 1) * pageSize + i
      return [id, oldestFirst ? rank + 1 : this.#total - rank]
    })
    const ascending = oldestFirst ? rows : rows.toReversed()
    this.#correct(ascending)
    this.#boundaries = [...this.#boundaries, first, last].slice(-maxBoundaries)
    const ends = new Set(this.#boundaries)
    for (const [id, position] of ascending) if (isKept(id) || ends.has(id)) this.#positions.set(id, position)
    for (const id of this.#positions.keys()) if (!isKept(id) && !ends.has(id)) this.#positions.delete(id)
  }

  /** Learns that a page, which has been observed, did not contain an id that is still expected there. */
  observeMissing(id: number): void {
    this.#misses.set(id, { count: (this.#misses.get(id)?.count ?? 0) + 1, observed: this.#observed })
  }

  /** An id can be listed late, and a page can lack a row once: so an id is expected again after some time. */
  #isListed(id: number): boolean {
    const misses = this.#misses.get(id)
    return misses === undefined || misses.count < maxMisses || this.#observed - misses.observed >= unlistedFor
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

const isSorted = (ids: ReadonlyArray<number>): boolean => {
  const direction = Math.sign(ids.at(-1)! - ids[0]!)
  return ids.every((id, i) => i === 0 || Math.sign(id - ids[i - 1]!) === direction)
}
