import type { Action, Image } from "../../DigitalOceanApi.ts"

/** Listens to changes: the value before and after, `undefined` if the row did not or does not exist. */
export type Listener<K, V> = (key: K, after: V | undefined, before: V | undefined) => void

/** When a change is visible: most of it, and what an action has changed of an existing row. */
export interface Delays {
  readonly change: (run: () => void) => void
  readonly status: (run: () => void) => void
}

/** A map that notifies listeners of every change. */
export class Table<K, V extends object> extends Map<K, V> {
  readonly listeners: Array<Listener<K, V>> = []
  /** the table that reads use instead of this one, if changes are visible later */
  view: ReadonlyMap<K, V> | undefined

  /** The row of a request, if it exists and is visible. */
  find(key: K): V | undefined {
    return this.view === undefined || this.view.has(key) ? this.get(key) : undefined
  }

  override set(key: K, value: V): this {
    const before = this.get(key)
    super.set(key, value)
    this.index(value, before)
    for (const listener of this.listeners) listener(key, value, before)
    return this
  }

  override delete(key: K): boolean {
    const before = this.get(key)
    if (before === undefined) return false
    super.delete(key)
    this.index(undefined, before)
    for (const listener of this.listeners) listener(key, undefined, before)
    return true
  }

  /** Applies the changes of this table to another one later; the `status` fields of an existing row later still. */
  mirror(other: Table<K, V>, delays: Delays, status: ReadonlyArray<keyof V> = []): void {
    // a row that was deleted and created again is a different one
    const generations = new Map<K, number>()
    this.listeners.push((key, after, before) => {
      if (after === undefined) return delays.change(() => void other.delete(key))
      if (before === undefined) {
        generations.set(key, (generations.get(key) ?? 0) + 1)
        return delays.change(() => void other.set(key, after))
      }
      const late = status.filter((field) => after[field] !== before[field])
      delays.change(() => {
        const old = other.get(key)
        other.set(key, old === undefined ? after : { ...after, ...pick(old, status) })
      })
      if (late.length === 0) return
      const generation = generations.get(key)
      delays.status(() => {
        const old = other.get(key)
        if (old !== undefined && generations.get(key) === generation) other.set(key, { ...old, ...pick(after, late) })
      })
    })
  }

  protected index(_after: V | undefined, _before: V | undefined): void {}
}

/** Images, which are listed in the order of their dates, in whatever order they were added. */
export class Images extends Table<number, Image> {
  private readonly sorted: Array<Image> = []

  newestFirst(): ReadonlyArray<Image> {
    return this.sorted.toReversed()
  }

  protected override index(after: Image | undefined, before: Image | undefined): void {
    if (before !== undefined) {
      const at = this.place(before)
      if (after !== undefined && after.created_at === before.created_at) {
        this.sorted[at] = after
        return
      }
      this.sorted.splice(at, 1)
    }
    if (after !== undefined) this.sorted.splice(this.place(after), 0, after)
  }

  /** The index of an image, or where it has to be inserted. */
  private place({ created_at, id }: Image): number {
    let low = 0
    let high = this.sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.sorted[middle]!
      const isBefore = other.created_at < created_at || (other.created_at === created_at && other.id < id)
      if (isBefore) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Actions, with an index by resource. They are never removed. */
export class Actions extends Table<number, Action> {
  private readonly byResource = new Map<string, Set<number>>()
  private readonly running = new Map<string, Set<number>>()

  /** Returns the actions of a resource, oldest first. */
  of(resource_type: string, resource_id: number): ReadonlyArray<Action> {
    return this.all(this.byResource.get(`${resource_type} ${resource_id}`))
  }

  /** Returns the actions of a resource that are in progress. */
  pending(resource_type: string, resource_id: number): ReadonlyArray<Action> {
    return this.all(this.running.get(`${resource_type} ${resource_id}`))
  }

  protected override index(after: Action | undefined, before: Action | undefined): void {
    if (after === undefined) return
    const resource = `${after.resource_type} ${after.resource_id}`
    if (before === undefined) add(this.byResource, resource, after.id)
    if (after.status === "in-progress") add(this.running, resource, after.id)
    else remove(this.running, resource, after.id)
  }

  private all(ids: ReadonlySet<number> | undefined): ReadonlyArray<Action> {
    return Array.from(ids ?? [], (id) => this.get(id)!)
  }
}

/** The Droplet of each image, and the images of each Droplet. */
export class Sources extends Map<number, number> {
  private readonly images = new Map<number, Set<number>>()

  override set(image: number, droplet: number): this {
    add(this.images, droplet, image)
    return super.set(image, droplet)
  }

  /** Returns the ids of the images of a Droplet, oldest first; some may have been deleted. */
  of(droplet: number): ReadonlyArray<number> {
    return [...(this.images.get(droplet) ?? [])]
  }
}

const pick = <V extends object>(row: V, fields: ReadonlyArray<keyof V>): Partial<V> => {
  const picked: Partial<V> = {}
  for (const field of fields) if (field in row) picked[field] = row[field]
  return picked
}

const add = <K>(sets: Map<K, Set<number>>, key: K, id: number): void => {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([id]))
  else set.add(id)
}

const remove = <K>(sets: Map<K, Set<number>>, key: K, id: number): void => {
  const set = sets.get(key)
  if (set?.delete(id) === true && set.size === 0) sets.delete(key)
}
