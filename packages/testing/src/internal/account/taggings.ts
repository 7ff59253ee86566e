import type { Listener, Table } from "./tables.ts"

/** The kinds of resources that can carry tags, as a tag names them. */
export type Kind = "droplets" | "images" | "volume_snapshots"

/** What an account keeps of a tag beside its name: the path of what was tagged last, of all kinds and of each. */
export interface Tagging {
  readonly last?: string
  readonly lastOf?: Readonly<Partial<Record<Kind, string>>>
}

interface Tagged {
  readonly tags?: ReadonlyArray<string> | null
}

/** Rows that can carry tags. */
interface Rows<K> {
  readonly listeners: { push(listener: Listener<K, Tagged>): unknown }
}

/** What carries tags in an account, and its tags. */
interface Taggable {
  readonly tags: Table<string, Tagging>
  readonly images: Rows<number>
  readonly droplets: Rows<number>
  readonly volumeSnapshots: Rows<string>
}

/** Creates the tags of whatever comes to carry them, and remembers what was tagged last. */
export const keep = (account: Taggable): void => {
  const { droplets, images, tags, volumeSnapshots } = account
  const listener = (kind: Kind, path: string) => (id: number | string, after?: Tagged, before?: Tagged) => {
    for (const tag of after?.tags ?? []) {
      if (before?.tags?.includes(tag) === true) continue
      const last = `${path}/${id}`
      tags.set(tag, { last, lastOf: { ...tags.get(tag)?.lastOf, [kind]: last } })
    }
  }
  images.listeners.push(listener("images", "/v2/images"))
  droplets.listeners.push(listener("droplets", "/v2/droplets"))
  volumeSnapshots.listeners.push(listener("volume_snapshots", "/v2/snapshots"))
}
