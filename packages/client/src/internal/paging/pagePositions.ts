/** How many rows a page has. */
export const pageSize = 200

/** How many positions of rows are remembered that nobody waits for: the first and the last of the latest 32 pages. */
const maxBoundaries = 64

/** After how many pages that did not contain an id it is taken as not listed. */
const maxMisses = 5

/**
 * On which pages of a listing rows are, as far as its responses have shown.
 *
 * A row is remembered by its position from the oldest, which does not change when rows are added. The position of a row
 * that no response contained follows from its id, as ids increase with time: directly after the nearest lower id that is
 * known, or directly before the nearest higher one. A page that contradicts the memory corrects it. An expectation that is
 * wrong costs a request, and nothing else: only rows of a response tell the state of anything.
 */
export class PagePositions {
  /** whether the listing starts with its oldest row, and so with the lowest id */
  #oldestFirst = false
  #total = 0
  /** positions from the oldest row, which has 1, by id */
  readonly #positions = new Map<number, number>()
  /** the ids at the ends of the latest pages */
  #boundaries: ReadonlyArray<number> = []
  /** how many pages in a row did not contain an id that was expected there */
  readonly #misses = new Map<number, number>()

  /**
   * Returns the page on which each id is expected; an id that is not listed is left out. `skip` is how many rows further
   * an id is expected whose distance from the known ones is not known.
   */
  locate(ids: Iterable<number>, skip = 0): Map<number, number> {
    const listed = [...new Set(ids)].filter((id) => (this.#misses.get(id) ?? 0) < maxMisses).sort((a, b) => a - b)
    const located = new Map<number, number>()
    let run: Array<number> = []
    let below: number | undefined
    /** Places ids of which only the known positions below and above them say anything. */
    const place = (above: number | undefined) => {
      const count = run.length
      // the newest ones
      let start = Math.max(below ?? 0, this.#total - count) + 1
      if (above !== undefined && below === undefined) {
        start = above - count - Math.min(skip, Math.max(0, above - count - 1))
      } else if (above !== undefined && below !== undefined) {
        const unknown = above - below - 1 - count
        // other rows are between them: in the middle of those, so that each page halves the rest
        start = below + 1 + (unknown > pageSize ? Math.floor(unknown / 2) : 0)
      }
      // before the oldest row there is none
      for (const [i, id] of run.entries()) if (start + i > 0) located.set(id, start + i)
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
      const rank = this.#oldestFirst ? position - 1 : total - position
      located.set(id, 1 + Math.floor(Math.max(0, rank) / pageSize))
    }
    return located
  }

  /** Learns from a page. Keeps what `isKept` says, and the ends of the page. */
  observe(page: number, ids: ReadonlyArray<number>, total: number, isKept: (id: number) => boolean): void {
    this.#total = total
    for (const id of ids) this.#misses.delete(id)
    const [first, last] = [ids[0], ids.at(-1)]
    if (first === undefined || last === undefined) return
    const oldestFirst = first < last
    if (ids.length > 1 && oldestFirst !== this.#oldestFirst) {
      this.#oldestFirst = oldestFirst
      this.#positions.clear()
    }
    if (!isSorted(ids)) return
    const rows = ids.map((id, i): readonly [number, number] => {
      const rank = (page - 1) * pageSize + i
      return [id, oldestFirst ? rank + 1 : total - rank]
    })
    const ascending = oldestFirst ? rows : rows.toReversed()
    this.#correct(ascending)
    this.#boundaries = [...this.#boundaries, first, last].slice(-maxBoundaries)
    const ends = new Set(this.#boundaries)
    for (const [id, position] of ascending) if (isKept(id) || ends.has(id)) this.#positions.set(id, position)
    for (const id of this.#positions.keys()) if (!isKept(id) && !ends.has(id)) this.#positions.delete(id)
    for (const id of this.#misses.keys()) if (!isKept(id)) this.#misses.delete(id)
  }

  /**
   * Learns that a page did not contain an id that was expected there. The id is not listed if its place is between the rows
   * of the page, if the listing has no order or no rows, or if it was not found several times: a new row can be listed late.
   */
  observeMissing(id: number, ids: ReadonlyArray<number>): void {
    const [first, last] = [ids[0], ids.at(-1)]
    const isListed = first !== undefined && last !== undefined && isSorted(ids) && (id - first) * (id - last) > 0
    this.#misses.set(id, isListed ? (this.#misses.get(id) ?? 0) + 1 : maxMisses)
  }

  /** Moves or removes the positions that a page contradicts: rows that were deleted move all newer ones. */
  #correct(ascending: ReadonlyArray<readonly [id: number, position: number]>): void {
    const moved = ascending.find(([id, position]) => (this.#positions.get(id) ?? position) !== position)
    const shift = moved === undefined ? 0 : moved[1] - this.#positions.get(moved[0])!
    const [lowest, highest] = [ascending[0]!, ascending.at(-1)!]
    for (const [id, position] of this.#positions) {
      const corrected = moved !== undefined && id >= moved[0] ? position + shift : position
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
